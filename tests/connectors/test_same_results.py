"""The public scenarios come out the same over HTTP as over the embedded store: every read, every action, every delivery."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

from server.policy_file import read_policy
from server.replay.runner import replay
from server.wiring import furnish
from tests.connectors.served import house_over_http, street
from tests.replay.playing import PUBLIC, play, without_latency

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


def test_the_public_scenarios_give_the_same_results(tmp_path: Path) -> None:
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    play(PUBLIC, here)
    over_http(PUBLIC, there)
    wanted, got = without_latency(here).splitlines(), without_latency(there).splitlines()
    differing = [json.loads(line)["scenario_id"] for line, other in zip(wanted, got, strict=True) if line != other]
    assert not differing
