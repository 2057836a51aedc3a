"""Reviews that an event opens or outlives: what the customer hears of them, and when (specification, section 7)."""

from __future__ import annotations

import asyncio

import pytest

from server.sweep import Sweep
from tests.doors.shop import later
from tests.doors.states import backorder, held, processing
from tests.reviews.conftest import Opens
from tests.reviews.desk import Desk

HOLD = {"kind": "payment", "placed_at": later(0.5).isoformat()}


def on_hold(opens: Opens) -> Desk:
    """A hold that an event reported, on an order that nobody asked about."""
    desk = opens(processing())
    desk.change("orders", "O-1042", status="on_hold", holds=[HOLD], updated_at=later(0.5).isoformat())
    step = desk.reports("order.hold_placed", at=later(1))
    assert (step.disposition, step.visible, step.triggers) == ("escalate", [], ["payment_hold"])
    return desk


def released(desk: Desk, at: float) -> None:
    holds = [{**row, "released_at": later(at).isoformat()} for row in desk.now()["orders"][0]["holds"]]
    desk.change("orders", "O-1042", status="processing", holds=holds, updated_at=later(at).isoformat())


def test_a_hold_that_nobody_asked_about_stays_untold_when_its_review_expires(opens: Opens) -> None:
    desk = on_hold(opens)

    fired = desk.waits_until(later(24 * 7))

    assert "expiry" in [what for what, _, _ in fired]
    assert [step.visible for _, _, step in desk.all_fired if step.visible] == []
    assert desk.follow_ups() == []


def test_a_further_event_or_a_look_around_tells_nobody_of_a_hold_that_nobody_asked_about(opens: Opens) -> None:
    desk = on_hold(opens)

    again = desk.reports("order.updated", at=later(2))
    desk.waits_until(later(24 * 4))
    looked = asyncio.run(Sweep(desk.house, "desk", under="late").once())

    assert (again.disposition, again.reason, again.visible, again.escalation) == ("suppress", "no_change", [], None)
    assert looked.looked_again
    assert desk.said() == []


def test_who_asks_about_an_untold_hold_reads_of_the_review_for_the_first_time(opens: Opens) -> None:
    step = on_hold(opens).hears("where is order 1042?", at=later(2))

    assert "needs an additional review" in step.text
    assert "still" not in step.text


def test_a_released_hold_keeps_the_promise_and_owes_no_further_update(opens: Opens) -> None:
    desk = opens(held("fraud"))
    asked = desk.hears("where is order 1042?")
    released(desk, 1)

    told = desk.reports("order.hold_released", at=later(1.5))
    desk.waits_until(later(24 * 7))

    assert (told.disposition, told.condition, len(told.visible)) == ("notify", "processing_within_sla", 1)
    assert "review" not in told.text
    assert told.due is None
    assert [row.status for row in desk.follow_ups() if row.due_at == asked.due] == ["kept"]
    assert [step.text for what, _, step in desk.all_fired if what in {"expiry", "reminder"} and step.visible] == []
    assert desk.the_review().is_open


def test_a_threat_outlives_the_problem_that_it_was_made_about(opens: Opens) -> None:
    desk = opens(held("fraud"))
    asked = desk.hears("where is order 1042? My lawyer will write to you.")
    released(desk, 1)

    told = desk.reports("order.hold_released", at=later(1.5))

    assert told.due == asked.due
    assert "still reviewing" in told.text


@pytest.mark.parametrize("reason", ["min_gap", "quiet_hours", "opt_out"])
def test_reviewers_hear_of_a_hold_at_once_whatever_keeps_the_message_back(opens: Opens, reason: str) -> None:
    desk = opens(processing(contact_opt_out=reason == "opt_out"))
    desk.hears("where is order 1042?")
    hours = {"min_gap": 2, "quiet_hours": 13, "opt_out": 20}[reason]
    desk.change("orders", "O-1042", status="on_hold", holds=[HOLD], updated_at=later(0.5).isoformat())

    step = desk.reports("order.hold_placed", at=later(hours))

    assert (step.disposition, step.visible, step.triggers) == ("escalate", [], ["payment_hold"])
    assert step.escalation["queue"] == "fraud"
    again = desk.reports("order.updated", at=later(hours + 0.1))
    assert (again.disposition, again.visible, again.escalation) == ("suppress", [], None)
    desk.waits_until(later(21))
    texts = [step.text for _, _, step in desk.all_fired if step.visible]
    assert len(texts) == (0 if reason == "opt_out" else 1)
    assert all("needs an additional review" in text for text in texts)


def test_a_date_that_the_supplier_takes_back_is_told_although_no_date_came_before(opens: Opens) -> None:
    desk = opens(backorder())
    desk.hears("where is order 1042?")
    row = {**desk.now()["supply"][0], "eta": None, "updated_at": later(24).isoformat()}
    desk.patch(supply=[row])

    told = desk.reports("supply.eta_changed", at=later(25), source="supplier", sku="DESK-LAMP")
    again = desk.reports("supply.eta_changed", at=later(50), source="supplier", sku="DESK-LAMP")

    assert (told.disposition, told.condition, len(told.visible)) == ("notify", "supplier_backorder", 1)
    assert (again.disposition, again.reason) == ("suppress", "unconfirmed")
