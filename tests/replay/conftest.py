"""The public scenarios, played once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkpoints.storage import Storages
from tests.databases import Databases
from tests.replay.playing import PUBLIC, message_stories, play, write_stories


@pytest.fixture(scope="session")
def message_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public scenarios that need only messages."""
    return write_stories(tmp_path_factory.mktemp("stories") / "messages.jsonl", message_stories())


@pytest.fixture(scope="session")
def public_results(tmp_path_factory: pytest.TempPathFactory, storages: Storages) -> Path:
    """The results of all public scenarios."""
    out = tmp_path_factory.mktemp("public") / "results.jsonl"
    play(PUBLIC, out, storages=storages)
    if isinstance(storages, Databases):
        storages.give_back()
    return out
