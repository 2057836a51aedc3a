"""The public scenarios come out the same over HTTP as over the embedded store: every read, every action, every delivery."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from server.policy_file import read_policy
from server.replay.runner import replay
from server.wiring import furnish
from tests.connectors.served import house_over_http, street
from tests.replay.playing import PUBLIC, play, public_stories, without_latency, write_stories

PATIENCE = 3.0
"""Seconds; a real connection on a busy machine needs more than the embedded store, and a real timeout costs as much."""


def over_http(scenarios: Path, out: Path) -> None:
    """Replay a file with all six systems and the helpdesk behind real sockets."""
    furnishing = furnish(read_policy(None), patience=PATIENCE)
    try:
        with street() as shops, out.open("w", encoding="utf-8") as file:
            asyncio.run(replay(scenarios, file, furnishing, concurrency=4, house_of=partial(house_over_http, shops)))
    finally:
        furnishing.close()


FAULTY = {"pub-007", "pub-036", "pub-037"}
"""Scenarios in which systems fail."""


def differing(scenarios: Path, folder: Path) -> list[str]:
    """The scenarios whose results are not byte for byte the same."""
    here, there = folder / "here.jsonl", folder / "there.jsonl"
    play(scenarios, here)
    over_http(scenarios, there)
    wanted, got = without_latency(here).splitlines(), without_latency(there).splitlines()
    return [json.loads(line)["scenario_id"] for line, other in zip(wanted, got, strict=True) if line != other]


def test_a_sample_of_the_public_scenarios_gives_the_same_results(tmp_path: Path) -> None:
    stories = public_stories()
    sample = [story for number, story in enumerate(stories) if number % 7 == 0 or story["scenario_id"] in FAULTY]
    assert differing(write_stories(tmp_path / "sample.jsonl", sample), tmp_path) == []


@pytest.mark.soak
def test_all_public_scenarios_give_the_same_results(tmp_path: Path) -> None:
    assert differing(PUBLIC, tmp_path) == []
