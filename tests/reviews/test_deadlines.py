"""Reminders, expiry and silence: nothing is ever approved by it (specification, section 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from graph.labels import Action
from tests.doors.shop import NOW, Scene, item, later
from tests.doors.states import held, moving
from tests.reviews.conftest import Opens
from tests.reviews.desk import CANCEL, CX, REPLACE, SHIPPING, SUPPLY, dear, gone

THREATS = "When does 1042 ship? You will hear from my lawyer."


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "urgent", "usual"),
    [
        ("2026-03-11T12:00", "2026-03-11T14:00", "2026-03-11T16:00"),
        ("2026-03-11T16:00", "2026-03-12T10:00", "2026-03-12T12:00"),
        ("2026-03-13T16:00", "2026-03-16T10:00", "2026-03-16T12:00"),
        ("2026-03-14T11:00", "2026-03-16T11:00", "2026-03-16T13:00"),
        ("2026-03-11T20:00", "2026-03-12T11:00", "2026-03-12T13:00"),
    ],
)
def test_the_reminder_comes_at_half_of_the_business_time(opens: Opens, asked: str, urgent: str, usual: str) -> None:
    for text, expected in ((THREATS, urgent), (CANCEL, usual)):
        desk = opens(dear() if text == CANCEL else moving(), at=at(asked))
        desk.hears(text, at=at(asked))
        fired = desk.waits_until(at(expected))

        assert [(what, moment) for what, moment, _ in fired] == [("reminder", at(expected))]


def test_a_reminder_is_for_the_thread_alone(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    ((_, _, step),) = desk.waits_until(later(4))

    assert (step.messages, step.executed) == ([], [])
    assert step.posts[0]["post"]["is_update"] is True
    assert step.escalation["status"] == "reminded"
    assert (step.deadline, step.due) == (asked.deadline, asked.due)
    assert len(desk.said()) == 1
    assert desk.decides("approve", at=later(5)).executed == ["cancel"]


def test_before_half_of_the_time_nobody_is_reminded(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)

    assert desk.waits_until(later(3.9)) == []


def test_the_deadline_expires_to_the_fallback_queue(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    asked = desk.hears(REPLACE)
    fired = desk.waits_until(later(24))
    what, moment, step = fired[-1]

    assert [row[0] for row in fired] == ["reminder", "expiry"]
    assert (what, moment) == ("expiry", asked.deadline)
    assert (step.disposition, step.escalation["status"], step.escalation["queue"]) == ("escalate", "expired", "cx")
    assert step.escalation["escalation_id"] == asked.escalation["escalation_id"]
    assert step.deadline == later(48)
    assert set(step.escalation["options"]) >= {"replacement", "refund", "wait"}
    assert (step.executed, desk.the_review().recommended_action) == ([], "replacement")
    assert any("expired" in note for note in step.internal_notes)


def test_at_expiry_the_review_moves_to_the_other_channel(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    desk.hears(REPLACE)
    assert desk.the_review().request.review_channel == "#wismo-shipping"
    step = desk.waits_until(later(24))[-1][2]

    assert desk.the_review().request.review_channel == "#wismo-cx"
    assert [post["post"]["channel"] for post in step.posts] == ["#wismo-cx"]
    assert "shipping -> cx" in "\n".join(step.posts[0]["post"]["posts"])


@pytest.mark.parametrize("by", [CX, SHIPPING])
def test_after_expiry_reviewers_of_both_queues_decide(opens: Opens, by: str) -> None:
    desk = opens(gone("160.00", 9))
    desk.hears(REPLACE)
    assert desk.decides("approve", by=CX, at=later(1)).reason == "not_authorised"
    desk.waits_until(later(24))
    assert desk.decides("approve", by=SUPPLY, at=later(25)).reason == "not_authorised"
    step = desk.decides("approve", by=by, at=later(26))

    assert (step.reason, step.executed) == ("approved", ["replacement"])


def test_a_review_of_cx_expires_in_cx(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.waits_until(later(24))[-1][2]

    assert (step.escalation["status"], step.escalation["queue"], step.deadline) == ("expired", "cx", later(48))


def test_at_expiry_the_customer_gets_a_checkpoint_and_a_new_promise(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.waits_until(later(24))[-1][2]
    statuses = [row.status.value for row in desk.follow_ups()]

    assert len(step.visible) == 1
    assert datetime.fromisoformat(step.visible[0]["at"]) <= asked.due
    assert step.due is not None
    assert step.due > asked.due
    assert "missed" not in statuses
    assert statuses.count("open") == 1
    assert "cancelled" not in step.text


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney"])
def test_no_promise_is_missed_and_nobody_is_written_to_at_night(opens: Opens, zone: str) -> None:
    desk = opens(Scene(timezone=zone).order("1042", item(price="300.00")).task().reserved().stock())
    asked = desk.hears(CANCEL)
    desk.waits_until(later(24))
    sent = [datetime.fromisoformat(message["at"]) for _, _, step in desk.all_fired for message in step.visible]

    assert asked.due is not None
    assert sent != []
    assert min(sent) <= asked.due
    assert [moment for moment in sent if not 8 <= moment.astimezone(ZoneInfo(zone)).hour < 21] == []


def test_after_expiry_there_is_a_reminder_each_business_day(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    fired = [(what, moment) for what, moment, _ in desk.waits_until(at("2026-03-18T13:00"))]

    assert fired[:2] == [("reminder", later(4)), ("expiry", later(24))]
    assert fired[2:] == [
        ("reminder", at("2026-03-13T12:00")),
        ("reminder", at("2026-03-16T12:00")),
        ("reminder", at("2026-03-17T12:00")),
        ("reminder", at("2026-03-18T12:00")),
    ]


@pytest.mark.parametrize("kind", ["approval", "hold", "threat"])
def test_nothing_is_approved_by_silence(opens: Opens, kind: str) -> None:
    make, text = {"approval": (dear, CANCEL), "hold": (held, CANCEL), "threat": (moving, THREATS)}[kind]
    desk = opens(make())
    desk.hears(text)
    before = desk.order()
    desk.waits_until(NOW + timedelta(days=10))

    assert desk.order() == before
    assert desk.the_review().is_open
    assert {row.wanted.action for row in desk.actions("executed")} <= {Action.CARRIER_INVESTIGATION}, "which never needs an approval"
    assert len(desk.rows("select * from escalations")) == 1


def test_after_ten_days_of_silence_the_decision_still_counts(opens: Opens) -> None:
    desk = opens(dear(ship_by=later(24 * 20).isoformat()))
    desk.hears(CANCEL)
    desk.waits_until(NOW + timedelta(days=10))
    step = desk.decides("approve", at=NOW + timedelta(days=10, hours=1))

    assert (step.reason, step.executed) == ("approved", ["cancel"])
    assert len(step.visible) == 1


def test_ten_days_of_silence_break_no_promise(opens: Opens) -> None:
    desk = opens(dear(ship_by=later(24 * 20).isoformat()))
    desk.hears(CANCEL)
    end = NOW + timedelta(days=10)
    desk.waits_until(end)

    assert [row for row in desk.follow_ups() if row.status == "open" and row.due_at is not None and row.due_at < end] == []


@pytest.mark.parametrize("decision", ["approve", "deny", "manual_takeover"])
def test_a_decided_review_reminds_nobody(opens: Opens, decision: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides(decision)

    assert desk.waits_until(NOW + timedelta(days=3)) == []


def test_a_withdrawn_review_reminds_nobody(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.hears("Please don't cancel 1042, keep the order.", at=later(1))

    assert desk.waits_until(NOW + timedelta(days=3)) == []


def test_a_stale_approval_does_not_stop_the_clock(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.change("fulfillments", "F-1", state="picking")
    desk.decides("approve")

    assert [what for what, _, _ in desk.waits_until(later(24))] == ["reminder", "expiry"]


def test_a_timer_that_comes_too_late_does_nothing(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    desk.decides("deny")
    before = (desk.the_review(), desk.said())
    for what in ("reminder", "expiry"):
        step = desk.fires(what, asked.escalation["escalation_id"], later(24))
        assert (step.messages, step.executed, step.disposition) == ([], [], "none")

    assert (desk.the_review(), desk.said()) == before


def test_the_same_deadline_twice_expires_once(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    desk.hears(REPLACE)
    desk.waits_until(later(24))
    said = len(desk.said())

    assert desk.waits_until(later(24)) == []
    assert len(desk.said()) == said


def test_in_shadow_reminders_and_expiry_send_nothing(opens: Opens) -> None:
    desk = opens(dear(), mode="shadow")
    desk.hears(CANCEL)
    fired = desk.waits_until(later(24))

    assert [what for what, _, _ in fired] == ["reminder", "expiry"]
    assert desk.said() == []
    assert all(post["shadow"] for _, _, step in fired for post in step.posts)


def test_the_decision_just_before_the_deadline_is_in_time(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.waits_until(later(23.9))

    assert desk.decides("approve", at=later(23.95)).executed == ["cancel"]
    assert desk.waits_until(later(48)) == []


def test_a_message_that_joins_after_a_reminder_keeps_one_deadline(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.waits_until(later(4))
    joined = desk.hears(THREATS, at=later(4.5))
    fired = desk.waits_until(later(48))

    assert joined.deadline == at("2026-03-12T12:00")
    assert [what for what, _, _ in fired].count("expiry") == 1
