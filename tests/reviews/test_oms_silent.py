"""A question that came while the OMS was silent is worked on again when its promise falls due (specification, section 2)."""

from __future__ import annotations

from typing import Any

from graph.arrivals import HumanReplied
from graph.case import FollowUpStatus
from tests.doors.shop import Step, later
from tests.doors.states import moving
from tests.reviews.conftest import Opens
from tests.reviews.desk import Desk

ASKED: dict[str, Any] = {"sender": None, "login": "C-1"}


def fired(desk: Desk, hours: float) -> list[Step]:
    desk.waits_until(later(hours))
    return [step for _, _, step in desk.all_fired if step.visible]


def test_the_question_is_answered_at_the_promised_time_in_the_case_that_promised_it(opens: Opens) -> None:
    desk = opens(moving().fault("oms"))
    asked = desk.hears("where is my order?", **ASKED)
    desk.patch(faults={"oms": None})

    (told,) = fired(desk, 2)

    assert (told.disposition, told.condition, told.order_id, told.case_id) == ("notify", "standard_in_transit", "O-1042", asked.case_id)
    assert "1042" in told.text
    assert [row.status for row in desk.follow_ups() if row.due_at == asked.due] == [FollowUpStatus.KEPT]
    assert desk.case(asked.case_id).order_id == "O-1042"
    assert desk.case(asked.case_id).prior_contact_count == 1


def test_the_second_failed_attempt_escalates_and_every_later_promise_is_kept(opens: Opens) -> None:
    desk = opens(moving().fault("oms"))
    asked = desk.hears("where is 1042?", **ASKED)

    first, *rest = fired(desk, 24 * 4)

    assert (first.disposition, first.reason, first.triggers) == ("escalate", "follow_up_due", ["facts_unavailable"])
    assert (first.escalation["queue"], first.case_id) == ("cx", asked.case_id)
    assert rest
    assert FollowUpStatus.MISSED not in {row.status for row in desk.follow_ups()}


def test_what_is_asked_back_is_asked_when_the_orders_are_known(opens: Opens) -> None:
    desk = opens(moving().order("1050", status="processing").fault("oms"))
    desk.hears("where is my order?", **ASKED)
    desk.patch(faults={"oms": None})

    (told,) = fired(desk, 2)

    assert (told.disposition, told.reason) == ("notify", "order_ambiguous")
    assert "1042" in told.text
    assert "1050" in told.text


def test_an_order_with_an_open_case_goes_on_in_that_case(opens: Opens) -> None:
    desk = opens(moving())
    before = desk.hears("where is 1042?", **ASKED)
    desk.patch(faults={"oms": "timeout"})
    silent = desk.hears("any news on 1042?", at=later(1), **ASKED)
    desk.patch(faults={"oms": None})

    (told,) = fired(desk, 3)

    assert silent.case_id != before.case_id == told.case_id
    assert [case.is_open for case in desk.cases()] == [True, False]
    assert [row.status for row in desk.follow_ups(silent.case_id)] == [FollowUpStatus.KEPT]


def test_a_new_message_in_the_ticket_is_answered_in_the_same_case(opens: Opens) -> None:
    desk = opens(moving().fault("oms"))
    asked = desk.hears("where is 1042?", **ASKED)
    desk.patch(faults={"oms": None})
    again = desk.hears("any news on 1042?", at=later(0.5), **ASKED)

    assert (again.condition, again.case_id) == ("standard_in_transit", asked.case_id)
    assert fired(desk, 3) == []


def test_a_human_who_answered_keeps_the_promise(opens: Opens) -> None:
    desk = opens(moving().fault("oms"))
    asked = desk.hears("where is 1042?", **ASKED)
    desk.house.inbox.put(HumanReplied(arrival_id="human:1", at=later(0.5), ticket_id="T-1"))
    desk.deliver()

    assert fired(desk, 3) == []
    assert [row.status for row in desk.follow_ups() if row.due_at == asked.due] == [FollowUpStatus.KEPT]


def test_at_night_the_promised_answer_waits_for_the_customers_morning(opens: Opens) -> None:
    desk = opens(moving(timezone="America/Los_Angeles").fault("oms"))
    desk.hears("where is my order?", **ASKED)
    desk.patch(faults={"oms": None})
    morning = later(3)  # eight o'clock in Los Angeles

    told = fired(desk, 24)

    assert [step.messages[0]["at"] for step in told] == [morning.isoformat()]
    assert (told[0].disposition, told[0].order_id) == ("notify", "O-1042")
    assert FollowUpStatus.MISSED not in {row.status for row in desk.follow_ups()}
