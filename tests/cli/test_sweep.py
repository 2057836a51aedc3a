"""`wismo sweep` and `wismo follow-ups`: what waits, what is late, and what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from graph.arrivals import EventArrived, ReceiptArrived
from graph.labels import Mode
from server.policy_file import read_policy
from server.time_and_ids import SetClock
from server.wiring import build, furnish
from server.worker import drain

Wismo = Callable[..., Any]
DELAYED = ("where is FH-48227? it should have left on Monday", "--email", "gwen.pritchard@mailbox.example")
HEALTHY = ("has FH-48201 shipped yet?", "--customer", "C-7001")
ASKED = datetime.fromisoformat("2026-03-17T14:12:00+00:00")


@pytest.fixture
def promised(wismo: Wismo, tmp_path: Path) -> Path:
    """A data folder of the demo shop with a promise until tomorrow 14:12, and a watch."""
    data = tmp_path / "shop"
    for question in (DELAYED, HEALTHY):
        assert wismo("ask", *question, "--live", "--at", ASKED.isoformat(), "--data", data).exit_code == 0
    return data


def test_promises_are_listed_with_their_order_and_time(wismo: Wismo, promised: Path) -> None:
    listed = wismo("follow-ups", "--data", promised, "--plain").stdout
    assert "O-48227" in listed and "Wed 18 Mar" in listed and "in 1 d" in listed
    assert "O-48201" not in listed and "1 open case is watched" in listed
    assert "Nothing is late" in wismo("follow-ups", "--data", promised, "--late").stdout


def test_what_is_late_is_said(wismo: Wismo, promised: Path) -> None:
    late = ("follow-ups", "--data", promised, "--at", "2026-03-18T16:12:30Z")
    assert "2 h late" in " ".join(wismo(*late, "--plain").stdout.split())
    [record] = json.loads(wismo(*late, "--late", "--json").stdout)
    assert (record["order_id"], record["due_at"], record["late"]) == ("O-48227", "2026-03-18T14:12:00Z", True)
    assert json.loads(wismo("follow-ups", "--data", promised, "--late", "--json", "--at", "2026-03-18T14:12:30Z").stdout) == []


def test_a_sweep_keeps_the_promise_once(wismo: Wismo, promised: Path) -> None:
    assert "nothing waits" in wismo("sweep", "--data", promised).stdout, "a kept demo shop stands at its last arrival"
    first, second = (wismo("sweep", "--data", promised, "--at", "2026-03-18T14:10:00Z") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "a promise is due" in first.stdout and "notify: follow up due" in first.stdout.replace("\n", " ")
    assert "nothing waits" in second.stdout
    assert json.loads(wismo("follow-ups", "--data", promised, "--json", "--late", "--at", "2026-03-18T20:00:00Z").stdout) == []


def test_what_cannot_be_worked_on_is_named(wismo: Wismo, promised: Path) -> None:
    furnishing = furnish(read_policy(None), folder=promised)
    house = build(promised, furnishing, SetClock(ASKED))
    house.inbox.put(ReceiptArrived(arrival_id="poison", at=ASKED, mode=Mode.LIVE, run_id="run_of_nobody"))
    house.close()
    furnishing.close()
    swept = wismo("sweep", "--data", promised)
    assert swept.exit_code == 1
    assert "1 left behind" in swept.stdout and "poison: KeyError" in swept.stderr


def test_open_orders_are_looked_through_if_the_policy_says_so(wismo: Wismo, promised: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('extends = "default"\nversion = "swept"\n[sweep]\nopen_orders = true\n[mode]\ndefault = "live"\n', encoding="utf-8")
    without, first, second = (wismo("sweep", "--data", promised, *more) for more in ((), ("--policy", policy), ("--policy", policy)))
    assert "open orders" not in without.stdout
    assert "open orders looked through" in first.stdout and "of them with news" in first.stdout
    assert "the sweep comes by" in first.stdout and "no tracking movement" in first.stdout.replace("\n", " ")
    assert "with news" not in second.stdout


@pytest.mark.parametrize("command", ["sweep", "follow-ups"])
def test_a_mistyped_time_or_a_folder_without_cases_is_refused(wismo: Wismo, promised: Path, tmp_path: Path, command: str) -> None:
    for at, says in (("tomorrow", "is no time"), ("2026-03-17T10:00", "no UTC offset")):
        refused = wismo(command, "--data", promised, "--at", at)
        assert refused.exit_code == 2 and says in refused.stderr
    empty = wismo(command, "--data", tmp_path / "nowhere")
    assert empty.exit_code == 1 and "no cases are kept" in empty.stderr
    assert not (tmp_path / "nowhere").exists()


async def _told_at_night(folder: Path) -> None:
    """An event about the stalled parcel of FH-48231, whose customer sleeps; nobody has asked."""
    night = datetime.fromisoformat("2026-03-17T23:00:00+00:00")
    furnishing = furnish(read_policy(None), folder=folder)
    house = build(folder, furnishing, SetClock(night))
    fields = {"arrival_id": "e1", "event_id": "e1", "at": night, "occurred_at": night, "mode": Mode.LIVE, "source": "carrier"}
    house.inbox.put(EventArrived.model_validate({**fields, "type": "tracking.updated", "order_id": "O-48231"}))
    await drain(house, "night")
    house.close()
    furnishing.close()


def test_a_case_shows_every_suppressed_message_with_its_reason(wismo: Wismo, promised: Path) -> None:
    asyncio.run(_told_at_night(promised))
    wismo("sweep", "--data", promised, "--at", "2026-03-18T09:00:00Z")
    cases = json.loads(wismo("cases", "--data", promised, "--json").stdout)
    [case] = [case for case in cases if case["order_id"] == "O-48231"]
    told = wismo("case", case["wismo_case_id"], "--data", promised, "--plain").stdout
    assert "event tracking.updated (carrier)" in told and "suppressed: quiet hours" in told
    assert told.index("suppressed: quiet hours") < told.index("look, held back until now") < told.index("The customer reads")
