"""Replays that run in processes of their own and may be killed at any moment."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from checkpoints.crash_points import CRASH_AT
from server.policy_file import read_policy
from server.replay.runner import PATIENCE, replay
from server.wiring import furnish

PUBLIC = Path(__file__).parents[2] / "evals/scenarios/public.jsonl"
_KINDS = {"message", "decision", "advance"}
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.durability.warm"])


def stories(*scenario_ids: str) -> list[dict[str, Any]]:
    """Some public scenarios, with their messages, decisions and waiting only."""
    known = {story["scenario_id"]: story for story in map(json.loads, PUBLIC.read_text(encoding="utf-8").splitlines())}
    return [{**known[name], "steps": [step for step in known[name]["steps"] if step["kind"] in _KINDS]} for name in scenario_ids]


def write_stories(path: Path, told: list[dict[str, Any]]) -> Path:
    """A scenario file."""
    path.write_text("".join(f"{json.dumps(story)}\n" for story in told), encoding="utf-8")
    return path


def start(scenarios: Path, home: Path, crash_at: str | None = None) -> BaseProcess:
    """A process that replays a file into a folder, and kills itself where it is told."""
    process = _PROCESSES.Process(target=replay_into, args=(home, scenarios, crash_at))
    process.start()
    return process


def finish(process: BaseProcess) -> int:
    """Wait for a process; its exit code, negative for a signal."""
    process.join(60)
    code = process.exitcode
    process.kill()
    process.join()
    process.close()
    assert code is not None, "the process did not come to an end"
    return code


def run(scenarios: Path, home: Path, crash_at: str | None = None) -> int:
    """Replay in a process, to its end."""
    return finish(start(scenarios, home, crash_at))


def replay_into(home: Path, scenarios: Path, crash_at: str | None = None) -> None:
    """Replay a file into a folder, in this process."""
    os.environ.pop(CRASH_AT, None)
    if crash_at is not None:
        os.environ[CRASH_AT] = crash_at
    state = home / "state"
    state.mkdir(parents=True, exist_ok=True)
    furnishing = furnish(read_policy(None), folder=home, patience=PATIENCE)
    with (home / "results.jsonl").open("w", encoding="utf-8") as out:
        asyncio.run(replay(scenarios, out, furnishing, concurrency=1, state=state))
    furnishing.close()
