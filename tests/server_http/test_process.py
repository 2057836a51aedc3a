"""`wismo serve` as a real process: a first start, a kill after an acknowledgement, and a start that goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from checkpoints.crash_points import CRASH_AT

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0
MESSAGE = {"message_id": "m1", "channel": "chat", "ticket_id": "T-1", "authenticated_customer_id": "C-1", "text": "please cancel order 1042"}


@dataclass(frozen=True)
class Service:
    """One process that serves."""

    process: subprocess.Popen[str]
    url: str

    def send(self, token: str, *, wait: int = 0, **fields: Any) -> httpx.Response:
        """The customer writes."""
        headers = {"authorization": f"Bearer {token}"}
        return httpx.post(f"{self.url}/v1/messages?wait={wait}", json={**MESSAGE, **fields}, headers=headers, timeout=DEADLINE)


def start(folder: Path, *more: str, crash_at: str = "") -> subprocess.Popen[str]:
    """A process on a data folder, on a free port."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--live", "--data", str(folder / "data"), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), CRASH_AT: crash_at or "nowhere"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment)


@contextmanager
def serving(folder: Path, *more: str, crash_at: str = "") -> Iterator[Service]:
    """A process that is ready; killed at the end, if it still lives."""
    process = start(folder, *more, crash_at=crash_at)
    assert process.stderr is not None
    try:
        url = next((found[0] for line in process.stderr if (found := re.search(r"http://\S+:\d+", line))), "")
        assert url, "the service ended before it served"
        assert httpx.get(f"{url}/readyz", timeout=DEADLINE).json()["status"] == "ready"
        yield Service(process, url)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A file: a customer with an order that nobody has touched."""
    now = datetime.now(UTC)
    line = {"line_id": "L1", "sku": "LAMP", "title": "Desk Lamp", "unit_price": "40.00"}
    moments = {"placed_at": (now - timedelta(hours=1)).isoformat(), "ship_by": (now + timedelta(days=3)).isoformat()}
    address = {"line1": "2210 W Addison St", "city": "Chicago", "postal_code": "60618"}
    named = {"order_id": "O-1042", "order_number": "1042", "customer_id": "C-1", "status": "processing", "total": "40.00"}
    task = {"fulfillment_id": "F-1", "order_id": "O-1042", "warehouse": "DFW1", "state": "not_started", "updated_at": now.isoformat()}
    facts = {
        "customers": [{"customer_id": "C-1", "name": "Ava Lindqvist", "emails": ["ava@mailbox.example"]}],
        "orders": [{**named, **moments, "lines": [line], "ship_to": address}],
        "fulfillments": [{**task, "lines": [{"line_id": "L1"}]}],
    }
    path = tmp_path / "world.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    return path


def token_of(service: Service) -> str:
    """The admin token, as the first start prints it."""
    assert service.process.stdout is not None
    return service.process.stdout.readline().rsplit(" ", 1)[1].strip()


def kept(folder: Path, sql: str) -> list[Any]:
    """What the case store holds."""
    with closing(sqlite3.connect(folder / "data" / "wismo.sqlite")) as connection:
        return [row[0] for row in connection.execute(sql)]


@pytest.mark.parametrize("point", ["before_commit", "inside_commit", "before_action", "after_action", "before_delivery"])
def test_what_was_acknowledged_is_finished_by_the_next_process(point: str, tmp_path: Path, world: Path) -> None:
    with serving(tmp_path, "--world", str(world), crash_at=point) as service:
        token = token_of(service)
        accepted = service.send(token)
        assert accepted.status_code == 202
        assert service.process.wait(DEADLINE) == -signal.SIGKILL
    assert kept(tmp_path, "select count(*) from arrivals where kind = 'message'") == [1]
    with serving(tmp_path, "--world", str(world)) as service:
        answer = service.send(token, wait=30)
        assert (answer.status_code, answer.json()["arrival_id"]) == (200, accepted.json()["arrival_id"])
        assert "cancel" in answer.json()["text"]
    with closing(sqlite3.connect(tmp_path / "data" / "world.sqlite")) as shop:
        assert shop.execute("select count(*) from performed").fetchone() == (1,)
        assert shop.execute("select count(*) from contacts where json_extract(document, '$.author') = 'automation'").fetchone() == (1,)
    assert kept(tmp_path, "select count(*) from outbox where kind = 'send_message'") == [1]


def test_killed_from_outside_right_after_the_acknowledgement(tmp_path: Path, world: Path) -> None:
    with serving(tmp_path, "--world", str(world)) as service:
        token = token_of(service)
        accepted = [service.send(token, message_id=f"m{number}", ticket_id=f"T-{number}", text="Where is my order?") for number in range(5)]
        service.process.kill()
    assert [response.status_code for response in accepted] == [202] * 5
    with serving(tmp_path, "--world", str(world)) as service:
        last = service.send(token, wait=30, message_id="m4", ticket_id="T-4", text="Where is my order?")
        assert last.status_code == 200
    assert kept(tmp_path, "select count(*) from runs where json_extract(doc, '$.kind') = 'message'") == [5]
    assert set(kept(tmp_path, "select state from arrivals")) == {"done"}


def test_killed_before_the_acknowledgement_nothing_was_promised(tmp_path: Path, world: Path) -> None:
    with serving(tmp_path, "--world", str(world), crash_at="before_inbox") as service:
        token = token_of(service)
        with pytest.raises(httpx.TransportError):
            service.send(token)
    assert kept(tmp_path, "select * from arrivals") == []


def test_the_token_is_shown_on_the_first_start_only(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        token = token_of(first)
        assert first.send(token, wait=30).json()["reason"] == "identity_unverified"
    with serving(tmp_path) as second:
        assert second.send(token).status_code == 202
        second.process.terminate()
        out, errors = second.process.communicate(timeout=DEADLINE)
    assert (second.process.returncode, out) == (0, "")
    assert token.split("_", 2)[2] not in errors and "Ava" not in errors and "cancel" not in errors


def test_a_folder_is_served_by_one_process(tmp_path: Path) -> None:
    with serving(tmp_path):
        second = start(tmp_path)
        _, errors = second.communicate(timeout=DEADLINE)
        assert (second.returncode, "another process serves" in errors) == (1, True)


def test_what_cannot_be_used_is_said_and_nothing_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_WEBHOOK_SECRET_OMS", "not a secret at all")
    process = start(tmp_path)
    _, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, "WISMO_WEBHOOK_SECRET_OMS" in errors, "not a secret" in errors) == (1, True, False)
