"""Workplaces for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from checkpoints.storage import Storages
from server.policy_file import read_policy
from tests.slack.local_slack import LocalSlack, local_slack
from tests.slack.workplace import Workplace, workplace

Open = Callable[..., Any]


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """A workspace."""
    async with local_slack() as opened:
        yield opened


@pytest.fixture
async def at_work(slack: LocalSlack, tmp_path: Path, clean_storages: Storages) -> AsyncIterator[Open]:
    """Opens the workplace of a story."""
    async with AsyncExitStack() as stack:

        async def opened(scenario_id: str, policy: Any = None) -> Workplace:
            folder = tmp_path / scenario_id
            folder.mkdir()
            return await stack.enter_async_context(workplace(scenario_id, folder, slack, policy or read_policy(None), clean_storages))

        yield opened
