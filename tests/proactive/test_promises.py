"""Every promise is kept in time, by day, by us or by a teammate; what a promise watched is watched on (specification, section 7)."""

from __future__ import annotations

from datetime import timedelta

from tests.doors.shop import NOW, Scene, ahead, later, scan
from tests.doors.states import QUESTION, picked_late, stalled
from tests.proactive.conftest import Opens
from tests.reviews.desk import CANCEL, dear
from tests.rules.building import utc

MORNING = utc("2026-03-12T08:00:00Z")


def test_what_would_be_due_at_night_is_kept_the_evening_before(opens: Opens) -> None:
    shop = opens(picked_late(timezone="America/Los_Angeles"))
    shop.hears(QUESTION["en"])
    due = shop.standing()["due_at"]
    shop.waits_until(later(24))

    assert due == utc("2026-03-11T21:00-07:00")
    assert shop.moments()[1] == due - timedelta(minutes=5)


def test_a_promise_for_eight_in_the_morning_is_kept_at_eight(opens: Opens) -> None:
    shop = opens(dear(), at=NOW)
    shop.hears(CANCEL)
    shop.decides("approve", approved_action="wait", at=later(12), deadline=later(13))
    moved = shop.standing()
    shop.waits_until(MORNING)

    assert (moved["due_at"], moved["send_at"]) == (MORNING, MORNING)
    assert shop.moments()[1:] == [MORNING]


def test_a_time_that_a_reviewer_names_stays_out_of_the_night(opens: Opens) -> None:
    shop = opens(dear())
    shop.hears(CANCEL)
    step = shop.decides("approve", approved_action="wait", deadline=utc("2026-03-13T02:00:00Z"))

    assert step.due == utc("2026-03-12T21:00:00Z")


def test_a_promise_that_was_moved_is_kept_at_its_new_time_only(opens: Opens) -> None:
    shop = opens(picked_late())
    asked = shop.hears(f"{QUESTION['en']} I want to speak to a manager.")
    shop.decides("approve", approved_action="wait", deadline=later(52))
    shop.waits_until(later(51))
    before = len(shop.said())
    shop.waits_until(later(52))

    assert asked.due is not None
    assert asked.due < later(51)
    assert (before, len(shop.said())) == (1, 2)
    assert "missed" not in {row.status for row in shop.follow_ups()}


def test_a_teammates_answer_keeps_the_promise_and_the_order_is_watched_on(opens: Opens) -> None:
    shop = opens(picked_late())
    shop.hears(QUESTION["en"])
    due = shop.standing()["due_at"]
    shop.teammate_writes(later(2))
    watch = shop.standing()
    shop.waits_until(later(24 * 3))

    assert [row.status for row in shop.follow_ups()] == ["kept", "open"]
    assert (watch["due_at"], watch["look_at"] <= due) == (None, True)
    assert len(shop.said()) == 1


def test_what_happens_after_a_teammates_answer_is_told(opens: Opens) -> None:
    shop = opens(Scene().order().sent(scan("in_transit", 90), eta=ahead(28)))
    shop.hears(f"{QUESTION['en']} I want to speak to a manager.")
    shop.decides("approve", approved_action="wait")
    shop.teammate_writes(later(2))
    shop.waits_until(later(30))

    assert len(shop.said()) == 2
    assert "last scanned" in shop.said()[1]


def test_a_silent_oms_at_night_wakes_nobody(opens: Opens) -> None:
    shop = opens(stalled(timezone="America/Los_Angeles"))
    shop.hears(QUESTION["en"])
    due = shop.standing()["due_at"]
    shop.patch(faults={"oms": "error"})
    shop.waits_until(later(30))

    assert shop.moments()[1:] == [due - timedelta(minutes=5), utc("2026-03-12T08:00-07:00")]
    assert shop.standing()["due_at"] > later(30)


def test_a_review_that_expires_writes_only_where_an_update_falls_due(opens: Opens) -> None:
    shop = opens(dear())
    shop.hears(CANCEL)
    shop.teammate_writes(later(2))
    fired = shop.waits_until(later(24))

    assert [what for what, _, _ in fired] == ["reminder", "expiry"]
    assert len(shop.said()) == 1
