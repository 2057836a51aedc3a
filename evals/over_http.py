"""Cases per second through `wismo serve` on SQLite, from the request to the answer that went out; and what accepting costs at half that load."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from evals.many_questions import facts
from evals.seeded import seed
from evals.through_the_door import CUSTOMERS, EACH, UNFINISHED, WARMING, Load, cases_per_second, load, serving

STORED = (1_000, 100_000)
"""Cases that are in the store already."""
COMMITS = 500


@dataclass(frozen=True)
class OverHttp:
    """What was measured."""

    load: Load
    commits_per_second: float
    """Raw commits of 10 KB that wait for the disk."""
    with_stored: dict[int, float]
    """Cases per second by how many cases are stored already."""


def over_http(folder: Path) -> OverHttp:
    """A service as it comes; then the same on stores that have grown."""
    file, data = folder / "world.json", folder / "serve"
    customers = EACH + len(STORED) * (WARMING + CUSTOMERS)
    file.write_text(json.dumps(facts(customers), default=str), encoding="utf-8")
    everybody = iter(range(customers))
    with serving(data, file) as door:
        measured = load(door, everybody, lambda: _is_finished(data))
    stored = {}
    for many in STORED:
        seed(data / "wismo.sqlite", many)
        with serving(data, file) as door:
            stored[many] = cases_per_second(door, everybody, lambda: _is_finished(data))
    return OverHttp(measured, _raw_commits(folder / "raw.sqlite"), stored)


def _is_finished(data: Path) -> bool:
    """Whether nothing waits any more."""
    with closing(sqlite3.connect(f"file:{data / 'wismo.sqlite'}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(UNFINISHED).fetchone() is None


def _raw_commits(file: Path) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for statement in ("pragma journal_mode = wal", "pragma synchronous = full", "create table bench (body text)"):
            database.execute(statement)
        started, body = time.perf_counter(), "x" * 10_000
        for _ in range(COMMITS):
            database.execute("insert into bench values (?)", (body,))
        return COMMITS / (time.perf_counter() - started)
