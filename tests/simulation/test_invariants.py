"""The simulation's own judges find what they look for, and let pass what is allowed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.labels import Source
from graph.statements import Fact, FactKind
from prompts.texts import TextBook
from tests.simulation.diary import CustomerWrote, Diary, PromiseMoved, TakenOver, TeammateAnswered, Told
from tests.simulation.invariants import by_day, disturbed_nights, hasty_messages, lies, missed_promises, repetitions

NOON = datetime.fromisoformat("2026-03-11T12:00:00+00:00")
END = NOON + timedelta(days=9)
BOOK = TextBook.load()


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def told(hours: float = 0, text: str = "Hi Ava,\n\nYour order 1042 is late.", due: float | None = None, **more: Any) -> Told:
    """A message so many hours after noon, with a promise for so many hours after noon."""
    facts = ()
    if due is not None:
        facts = (Fact(field="follow_up.due_at", kind=FactKind.MOMENT, value=at(due).isoformat(), source=Source.CASE, as_of=at(hours), zone="UTC"),)
    return Told(at=at(hours), text=text, facts=facts, **more)


@pytest.mark.parametrize(
    ("diary", "missed"),
    [
        ([told(due=24)], 1),
        ([told(due=24), told(25)], 1),
        ([told(due=24), told(24)], 0),
        ([told(due=24), TeammateAnswered(at(3))], 0),
        ([told(due=24), CustomerWrote(at(3))], 1),
        ([told(due=24), TakenOver(at(3))], 0),
        ([told(due=24), PromiseMoved(at(3), at(48)), told(47)], 0),
        ([told(due=24), PromiseMoved(at(3), at(20)), told(23)], 1),
        ([told(due=24 * 10)], 0),
    ],
)
def test_missed_promises(diary: Diary, missed: int) -> None:
    assert len(list(missed_promises(diary, END))) == missed


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (told(10), 1),
        (told(9), 1),
        (told(8.99), 0),
        (told(20), 0),
        (told(19.99), 1),
        (told(10, zone="America/Los_Angeles"), 0),
        (told(0, zone="Asia/Tokyo"), 1),
        (told(10, asked_at=at(9.9)), 0),
        (told(10, asked_at=at(8)), 1),
    ],
)
def test_disturbed_nights(message: Told, found: int) -> None:
    assert len(list(disturbed_nights([message]))) == found


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (told(24), 1),
        (told(24, "Hi Ava,\n\nA quick update on your order, without you having to ask. Your order 1042 is late."), 1),
        (told(24, "Hi Ava,\n\nYour order 1042 is moving again."), 0),
        (told(24, because="message"), 0),
    ],
)
def test_repetitions(second: Told, found: int) -> None:
    assert len(list(repetitions([told(), second], BOOK))) == found


def test_a_promised_update_may_say_that_nothing_is_new() -> None:
    assert list(repetitions([told(due=24), told(24)], BOOK)) == []
    assert len(list(repetitions([told(due=24), told(20)], BOOK))) == 1


@pytest.mark.parametrize(
    ("diary", "found"),
    [
        ([told(), told(11)], 1),
        ([told(), told(12)], 0),
        ([CustomerWrote(at(0)), told(11)], 1),
        ([TeammateAnswered(at(0)), told(11)], 1),
        ([told(), told(11, because="message")], 0),
        ([told(), told(11, because="decision")], 0),
        ([told(), told(11, news="problem_ends")], 0),
        ([told(), told(11, condition="delivery_failed")], 0),
        ([told(), told(11, condition="late_in_transit")], 1),
        ([told(due=11), told(11)], 0),
        ([told(due=24), told(11)], 1),
    ],
)
def test_hasty_messages(diary: Diary, found: int) -> None:
    assert len(list(hasty_messages(diary))) == found


def test_lies() -> None:
    assert len(list(lies([told(lies=("it moves",)), told(24)]))) == 1


@pytest.mark.parametrize(
    ("due", "moved"),
    [
        ("2026-03-12T20:59", "2026-03-12T20:59"),
        ("2026-03-12T23:00", "2026-03-12T21:00"),
        ("2026-03-13T03:00", "2026-03-12T21:00"),
        ("2026-03-12T03:00", "2026-03-11T21:00"),
        ("2026-03-11T03:00", "2026-03-11T08:00"),
        ("2026-03-12T08:00", "2026-03-12T08:00"),
    ],
)
def test_a_promise_stays_out_of_the_night(due: str, moved: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert by_day(datetime.fromisoformat(due).replace(tzinfo=berlin), NOON, berlin) == datetime.fromisoformat(moved).replace(tzinfo=berlin)
