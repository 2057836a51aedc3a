"""Real processes: a served world, and a service that works on it; killed in the middle of a delivery, and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from checkpoints.crash_points import CRASH_AT
from tests.connectors.served import SECRET, TOKEN

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0
MESSAGE = {"channel": "email", "ticket_id": "T-1", "from_email": "OWN", "text": "Where is my order?"}


@contextmanager
def running(folder: Path, *command: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A process that says its address, with what it said before; killed at the end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WISMO_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        env={**own, "PYTHONPATH": str(ROOT), CRASH_AT: "nowhere", **environment},
    )  # fmt: skip
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"http://\S+:\d+", line):
                yield process, found[0], said
                break
        else:
            raise AssertionError(f"it ended before it served: {said}")
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """The demo shop, served."""
    with running(tmp_path, "world", "serve", "--port", "0", WISMO_WORLD_TOKEN=TOKEN, WISMO_OUTBOUND_SECRET=SECRET) as (_, url, _said):
        yield url


def wired(shop: str) -> dict[str, str]:
    """The environment of a service that works on that shop."""
    systems = ("oms", "wms", "supplier", "inventory", "carrier", "support")
    urls = {f"WISMO_{name.upper()}_URL": f"{shop}/{name}" for name in systems}
    tokens = {f"WISMO_{name.upper()}_TOKEN": TOKEN for name in systems}
    return {**urls, **tokens, "WISMO_OUTBOUND_URL": f"{shop}/helpdesk/deliveries", "WISMO_OUTBOUND_SECRET": SECRET}


def asked(shop: str, path: str) -> Any:
    """What the shop says."""
    return httpx.get(f"{shop}{path}", headers={"authorization": f"Bearer {TOKEN}"}, timeout=DEADLINE).json()


def somebody(shop: str) -> str:
    """The address of a customer of the shop."""
    return str(asked(shop, "/world")["customers"][0]["emails"][0])


def write(url: str, token: str, sender: str, wait: int = 30, **fields: str) -> httpx.Response:
    """A customer writes."""
    body = {**MESSAGE, "message_id": "m1", "from_email": sender, **fields}
    return httpx.post(f"{url}/v1/messages?wait={wait}", json=body, headers={"authorization": f"Bearer {token}"}, timeout=DEADLINE)


def serve(folder: Path, shop: str, *more: str, **environment: str) -> Any:
    """A service on the shop."""
    return running(folder, "serve", "--port", "0", "--live", "--data", str(folder / "data"), *more, **{**wired(shop), **environment})


def token_of(process: subprocess.Popen[str]) -> str:
    """The admin token of a first start."""
    assert process.stdout is not None
    return process.stdout.readline().rsplit(" ", 1)[1].strip()


@pytest.mark.parametrize("point", ["before_delivery", "after_delivery"])
def test_killed_around_a_delivery_the_next_process_delivers_and_the_customer_reads_it_once(point: str, tmp_path: Path, shop: str) -> None:
    before = len(asked(shop, "/world")["contacts"])
    with serve(tmp_path, shop, **{CRASH_AT: point}) as (process, url, said):
        assert "connected over HTTP: oms, wms" in "".join(said)
        token = token_of(process)
        assert write(url, token, somebody(shop), wait=0).status_code == 202
        assert process.wait(DEADLINE) == -signal.SIGKILL
    with serve(tmp_path, shop) as (_, url, _said):
        answer = write(url, token, somebody(shop))
        assert (answer.status_code, answer.json()["visible"]) == (200, True)
        ready = httpx.get(f"{url}/readyz", timeout=DEADLINE).json()
        assert (ready["status"], set(ready["backends"].values())) == ("ready", {"ok"})
    replies = [each["data"]["text"] for each in asked(shop, "/helpdesk/deliveries") if each["type"] == "wismo.reply"]
    assert replies == [answer.json()["text"]]
    assert len(asked(shop, "/world")["contacts"]) == before + 1


def test_a_folder_that_works_on_connected_systems_is_never_judged_by_empty_ones(tmp_path: Path, shop: str) -> None:
    with serve(tmp_path, shop):
        pass
    own = {name: value for name, value in os.environ.items() if not name.startswith("WISMO_")}
    for command in (["sweep"], ["serve", "--port", "0"]):
        told = subprocess.run(
            [sys.executable, "-m", "server", *command, "--data", str(tmp_path / "data")], capture_output=True, text=True, cwd=tmp_path,
            env={**own, "PYTHONPATH": str(ROOT)}, timeout=DEADLINE, check=False,
        )  # fmt: skip
        assert (told.returncode, "set WISMO_CONNECTIONS again" in told.stderr) == (1, True)


def test_a_check_asks_every_system_and_says_what_is_wrong(tmp_path: Path, shop: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WISMO_")}
    order = asked(shop, "/world")["orders"][0]["order_id"]

    def check(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "server", "connections", "check", "--data", str(tmp_path), "--order", order], capture_output=True, text=True,
            cwd=tmp_path, env={**own, "PYTHONPATH": str(ROOT), **wired(shop), **environment}, timeout=DEADLINE, check=False,
        )  # fmt: skip

    good = check()
    assert good.returncode == 0 and "oms orders: answers (1 row)" in good.stdout and "oms customer by address: found" in good.stdout
    httpx.post(f"{shop}/world/patch", json={"faults": {"carrier": "malformed"}}, headers={"authorization": f"Bearer {TOKEN}"}, timeout=DEADLINE)
    bad = check(WISMO_WMS_TOKEN="wrong", WISMO_SUPPLIER_URL=f"{shop}/nowhere")
    assert bad.returncode == 1
    assert "wms fulfillments: answered with status 401" in bad.stdout and "supplier supply: answered with status 404" in bad.stdout
    assert "carrier parcels: items.0." in bad.stdout and "wrong" not in bad.stdout + bad.stderr


def test_a_world_is_not_served_to_others_without_a_token(tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WISMO_")}
    told = subprocess.run(
        [sys.executable, "-m", "server", "world", "serve", "--host", "0.0.0.0", "--port", "0"], capture_output=True, text=True, cwd=tmp_path,
        env={**own, "PYTHONPATH": str(ROOT)}, timeout=DEADLINE, check=False,
    )  # fmt: skip
    assert (told.returncode, "WISMO_WORLD_TOKEN is not set" in told.stderr) == (1, True)


def test_the_contract_is_printed(tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "server", "world", "contract"], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=DEADLINE, check=True,
    )  # fmt: skip
    paths = json.loads(printed.stdout)["paths"]
    assert {"/oms/orders", "/oms/customers/search", "/oms/actions", "/wms/fulfillments", "/carrier/parcels", "/support/contacts"} <= set(paths)
