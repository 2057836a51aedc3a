"""One set of furniture for all houses; a shop is open for one story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.doors.shop import Shop, furniture
from tests.properties.stories import Story

Opened = Callable[[Story], AbstractContextManager[Shop]]


@pytest.fixture(scope="session")
def opened() -> Iterator[Opened]:
    """Opens a shop for a story and closes it again."""
    shared = furniture()

    @contextmanager
    def shop_of(story: Story) -> Iterator[Shop]:
        shop = Shop(shared, story.scene, mode=story.mode)
        try:
            yield shop
        finally:
            shop.close()

    yield shop_of
    shared.close()
