"""Answers after a decision are never sent in the customer's quiet hours; what is decided is done at once (section 7)."""

from __future__ import annotations

import pytest

from tests.doors.shop import Step, later
from tests.reviews.conftest import Opens
from tests.reviews.desk import CANCEL, CX, REFUND, Desk, dear, gone

NIGHT, MORNING = later(10), later(20)
"""22:00 and 08:00 in UTC."""


def told(desk: Desk, hours: float) -> list[Step]:
    desk.waits_until(later(hours))
    return [step for _, _, step in desk.all_fired if step.visible]


def test_what_is_approved_at_night_is_done_at_once_and_told_in_the_morning(opens: Opens) -> None:
    desk = opens(gone("149.00"))
    desk.hears(REFUND)

    decided = desk.decides("approve", by=CX, at=NIGHT)
    assert (decided.disposition, decided.executed, decided.visible) == ("resume", ["refund"], [])
    assert desk.order()["payment"]["refunded_amount"] == "149.00"
    assert told(desk, 19.9) == []

    (step,) = told(desk, 20.2)
    assert (step.disposition, step.visible[0]["at"]) == ("notify", MORNING.isoformat())
    assert "$149.00" in step.text
    assert [row.action.value for row in desk.cases()[0].remedies] == ["carrier_investigation", "refund"]
    assert step.escalation is None
    assert step.due is not None


def test_a_denial_of_the_night_is_told_in_the_morning_by_its_name(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)

    decided = desk.decides("deny", by=CX, at=NIGHT)
    assert (decided.disposition, decided.reason, decided.visible) == ("resume", "denied", [])

    (step,) = told(desk, 20.2)
    assert "can't be cancelled" in step.text


def test_the_customers_own_clock_counts(opens: Opens) -> None:
    scene = dear()
    scene.world["customers"][0]["timezone"] = "America/Los_Angeles"
    desk = opens(scene)
    desk.hears(CANCEL)

    assert desk.decides("deny", by=CX, at=later(1)).visible == []
    (step,) = told(desk, 3.1)
    assert step.visible[0]["at"] == later(3).isoformat()


def test_by_day_it_is_told_at_once_and_only_once(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)

    assert len(desk.decides("deny", by=CX, at=later(2)).visible) == 1
    assert told(desk, 30) == []


def test_who_takes_over_before_the_morning_tells_it(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(f"{CANCEL} - and a manager, please")
    desk.decides("deny", by=CX, at=NIGHT)
    desk.hears("a manager, please! 1042", at=later(10.5))
    desk.decides("manual_takeover", by=CX, at=later(11))

    assert told(desk, 21) == []


@pytest.mark.parametrize("text", ["Your cancellation could not be done, because the parcel is being packed."])
def test_a_reviewers_own_words_wait_too(opens: Opens, text: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny", by=CX, at=NIGHT, customer_safe_message=text)

    (step,) = told(desk, 20.2)
    assert step.visible
