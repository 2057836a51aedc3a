"""Streets on which tests build houses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkpoints.storage import Storages
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.wiring import Furnishing, furnish
from tests.durability.houses import Street


@pytest.fixture
def furnishing(clean_storages: Storages) -> Iterator[Furnishing]:
    """Policy, texts and the compiled graph, with checkpoints in memory."""
    made = furnish(read_policy(None), storages=clean_storages, patience=PATIENCE)
    yield made
    made.close()


@pytest.fixture
def street(furnishing: Furnishing, tmp_path: Path) -> Iterator[Callable[[str], Street]]:
    """Makes a street in the world of a public scenario."""
    made: list[Street] = []

    def build(scenario_id: str) -> Street:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Street.of(scenario_id, folder, furnishing))
        return made[-1]

    yield build
    for one in made:
        one.close()
