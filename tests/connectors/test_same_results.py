"""The public scenarios come out the same over HTTP as over the embedded store: every read, every action, every delivery."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from server.policy_file import read_policy
from server.replay.runner import replay
from server.wiring import furnish
from tests.connectors.served import house_over_http, street
from tests.replay.playing import play, public_stories, without_latency, write_stories

ENDLESS, SHORT = 60.0, 4.0
"""Seconds of patience: nothing may time out on a busy machine but what is told to, and that costs as much."""
FAULTY = {"pub-007", "pub-036", "pub-037"}
"""Scenarios in which systems fail."""


def over_http(scenarios: Path, out: Path, patience: float) -> None:
    """Replay a file with all six systems and the helpdesk behind real sockets."""
    furnishing = furnish(read_policy(None), patience=patience)
    try:
        with street() as shops, out.open("w", encoding="utf-8") as file:
            asyncio.run(replay(scenarios, file, furnishing, concurrency=4, house_of=partial(house_over_http, shops)))
    finally:
        furnishing.close()


def differing(stories: list[dict[str, Any]], folder: Path, patience: float) -> list[str]:
    """The scenarios whose results are not byte for byte the same."""
    scenarios = write_stories(folder / "stories.jsonl", stories)
    here, there = folder / "here.jsonl", folder / "there.jsonl"
    play(scenarios, here)
    over_http(scenarios, there, patience)
    wanted, got = without_latency(here).splitlines(), without_latency(there).splitlines()
    return [json.loads(line)["scenario_id"] for line, other in zip(wanted, got, strict=True) if line != other]


def healthy() -> list[dict[str, Any]]:
    """The public scenarios whose systems all answer."""
    return [story for story in public_stories() if story["scenario_id"] not in FAULTY]


def test_a_sample_of_the_public_scenarios_gives_the_same_results(tmp_path: Path) -> None:
    assert differing(healthy()[::7], tmp_path, ENDLESS) == []


def test_systems_that_really_fail_give_the_same_results(tmp_path: Path) -> None:
    assert differing([story for story in public_stories() if story["scenario_id"] in FAULTY], tmp_path, SHORT) == []


@pytest.mark.soak
def test_all_public_scenarios_give_the_same_results(tmp_path: Path) -> None:
    assert differing(healthy(), tmp_path, ENDLESS) == []
