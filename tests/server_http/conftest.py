"""Opens the places of a test, and closes them after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from checkpoints.storage import Storages
from graph.deployments import Deployments
from server.http.settings import HttpSettings
from tests.server_http.place import Place, place

Opens = Callable[..., Any]


@pytest.fixture
async def at(tmp_path: Path, clean_storages: Storages) -> AsyncIterator[Opens]:
    """Opens the place of a story."""
    async with AsyncExitStack() as stack:

        async def opened(scenario_id: str = "pub-003", settings: HttpSettings | None = None, deployments: Deployments | None = None) -> Place:
            folder = tmp_path / scenario_id
            folder.mkdir()
            return await stack.enter_async_context(place(scenario_id, folder, settings, deployments, clean_storages))

        yield opened
