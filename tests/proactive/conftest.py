"""One set of furniture for all shops; every shop is closed after its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.wiring import Furnishing
from tests.doors.shop import Scene, furniture
from tests.proactive.feed import Fed

Opens = Callable[..., Fed]


@pytest.fixture(scope="session")
def furnishing() -> Iterator[Furnishing]:
    """What all houses share."""
    shared = furniture()
    yield shared
    shared.close()


@pytest.fixture
def opens(furnishing: Furnishing) -> Iterator[Opens]:
    """Opens a shop with the scene's world."""
    shops: list[Fed] = []

    def build(scene: Scene, **more: Any) -> Fed:
        shops.append(Fed(furnishing, scene, **more))
        return shops[-1]

    yield build
    for shop in shops:
        shop.close()
