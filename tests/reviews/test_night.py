"""Answers after a decision are never exempt from quiet hours: the night holds them back, the morning writes them (specification, section 7)."""

from __future__ import annotations

from datetime import datetime

import pytest

from graph.arrivals import HumanReplied
from graph.facts import Contact
from graph.labels import Mode
from tests.doors.shop import later, scan
from tests.reviews.conftest import Opens
from tests.reviews.desk import CANCEL, REFUND, REPLACE, SHIPPING, Desk, dear, gone

NIGHT = datetime.fromisoformat("2026-03-11T23:30:00+00:00")
MORNING = datetime.fromisoformat("2026-03-12T08:00:00+00:00")


@pytest.mark.parametrize(("decision", "words"), [("approve", "Your refund of $60.00 is on its way"), ("deny", "we're not paying it back")])
def test_a_decision_of_the_night_is_told_in_the_morning_once(opens: Opens, decision: str, words: str) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    decided = desk.decides(decision, at=NIGHT)
    at_night = desk.said()
    desk.waits_until(MORNING)
    told = [step for _, at, step in desk.all_fired if step.visible and at == MORNING]

    assert (decided.disposition, decided.visible, len(at_night)) == ("resume", [], 1)
    assert decided.executed == (["refund"] if decision == "approve" else [])
    assert [(step.disposition, step.reason, len(step.visible)) for step in told] == [("notify", "", 1)]
    assert len(desk.said()) == 2
    assert words in told[0].text
    desk.waits_until(later(20))
    desk.deliver()
    assert len(desk.said()) == 2


def test_a_denial_of_the_night_promises_in_the_morning(opens: Opens) -> None:
    desk = opens(gone())
    asked = desk.hears(REFUND)
    desk.decides("deny", at=NIGHT)
    before = [row.status for row in desk.follow_ups()]
    desk.waits_until(MORNING)
    told = desk.all_fired[-1][2]

    assert before == ["open"]
    assert [row.status for row in desk.follow_ups()] == ["superseded", "open"]
    assert told.due is not None and asked.due is not None
    assert told.due > asked.due


def test_a_deadline_that_was_named_in_the_night_is_the_promise_of_the_morning(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    desk.decides("deny", at=NIGHT, deadline=later(52))
    desk.waits_until(MORNING)

    assert desk.all_fired[-1][2].due == later(52)


def test_the_morning_tells_what_is_true_in_the_morning(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    desk.hears(REPLACE)
    desk.decides("deny", by=SHIPPING, at=NIGHT)
    desk.change("shipments", "S-1", events=[scan("lost"), {"at": "2026-03-12T06:00:00+00:00", "status": "delivered"}])
    desk.change("orders", "O-1042", status="delivered", updated_at="2026-03-12T06:00:00+00:00")
    desk.waits_until(MORNING)

    assert len(desk.said()) == 2
    assert "delivered your order 1042" in desk.said()[-1]
    assert "lost" not in desk.said()[-1]


def test_a_cancelled_case_is_closed_by_the_text_of_the_morning(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    desk.decides("approve", at=NIGHT)
    open_at_night = asked.case.is_open
    desk.waits_until(MORNING)

    assert (desk.order()["status"], open_at_night, asked.case.is_open) == ("cancelled", True, False)
    assert "cancelled" in desk.said()[-1]
    assert asked.case.reopened == 0


def test_a_teammate_who_answers_in_the_night_was_faster(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    desk.decides("deny", at=NIGHT)
    _teammate_writes(desk, later(16))
    desk.waits_until(MORNING)

    assert len(desk.said()) == 1
    assert [step.disposition for _, at, step in desk.all_fired if at == MORNING] == ["suppress"]


def test_who_takes_the_case_over_in_the_night_writes_himself(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    desk.decides("deny", at=NIGHT)
    desk.hears("and where is 1042? I want to speak to a manager!", at=later(12))
    desk.decides("manual_takeover", at=later(13))
    before = len(desk.said())
    desk.waits_until(MORNING)

    assert len(desk.said()) == before


def test_a_silent_oms_keeps_the_text_back_for_an_hour(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    desk.decides("deny", at=NIGHT)
    desk.patch(faults={"oms": "error"})
    desk.waits_until(later(20.5))
    silent = len(desk.said())
    desk.patch(faults={"oms": None})
    desk.waits_until(later(21))

    assert (silent, len(desk.said())) == (1, 2)
    assert "we're not paying it back" in desk.said()[-1]


@pytest.mark.parametrize(("zone", "texts"), [("UTC", 1), ("America/New_York", 2), ("Asia/Tokyo", 2)])
def test_the_night_is_the_customers_own(opens: Opens, zone: str, texts: int) -> None:
    scene = gone()
    scene.world["customers"][0]["timezone"] = zone
    desk = opens(scene)
    desk.hears(REFUND)
    desk.decides("deny", at=NIGHT)

    assert len(desk.said()) == texts


def test_who_asks_in_the_night_is_answered_in_the_night(opens: Opens) -> None:
    desk = opens(dear(total="90.00"))
    cancelled = desk.hears(CANCEL, at=NIGHT)

    assert cancelled.executed == ["cancel"]
    assert len(cancelled.visible) == 1


def _teammate_writes(desk: Desk, at: datetime) -> None:
    fields = {"contact_id": "human-1", "ticket_id": "T-1", "customer_id": "C-1", "order_id": "O-1042", "at": at}
    desk.house.world.add_contact(
        Contact.model_validate({**fields, "direction": "outbound", "author": "human", "text": "I have refunded it by hand."})
    )
    desk.clock.set(at)
    desk.house.inbox.put(HumanReplied(arrival_id="human-1", at=at, mode=Mode.LIVE, ticket_id="T-1"))
    desk.deliver()
