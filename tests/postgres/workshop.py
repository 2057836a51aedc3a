"""A PostgreSQL database with one door and any number of workers, all of them real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from checkpoints.crash_points import CRASH_AT
from graph.facts import Patch, World
from tools.embedded.store import EmbeddedStore

ROOT = Path(__file__).parents[2]
DEADLINE = 90.0
Json = dict[str, Any]
Process = subprocess.Popen[str]


class Workshop:
    """Starts processes, sends messages, and looks at what came of them."""

    def __init__(self, address: str, folder: Path, customers: int) -> None:
        self.address = address
        self.folder = folder
        self.processes: list[Process] = []
        self.url, self.token = "", ""
        with closing(EmbeddedStore.open(folder / "world.sqlite")) as world:
            world.load(World.model_validate(_world(customers)))

    def command(self, *words: str, crash_at: str = "") -> Process:
        """A process of the command line on this database."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "WISMO_DATABASE_URL": self.address, CRASH_AT: crash_at or "nowhere"}
        command = [sys.executable, "-m", "server", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def run(self, *words: str) -> tuple[int, str, str]:
        """A command, to its end."""
        process = self.command(*words)
        out, errors = process.communicate(timeout=DEADLINE)
        return process.returncode, out, errors

    def open(self, *, workers: int = 0, slots: int = 4, crash_at: str = "") -> list[Process]:
        """`wismo serve`, ready, and so many workers at work."""
        door = self.command("serve", "--port", "0", "--live", "--data", str(self.folder))
        started = [self._started(slots, crash_at) for _ in range(workers)]
        self._open_door(door)
        return [_at_work(worker) for worker in started]

    def worker(self, *, slots: int = 4, crash_at: str = "") -> Process:
        """One more `wismo worker`, at work."""
        return _at_work(self._started(slots, crash_at))

    def _started(self, slots: int, crash_at: str) -> Process:
        return self.command("worker", "--slots", str(slots), "--data", str(self.folder), crash_at=crash_at)

    def _open_door(self, process: Process) -> None:
        assert process.stderr is not None and process.stdout is not None
        self.url = next((found[0] for line in process.stderr if (found := re.search(r"http://\S+:\d+", line))), "")
        assert self.url, "the door did not open"
        self.token = process.stdout.readline().rsplit(" ", 1)[1].strip()

    def send(self, customer: int, text: str, *, wait: int = 0, message_id: str | None = None) -> httpx.Response:
        """A customer writes in the chat."""
        body = {
            "message_id": message_id or f"{customer}:{text}",
            "channel": "chat",
            "ticket_id": f"T-{customer}",
            "authenticated_customer_id": f"C-{customer}",
            "text": text,
        }
        return httpx.post(f"{self.url}/v1/messages?wait={wait}", json=body, headers={"authorization": f"Bearer {self.token}"}, timeout=DEADLINE)

    def has_workers(self) -> bool:
        """Whether the door says that somebody works."""
        return bool(httpx.get(f"{self.url}/readyz", timeout=DEADLINE).json()["worker"] == "ok")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def until(self, look: Callable[[], bool], seconds: float = DEADLINE) -> None:
        """Wait for other processes."""
        end = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < end, "it did not come to that"
            time.sleep(0.1)

    def is_all_done(self, answers: int) -> bool:
        """Whether so many answers went out, and nothing waits, to be worked on or to be delivered."""
        waiting = "select 1 from arrivals where state in ('waiting', 'working') union all select 1 from outbox where state = 'pending'"
        return not self.rows(waiting) and len(self.said()) >= answers

    def world_says(self, **faults: Any) -> None:
        """Backends fail, or work again."""
        with closing(EmbeddedStore.open(self.folder / "world.sqlite")) as world:
            world.patch(Patch.model_validate({"faults": faults}))

    def said(self) -> list[str]:
        """What our automation told customers, by ticket."""
        with closing(EmbeddedStore.open(self.folder / "world.sqlite")) as world:
            return sorted(contact.ticket_id or "" for contact in world.world().contacts if contact.author == "automation")

    def performed(self) -> list[str]:
        """The keys of what backends did."""
        with closing(EmbeddedStore.open(self.folder / "world.sqlite")) as world, world.transaction() as database:
            return sorted(key for (key,) in database.execute("select key from performed"))

    def close(self) -> None:
        """End every process."""
        for process in self.processes:
            process.kill()
            process.communicate()


def _at_work(process: Process) -> Process:
    assert process.stderr is not None
    assert any("works in" in line for line in process.stderr), "the worker did not begin"
    return process


def stop(process: Process) -> int:
    """Ask a process to end; its exit code."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=DEADLINE)
    return process.returncode


@contextmanager
def workshop(address: str, folder: Path, customers: int) -> Iterator[Workshop]:
    """A workshop, closed at the end."""
    opened = Workshop(address, folder, customers)
    try:
        yield opened
    finally:
        opened.close()


def _world(customers: int) -> Json:
    """Customers, each with one order that nobody has touched."""
    now = datetime.now(UTC)
    moments = {"placed_at": (now - timedelta(hours=1)).isoformat(), "ship_by": (now + timedelta(days=3)).isoformat()}
    line = {"line_id": "L1", "sku": "LAMP", "title": "Desk Lamp", "unit_price": "40.00"}
    address = {"line1": "2210 W Addison St", "city": "Chicago", "postal_code": "60618"}
    facts: Json = {"customers": [], "orders": [], "fulfillments": []}
    for number in range(customers):
        order = {"order_id": f"O-{1000 + number}", "order_number": str(1000 + number), "customer_id": f"C-{number}", "status": "processing"}
        task = {"fulfillment_id": f"F-{number}", "order_id": order["order_id"], "warehouse": "DFW1", "state": "not_started"}
        facts["customers"].append({"customer_id": f"C-{number}", "name": "Ava Lindqvist", "emails": [f"ava{number}@mailbox.example"]})
        facts["orders"].append({**order, **moments, "total": "40.00", "lines": [line], "ship_to": address})
        facts["fulfillments"].append({**task, "updated_at": now.isoformat(), "lines": [{"line_id": "L1"}]})
    return json.loads(json.dumps(facts))  # type: ignore[no-any-return]
