"""One set of furniture for all desks; every desk is closed after its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from checkpoints.storage import Storages
from server.wiring import Furnishing
from tests.doors.shop import Scene, furniture
from tests.reviews.desk import Desk

Opens = Callable[..., Desk]


@pytest.fixture(scope="session")
def furnishing(storages: Storages) -> Iterator[Furnishing]:
    """What all houses share."""
    shared = furniture(storages)
    yield shared
    shared.close()


@pytest.fixture
def opens(furnishing: Furnishing, clean_storages: Storages) -> Iterator[Opens]:
    """Opens a shop with the scene's world."""
    desks: list[Desk] = []

    def build(scene: Scene, **more: Any) -> Desk:
        desks.append(Desk(furnishing, scene, **more))
        return desks[-1]

    yield build
    for desk in desks:
        desk.close()
