"""One set of furniture for all houses; every shop is closed after its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from checkpoints.storage import Storages
from server.wiring import Furnishing
from tests.doors.shop import Scene, Shop, furniture

Opens = Callable[..., Shop]


@pytest.fixture(scope="session")
def furnishing(storages: Storages) -> Iterator[Furnishing]:
    """What all houses share."""
    shared = furniture(storages)
    yield shared
    shared.close()


@pytest.fixture
def opens(furnishing: Furnishing, clean_storages: Storages) -> Iterator[Opens]:
    """Opens a shop with the scene's world."""
    shops: list[Shop] = []

    def build(scene: Scene, **more: Any) -> Shop:
        shops.append(Shop(furnishing, scene, **more))
        return shops[-1]

    yield build
    for shop in shops:
        shop.close()
