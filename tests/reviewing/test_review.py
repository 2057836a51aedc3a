"""`wismo review`: which runs are worth a look, and what a verdict becomes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoints.schema import connect
from graph.arrivals import Arrival, DecisionArrived, MessageArrived
from graph.facts import Patch
from graph.labels import Channel, Mode
from server.cli.stage import demo_time, house_at, play, the_demo_world
from server.policy_file import read_policy
from tests.analytics.conftest import wismo
from tests.evaluation.conftest import evaluated

NOW = demo_time()
SPAN = ("--since", "2026-03-01", "--at", "2026-03-30T00:00:00Z")


def said(number: int, text: str = "Where is my order?", customer: str = "C-7001", hours: float = 0) -> MessageArrived:
    """A message of a known customer."""
    return MessageArrived(arrival_id=f"m{number}", mode=Mode.LIVE, at=NOW + timedelta(hours=hours), channel=Channel.CHAT, ticket_id=f"T-{number}",
                          authenticated_customer_id=customer, text=text)  # fmt: skip


async def _work(folder: Path, arrivals: tuple[Arrival, ...], patch: Patch | None) -> None:
    async with house_at(NOW, read_policy(None), folder) as (house, clock):
        house.world.load(the_demo_world())
        if patch is not None:
            house.world.patch(patch)
        for arrival in arrivals:
            await play(house, clock, arrival)


Kept = Callable[..., Path]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A data folder in which these arrivals were worked on."""

    def work(*arrivals: Arrival, patch: Patch | None = None) -> Path:
        folder = tmp_path / "shop"
        folder.mkdir()
        asyncio.run(_work(folder, arrivals, patch))
        return folder

    return work


def run_of(folder: Path, arrival_id: str) -> str:
    """The first run of an arrival."""
    connection = connect(folder / "wismo.sqlite").conn
    row = connection.execute("select run_id from runs where arrival_id = ? order by seq", (arrival_id,)).fetchone()
    connection.close()
    return str(row[0])


def queue(folder: Path) -> str:
    """What the command lists."""
    ran = wismo("review", "--data", folder, *SPAN, "--plain")
    assert ran.exit_code == 0, ran.output
    return " ".join(ran.output.split())


def test_a_plain_answer_is_not_worth_a_look(kept: Kept) -> None:
    assert "No run is worth a look" in queue(kept(said(1)))


def test_an_unreadable_wish_is(kept: Kept) -> None:
    told = queue(kept(said(1, "hm")))
    assert "low confidence" in told
    assert "no readable intent" in told


def test_missing_facts_are(kept: Kept) -> None:
    told = queue(kept(said(1), patch=Patch.model_validate({"faults": {"wms": "error"}})))
    assert "tool failure" in told


def test_a_human_who_decides_otherwise_makes_it_worth_a_look(kept: Kept) -> None:
    asks = said(1, "Please cancel my order, I no longer need it.", customer=_big_spender())
    no = DecisionArrived(arrival_id="d1", mode=Mode.LIVE, at=NOW + timedelta(minutes=30), order_id=_big_order(), reviewer="U0CXLEAD", decision="deny",
                         rationale="it is being packed")  # fmt: skip
    folder = kept(asks, no)
    told = queue(folder)
    assert run_of(folder, "m1") in told
    assert "changed decision" in told
    assert "cancel was recommended and denied" in told


def test_a_case_that_was_resolved_too_soon_is(kept: Kept) -> None:
    told = queue(kept(said(1, customer="C-7003"), said(2, "And where is it now?", customer="C-7003", hours=20)))
    assert "wrote again within 72 hours" in told


def test_a_right_verdict_holds_the_message_to_what_came(kept: Kept, tmp_path: Path) -> None:
    folder = kept(said(1))
    done = wismo("review", run_of(folder, "m1"), "right", "--by", "ana", "--data", folder, *SPAN[2:])
    assert done.exit_code == 0, done.output
    assert "condition=processing_within_sla" in done.output
    ran = evaluated(tmp_path, folder, "--at-least", "condition=1", "--at-least", "disposition=1", "--at-least", "triggers=1")
    assert ran.exit_code == 0
    assert ran.figures["shares"]["condition"]["of"] == 1


