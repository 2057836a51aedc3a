"""Playing scenarios in this process, the way `wismo replay` does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checkpoints.storage import SqliteFolder, Storages
from evals.expectations import has_only_messages
from graph.ports import Model
from server.policy_file import read_policy
from server.replay.runner import PATIENCE, Tally, replay
from server.wiring import furnish

SCENARIOS = Path(__file__).parents[2] / "evals/scenarios"
PUBLIC = SCENARIOS / "public.jsonl"


def public_stories() -> list[dict[str, Any]]:
    """The public scenarios, as they stand in the file."""
    return [json.loads(line) for line in PUBLIC.read_text(encoding="utf-8").splitlines()]


def message_stories() -> list[dict[str, Any]]:
    """Those that need nothing but customers who write."""
    return [story for story in public_stories() if has_only_messages(story)]


def story_of(scenario_id: str) -> dict[str, Any]:
    """One public scenario."""
    return next(story for story in public_stories() if story["scenario_id"] == scenario_id)


def write_stories(path: Path, stories: Iterable[dict[str, Any]]) -> Path:
    """A scenario file."""
    path.write_text("".join(f"{json.dumps(story)}\n" for story in stories), encoding="utf-8")
    return path


def play(
    scenarios: Path,
    out: Path,
    *,
    concurrency: int = 4,
    checkpoints: Path | None = None,
    state: Path | None = None,
    model: Model | None = None,
    storages: Storages = SqliteFolder,
) -> Tally:
    """Replay a file; checkpoints and houses live in memory unless they get a folder. Without a model there is none."""
    furnishing = furnish(read_policy(None), folder=checkpoints, storages=storages, patience=PATIENCE, model=model)
    try:
        with out.open("w", encoding="utf-8") as file:
            return asyncio.run(replay(scenarios, file, furnishing, concurrency=concurrency, state=state))
    finally:
        furnishing.close()


def results_of(out: Path) -> list[dict[str, Any]]:
    """What a replay wrote."""
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def without_latency(out: Path) -> bytes:
    """The very bytes of the results, but for the one field that may differ."""
    rows = [{**row, "latency_ms": 0} for row in results_of(out)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
