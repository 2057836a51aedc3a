"""The figures of the service on this machine, in one command.

python -m evals.bench
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from checkpoints.saver import StoreSaver, open_checkpoints
from evals.many_workers import WORKERS, many_workers
from evals.model_costs import model_costs
from evals.over_http import over_http
from evals.quiet_events import quiet_events
from evals.step_costs import gather_ms, guard_ms, reading_ms
from evals.through_the_door import Load
from evals.throughput import Story, bare_map_per_second, bytes_per_case, memory_of_replay, public_stories, replay_on_files, write_repeated

STEPS = 600
SCENARIOS = 2_000
SLOW_MS = 50.0
THINKING_MS = 300.0
Row = tuple[str, str, str]


def rows(folder: Path) -> Iterator[Row]:
    """What is measured, the figure, and what it is held against."""
    stories = public_stories()
    yield from _replay_rows(folder, write_repeated(folder / "steps.jsonl", stories, enough=lambda _, steps: steps >= STEPS))
    yield from _door_rows(folder)
    quiet = quiet_events(stories, folder / "quiet")
    beside = f"each costs {quiet.share:.0%} of a full run ({quiet.runs_per_second:.0f}/s on the same {quiet.orders} orders); the aim is a third"
    yield "events that change nothing", f"{quiet.events_per_second:.0f} events/s", beside
    gathered = gather_ms(stories, SLOW_MS)
    yield "gather from six systems", f"{gathered:.0f} ms", f"each takes {SLOW_MS:.0f} ms: the slowest counts, not their sum ({6 * SLOW_MS:.0f} ms)"
    yield "reading a message", f"{reading_ms():.2f} ms", "mean over the paraphrase corpus"
    messages = [story for story in stories if story["steps"][0]["kind"] == "message"]
    yield "proving a customer text", f"{guard_ms(messages):.2f} ms", "mean over the texts of the public scenarios"
    yield from _model_rows(messages)
    single = [story for story in messages if len(story["steps"]) == 1]
    memory = memory_of_replay(write_repeated(folder / "many.jsonl", single, enough=lambda scenarios, _: scenarios >= SCENARIOS))
    yield f"peak memory, {memory.scenarios} scenarios", f"{memory.end:.0f} MB", f"{memory.ready:.0f} MB before the first one"


def _door_rows(folder: Path) -> Iterator[Row]:
    one = over_http(folder)
    beside = f"{_bare_on_sqlite(folder):.0f}/s is the bare map, {one.commits_per_second:.0f}/s a raw commit of 10 KB"
    yield from _load_rows("over HTTP, SQLite, one process", one.load, beside)
    (few, at_few), (many, at_many) = one.with_stored.items()
    yield f"with {many:,} cases stored", f"{at_many:.0f} cases/s", f"{at_few:.0f}/s with {few:,}"
    more = many_workers(folder)
    beside = f"{more.bare_per_second:.0f}/s is the bare map in one process, {more.commits_per_second:.0f}/s a raw commit of 10 KB"
    yield from _load_rows(f"over HTTP, PostgreSQL, {WORKERS} workers", more.load, beside)


def _load_rows(what: str, load: Load, beside: str) -> Iterator[Row]:
    yield what, f"{load.cases_per_second:.0f} cases/s", beside
    yield "accepting at half that load", f"{load.accept_p50_ms:.1f} ms", f"p99 {load.accept_p99_ms:.1f} ms, in the database before the 202"


def _bare_on_sqlite(folder: Path) -> float:
    with closing(StoreSaver(open_checkpoints(folder / "bare.sqlite"))) as saver:
        return bare_map_per_second(saver)


def _model_rows(messages: list[Story]) -> Iterator[Row]:
    healthy = next(story for story in messages if "standard_in_transit" in (story["steps"][0].get("expect") or {}).get("condition", ()))
    ours, agent = model_costs(healthy, THINKING_MS / 1000)
    beside = f"an agent with the same tools: {agent.calls} calls, {agent.prompt_tokens:,} tokens, {agent.milliseconds:,.0f} ms"
    figure = f"{ours.calls} call, {ours.prompt_tokens:,} prompt tokens, {ours.milliseconds:,.0f} ms"
    yield f"standard answer, model at {THINKING_MS:.0f} ms", figure, f"{beside}; without wording 0 calls"


def _replay_rows(folder: Path, scenarios: Path) -> Iterator[Row]:
    busy, calm = (replay_on_files(scenarios, folder / f"{many} at once", concurrency=many) for many in (4, 1))
    floor = _bare_on_sqlite(folder)
    sizes = bytes_per_case(folder / "1 at once")
    of = f"over {calm.steps} steps of {calm.scenarios} scenarios"
    yield "replay, one process", f"{busy.steps_per_second:.0f} steps/s", f"{floor:.0f}/s is the bare map with empty nodes and the same checkpointer"
    yield "latency of a step", f"{calm.median_ms:.1f} ms", f"p99 {calm.p99_ms:.1f} ms with the steps whose backends time out, {of}"
    yield "checkpoints of a case", f"{statistics.median(sizes):,.0f} bytes", f"median of {len(sizes)} cases, the largest {max(sizes):,}"


def main() -> int:
    """Measure everything and print one table."""
    console, started = Console(), time.perf_counter()
    table = Table(title=f"wismo on {os.cpu_count()} cores, Python {platform.python_version()}, SQLite files", title_justify="left")
    for name in ("what", "figure", "beside it"):
        table.add_column(name, justify="right" if name == "figure" else "left")
    with TemporaryDirectory() as folder, console.status("measuring"):
        for row in rows(Path(folder)):
            table.add_row(*row)
    console.print(table)
    console.print(f"measured in {time.perf_counter() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