def test_a_wrong_verdict_is_a_miss_until_it_is_mended(kept: Kept, tmp_path: Path) -> None:
    folder = kept(said(1, "hm"))
    run_id = run_of(folder, "m1")
    said_wrong = wismo(
        "review", run_id, "wrong", "--by", "ana", "--expect", "disposition=handoff,escalate", "--note", "he was angry on the phone", "--data", folder
    )
    assert said_wrong.exit_code == 0, said_wrong.output
    assert run_id not in queue(folder)
    row = evaluated(tmp_path, folder).figures["rows"][0]
    assert row["misses"] == [{"key": "disposition", "want": ["handoff", "escalate"]}]
    again = wismo("review", run_id, "right", "--by", "ben", "--data", folder)
    assert again.exit_code == 0
    assert evaluated(tmp_path, folder).figures["rows"][0]["misses"] == []
    connection = connect(folder / "wismo.sqlite").conn
    ledger = connection.execute("select who, what, why from ledger where what like 'verdict%' order by seq").fetchall()
    connection.close()
    assert ledger == [("ana", "verdict: wrong", ""), ("ben", "verdict: right", "")], "both stay, without the words about a person"


def test_judged_messages_become_a_scenario_file(kept: Kept, tmp_path: Path) -> None:
    folder, file = kept(said(1), said(2, "hm", customer="C-7003")), tmp_path / "judged.jsonl"
    for number in (1, 2):
        assert wismo("review", run_of(folder, f"m{number}"), "right", "--by", "ana", "--data", folder).exit_code == 0
    assert wismo("review", "--export", file, "--data", folder).exit_code == 0
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["scenario_id"] for row in rows] == ["m1", "m2"]
    assert rows[0]["steps"][0]["expect"]["condition"] == ["processing_within_sla"]
    assert evaluated(tmp_path, file, "--at-least", "1").exit_code == 0


def test_a_verdict_is_shown_with_the_run_and_counted_in_the_rollout(kept: Kept) -> None:
    folder = kept(said(1))
    run_id = run_of(folder, "m1")
    wismo("review", run_id, "right", "--by", "ana", "--note", "good words", "--data", folder)
    shown = wismo("review", run_id, "--data", folder, "--plain").output
    assert "judged right by ana" in shown
    assert "Where is my order?" in shown
    assert "100 % (1/1)" in wismo("rollout", "show", "--data", folder, *SPAN[2:]).output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("run_unknown",), 1, "no run is called"),
        (("RUN", "good", "--by", "ana"), 2, "right or wrong"),
        (("RUN", "right"), 2, "--by"),
        (("RUN", "wrong", "--by", "ana", "--expect", "disposition=maybe"), 2, "disposition"),
        (("RUN", "wrong", "--by", "ana", "--expect", "mood=bad"), 2, "mood"),
        (("--by", "ana"), 2, "name the run"),
        (("--export", "nothing.jsonl"), 1, "no message was judged"),
    ],
)
def test_what_cannot_be_judged_is_refused(kept: Kept, arguments: tuple[str, ...], code: int, told: str) -> None:
    folder = kept(said(1))
    ran = wismo("review", *(run_of(folder, "m1") if each == "RUN" else each for each in arguments), "--data", folder)
    assert ran.exit_code == code
    assert told in ran.stderr


def _big_order() -> str:
    return next(row.order_id for row in the_demo_world().orders if row.customer_id == _big_spender())


def _big_spender() -> str:
    """A customer whose one order waits in the warehouse and is above the limit of a cancellation without approval."""
    world = the_demo_world()
    return next(row.customer_id for row in world.customers if "farah.nasser@mailbox.example" in row.emails)
