"""Cases per second through `wismo serve` on SQLite, from the request to the answer that went out; and what accepting costs at half that load."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx

from evals.many_questions import facts, question
from evals.seeded import seed

AT_ONCE = 16
"""Requests that are open at the same time."""
CUSTOMERS = 300
"""Who ask in one measurement."""
WARMING = 20
"""Who ask before it."""
STORED = (1_000, 100_000)
"""Cases that are in the store already."""
COMMITS = 500
_UNFINISHED = (
    "select 1 where exists (select 1 from arrivals where state in ('waiting', 'working')) or exists (select 1 from outbox where state = 'pending')"
)


@dataclass(frozen=True)
class OverHttp:
    """What was measured."""

    cases_per_second: float
    """Accepted, worked on, and the answer delivered."""
    accept_p50_ms: float
    accept_p99_ms: float
    """At half that load."""
    commits_per_second: float
    """Raw commits of 10 KB that wait for the disk."""
    with_stored: dict[int, float]
    """Cases per second by how many cases are stored already."""


def over_http(folder: Path) -> OverHttp:
    """Everybody asks at once; then the next ask at half of that rate; then on stores that have grown."""
    file, data = folder / "world.json", folder / "serve"
    customers = (2 + len(STORED)) * CUSTOMERS + (1 + len(STORED)) * WARMING
    file.write_text(json.dumps(facts(customers), default=str), encoding="utf-8")
    everybody = iter(range(customers))
    with serving(data, file) as door:
        asyncio.run(_ask(door, _some(everybody, WARMING)))
        rate = _rate(door, data, everybody)
        latencies = asyncio.run(_ask(door, _some(everybody, CUSTOMERS), every=2 / rate))
        _finish(data)
    stored = {}
    for many in STORED:
        seed(data / "wismo.sqlite", many)
        with serving(data, file) as door:
            asyncio.run(_ask(door, _some(everybody, WARMING)))
            stored[many] = _rate(door, data, everybody)
    cuts = statistics.quantiles(latencies, n=100)
    return OverHttp(rate, cuts[49] * 1000, cuts[98] * 1000, _raw_commits(folder / "raw.sqlite"), stored)


@dataclass(frozen=True)
class Door:
    """A running service."""

    address: str
    token: str


@contextmanager
def serving(data: Path, world: Path) -> Iterator[Door]:
    """`wismo serve` in a process of its own, ended as an operator ends it. The token is kept beside the data: it is shown once."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--live", "--data", str(data), "--world", str(world)]
    log = data.with_suffix(".log")
    with log.open("w") as said:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, text=True, env=os.environ | {"WISMO_RATE_PER_MINUTE": "1000000", "WISMO_LOG_FORMAT": "text"}
        )
    assert process.stdout is not None
    try:
        while not (told := [line for line in log.read_text(encoding="utf-8").splitlines() if " serves " in line]):
            if process.poll() is not None:
                raise RuntimeError("the service did not begin")
            time.sleep(0.05)
        kept = data.with_suffix(".token")
        if not kept.exists():
            kept.write_text(process.stdout.readline().split()[-1], encoding="utf-8")
        yield Door(next(word for word in told[0].split() if word.startswith("http")), kept.read_text(encoding="utf-8"))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _rate(door: Door, data: Path, everybody: Iterator[int]) -> float:
    started = time.perf_counter()
    asyncio.run(_ask(door, _some(everybody, CUSTOMERS)))
    _finish(data)
    return CUSTOMERS / (time.perf_counter() - started)


async def _ask(door: Door, customers: list[int], every: float = 0.0) -> list[float]:
    """Send a message of each, at once or one after another in time; how many seconds each 202 took."""
    gate, beginning = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    headers = {"authorization": f"Bearer {door.token}"}

    async def one(client: httpx.AsyncClient, place: int, number: int) -> float:
        await asyncio.sleep(max(0.0, beginning + place * every - time.perf_counter()))
        async with gate:
            started = time.perf_counter()
            answer = await client.post("/v1/messages", json={"message_id": f"m-{number}", **question(number)})
            answer.raise_for_status()
            return time.perf_counter() - started

    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=door.address, headers=headers, limits=limits, timeout=60) as client:
        return await asyncio.gather(*(one(client, place, number) for place, number in enumerate(customers)))


def _finish(data: Path) -> None:
    """Until nothing waits any more."""
    with closing(sqlite3.connect(f"file:{data / 'wismo.sqlite'}?mode=ro", uri=True, timeout=30)) as database:
        while database.execute(_UNFINISHED).fetchone() is not None:
            time.sleep(0.02)


def _some(everybody: Iterator[int], many: int) -> list[int]:
    return list(islice(everybody, many))


def _raw_commits(file: Path) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for statement in ("pragma journal_mode = wal", "pragma synchronous = full", "create table bench (body text)"):
            database.execute(statement)
        started, body = time.perf_counter(), "x" * 10_000
        for _ in range(COMMITS):
            database.execute("insert into bench values (?)", (body,))
        return COMMITS / (time.perf_counter() - started)


def told(measured: OverHttp) -> tuple[tuple[str, str, str], ...]:
    """The rows of the bench."""
    (few, at_few), (many, at_many) = measured.with_stored.items()
    return (
        (
            "over HTTP, SQLite, one process",
            f"{measured.cases_per_second:.0f} cases/s",
            f"{measured.commits_per_second:.0f}/s is a raw commit of 10 KB",
        ),
        ("accepting at half that load", f"{measured.accept_p50_ms:.1f} ms", f"p99 {measured.accept_p99_ms:.1f} ms, in the database before the 202"),
        (f"with {many:,} cases stored", f"{at_many:.0f} cases/s", f"{at_few:.0f}/s with {few:,}"),
    )
