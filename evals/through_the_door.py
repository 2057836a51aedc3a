"""A running `wismo serve`, and customers who ask through its door: how many cases come to their end, and how long a 202 takes."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx

from evals.many_questions import question

AT_ONCE = 16
"""Requests that are open at the same time."""
CUSTOMERS = 300
"""Who ask in one measurement."""
WARMING = 20
"""Who ask before it."""
EACH = WARMING + 2 * CUSTOMERS
"""Who ask while a load is measured."""
UNFINISHED = (
    "select 1 where exists (select 1 from arrivals where state in ('waiting', 'working')) or exists (select 1 from outbox where state = 'pending')"
)


@dataclass(frozen=True)
class Door:
    """A running service."""

    address: str
    token: str


@dataclass(frozen=True)
class Load:
    """What a service bears."""

    cases_per_second: float
    """Accepted, worked on, and the answer delivered."""
    accept_p50_ms: float
    accept_p99_ms: float
    """At half that load."""


@contextmanager
def serving(data: Path, world: Path, environment: Mapping[str, str] | None = None) -> Iterator[Door]:
    """`wismo serve` in a process of its own, ended as an operator ends it. The token is kept beside the data: it is shown once."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--live", "--data", str(data), "--world", str(world)]
    log = data.with_suffix(".log")
    settings = {**os.environ, "WISMO_RATE_PER_MINUTE": "1000000", "WISMO_LOG_FORMAT": "text", **(environment or {})}
    with log.open("w") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=settings)
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


def load(door: Door, everybody: Iterator[int], is_finished: Callable[[], bool]) -> Load:
    """Everybody asks at once; then the next ask at half of that rate."""
    rate = cases_per_second(door, everybody, is_finished)
    latencies = asyncio.run(_ask(door, _some(everybody, CUSTOMERS), every=2 / rate))
    _until(is_finished)
    cuts = statistics.quantiles(latencies, n=100)
    return Load(rate, cuts[49] * 1000, cuts[98] * 1000)


def cases_per_second(door: Door, everybody: Iterator[int], is_finished: Callable[[], bool]) -> float:
    """Everybody asks at once, after some that do not count."""
    asyncio.run(_ask(door, _some(everybody, WARMING)))
    _until(is_finished)
    started = time.perf_counter()
    asyncio.run(_ask(door, _some(everybody, CUSTOMERS)))
    _until(is_finished)
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


def _until(is_finished: Callable[[], bool]) -> None:
    while not is_finished():
        time.sleep(0.02)


def _some(everybody: Iterator[int], many: int) -> list[int]:
    return list(islice(everybody, many))
