"""Opens a shop with two customers, and closes it after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.privacy.shop import Shop, shop_in


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop in which nobody has written yet."""
    async with shop_in(tmp_path / "data") as opened:
        yield opened
