"""How many steps a process replays in a second, what is left of each case, and how much memory it takes."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from checkpoints.run_saver import RunSaver
from graph.arrivals import MessageArrived
from graph.commit import Memory
from graph.labels import Channel, Handler
from graph.state import CaseState
from graph.topology import STEPS, draw
from graph.working import Choice, ChoiceKind
from server.policy_file import read_policy
from server.replay.runner import PATIENCE, replay
from server.time_and_ids import SystemClock
from server.wiring import furnish

PUBLIC = Path(__file__).parent / "scenarios/public.jsonl"
Story = dict[str, Any]


@dataclass(frozen=True)
class Speed:
    """How fast a replay went."""

    scenarios: int
    steps: int
    seconds: float
    median_ms: float
    p99_ms: float

    @property
    def steps_per_second(self) -> float:
        """Steps of one process in a second."""
        return self.steps / self.seconds


def public_stories() -> list[Story]:
    """The public scenarios."""
    return [json.loads(line) for line in PUBLIC.read_text(encoding="utf-8").splitlines()]


def write_repeated(path: Path, stories: list[Story], *, enough: Callable[[int, int], bool]) -> Path:
    """The stories again and again under new ids, until there are enough scenarios or steps."""
    scenarios = steps = turn = 0
    with path.open("w", encoding="utf-8") as file:
        while not enough(scenarios, steps):
            for story in stories:
                file.write(json.dumps({**story, "scenario_id": f"{story['scenario_id']}-{turn}"}) + "\n")
                scenarios, steps = scenarios + 1, steps + len(story["steps"])
            turn += 1
    return path


def replay_on_files(scenarios: Path, folder: Path, *, concurrency: int) -> Speed:
    """Replay a file with cases, worlds and checkpoints in SQLite files."""
    folder.mkdir()
    furnishing, out = furnish(read_policy(None), folder=folder, patience=PATIENCE), StringIO()
    try:
        tally = asyncio.run(replay(scenarios, out, furnishing, concurrency=concurrency, state=folder / "houses"))
    finally:
        furnishing.close()
    latencies = sorted(json.loads(line)["latency_ms"] for line in out.getvalue().splitlines())
    p99 = latencies[int(len(latencies) * 0.99)]
    return Speed(tally.scenarios, tally.steps, tally.seconds, statistics.median(latencies), p99)


def bytes_per_case(folder: Path) -> list[int]:
    """The size of all checkpoints of every case, metadata and pending writes included."""
    case_of: dict[str, str] = {}
    for house in (folder / "houses").glob("*/wismo.sqlite"):
        with closing(sqlite3.connect(house)) as connection:
            case_of.update(connection.execute("select run_id, case_id from runs where case_id is not null"))
    sizes: Counter[str] = Counter()
    with closing(sqlite3.connect(folder / "checkpoints.sqlite")) as connection:
        for sql in (
            "select thread_id, length(checkpoint) + length(metadata) from checkpoints",
            "select thread_id, coalesce(length(value), 0) from writes",
        ):
            for thread, size in connection.execute(sql):
                run = thread.partition(".")[0]
                sizes[case_of.get(run, "")] += size
    return [size for case, size in sizes.items() if case]


def bare_map_per_second(saver: RunSaver, runs: int = 300) -> float:
    """Runs in a second of the same map with nothing in its rooms, through the same saver: what no code of ours can beat."""
    graph = draw({step: _empty(step) for step in STEPS}).compile(checkpointer=saver)
    now = SystemClock().now()
    arrival = MessageArrived(arrival_id="bare", at=now, channel=Channel.CHAT, ticket_id="T", text="where is it?")

    async def run_all() -> float:
        started = time.perf_counter()
        for number in range(runs):
            start: CaseState = {"graph_version": 1, "arrival_id": "bare", "run_id": f"bare-{number}", "path": [], "arrival": arrival}
            await graph.ainvoke(start, {"configurable": {"thread_id": f"bare-{number}"}}, durability="exit")
        return runs / (time.perf_counter() - started)

    return asyncio.run(run_all())


def _empty(step: str) -> Callable[[CaseState], Any]:
    """A node that only says what the map must know to go on."""
    known: dict[str, dict[str, Any]] = {
        "identify": {"settlement": None, "choice": Choice(kind=ChoiceKind.ONE), "memory": Memory(), "case_id": "case"},
        "detect": {"assessment": None, "fired": ()},
        "route": {"handler": Handler.STANDARD_STATUS},
        "conclude": {"defers_text": False, "disposition": "answer"},
    }
    update = {"path": [step], **known.get(step, {})}

    async def node(state: CaseState) -> dict[str, Any]:
        return update

    return node


@dataclass(frozen=True)
class Memories:
    """The peak memory of a process, in MB, ready to begin and at its end."""

    scenarios: int
    ready: float
    end: float


def memory_of_replay(scenarios: Path) -> Memories:
    """Replay a file in a process of its own, everything in memory."""
    command = [sys.executable, "-m", "evals.throughput", str(scenarios)]
    return Memories(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _replay_and_say_peak(scenarios: Path) -> None:
    furnishing = furnish(read_policy(None), patience=PATIENCE)
    ready = _peak()
    with Path("/dev/null").open("w", encoding="utf-8") as out:
        tally = asyncio.run(replay(scenarios, out, furnishing))
    furnishing.close()
    print(json.dumps({"scenarios": tally.scenarios, "ready": ready, "end": _peak()}))


if __name__ == "__main__":
    _replay_and_say_peak(Path(sys.argv[1]))
