"""Business time, holidays, other clocks and daylight saving (specification, section 4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from graph.calendar import customer_zone, is_quiet, outside_quiet_hours
from graph.policy import Policy
from tests.rules.building import POLICY, calendar_of, policy_with, utc

NEW_YORK = policy_with(timezone={"business": "America/New_York"})
BERLIN = policy_with(timezone={"business": "Europe/Berlin"})

FRIDAY_HOLIDAY = date(2026, 3, 13)
MONDAY_HOLIDAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-03-11T08:59:59Z", False),
        ("2026-03-11T09:00:00Z", True),
        ("2026-03-11T16:59:59Z", True),
        ("2026-03-11T17:00:00Z", False),
        ("2026-03-14T12:00:00Z", False),
        ("2026-03-15T12:00:00Z", False),
    ],
)
def test_business_hours_are_monday_to_friday_nine_to_five(at: str, is_open: bool) -> None:
    assert calendar_of().is_open(utc(at)) is is_open


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        ("2026-03-11T12:34:56Z", "2026-03-11T12:34:56Z"),
        ("2026-03-11T06:00:00Z", "2026-03-11T09:00:00Z"),
        ("2026-03-11T20:00:00Z", "2026-03-12T09:00:00Z"),
        ("2026-03-13T17:00:00Z", "2026-03-16T09:00:00Z"),
        ("2026-03-14T10:00:00Z", "2026-03-16T09:00:00Z"),
        ("2026-03-15T23:59:59Z", "2026-03-16T09:00:00Z"),
    ],
)
def test_a_moment_outside_business_hours_counts_as_the_next_opening(at: str, counted: str) -> None:
    assert calendar_of().counted_from(utc(at)) == utc(counted)


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-03-11T12:00:00Z", 1, "2026-03-12T12:00:00Z"),
        ("2026-03-13T16:00:00Z", 1, "2026-03-16T16:00:00Z"),
        ("2026-03-13T17:00:00Z", 1, "2026-03-17T09:00:00Z"),
        ("2026-03-14T11:00:00Z", 1, "2026-03-17T09:00:00Z"),
        ("2026-03-11T12:00:00Z", 3, "2026-03-16T12:00:00Z"),
        ("2026-03-11T03:00:00Z", 1, "2026-03-12T09:00:00Z"),
        ("2026-03-11T12:00:00Z", 0, "2026-03-11T12:00:00Z"),
    ],
)
def test_a_business_day_is_the_same_clock_time_on_the_next_business_day(at: str, days: int, due: str) -> None:
    assert calendar_of().add_days(utc(at), days) == utc(due)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        ("2026-03-11T12:00:00Z", 4, "2026-03-11T16:00:00Z"),
        ("2026-03-13T13:00:00Z", 4, "2026-03-13T17:00:00Z"),
        ("2026-03-13T15:00:00Z", 4, "2026-03-16T11:00:00Z"),
        ("2026-03-13T16:59:00Z", 4, "2026-03-16T12:59:00Z"),
        ("2026-03-13T17:00:00Z", 4, "2026-03-16T13:00:00Z"),
        ("2026-03-14T12:00:00Z", 4, "2026-03-16T13:00:00Z"),
        ("2026-03-11T09:00:00Z", 20, "2026-03-13T13:00:00Z"),
        ("2026-03-11T12:00:00Z", 0.5, "2026-03-11T12:30:00Z"),
    ],
)
def test_business_hours_run_only_while_the_team_works(at: str, hours: float, due: str) -> None:
    assert calendar_of().add_hours(utc(at), hours) == utc(due)


def test_holidays_of_the_policy_and_of_the_country_are_skipped() -> None:
    own = policy_with(business_hours={"holidays": [FRIDAY_HOLIDAY]})
    calendar = calendar_of(own, MONDAY_HOLIDAY)
    assert calendar.add_days(utc("2026-03-12T12:00:00Z"), 1) == utc("2026-03-17T12:00:00Z")
    assert calendar.add_hours(utc("2026-03-12T16:00:00Z"), 4) == utc("2026-03-17T12:00:00Z")
    assert calendar.counted_from(utc("2026-03-13T10:00:00Z")) == utc("2026-03-17T09:00:00Z")
    assert not calendar.is_open(utc("2026-03-16T12:00:00Z"))


@pytest.mark.parametrize(
    ("policy", "at", "day_later", "four_hours_later"),
    [
        pytest.param(NEW_YORK, "2026-03-06T15:00-05:00", "2026-03-09T15:00-04:00", "2026-03-09T11:00-04:00", id="New York, spring"),
        pytest.param(NEW_YORK, "2026-10-30T15:00-04:00", "2026-11-02T15:00-05:00", "2026-11-02T11:00-05:00", id="New York, autumn"),
        pytest.param(BERLIN, "2026-03-27T15:00+01:00", "2026-03-30T15:00+02:00", "2026-03-30T11:00+02:00", id="Berlin, spring"),
        pytest.param(BERLIN, "2026-10-23T15:00+02:00", "2026-10-26T15:00+01:00", "2026-10-26T11:00+01:00", id="Berlin, autumn"),
        pytest.param(NEW_YORK, "2026-03-11T03:00Z", "2026-03-12T09:00-04:00", "2026-03-11T13:00-04:00", id="night in New York"),
    ],
)
def test_the_clock_of_the_policy_keeps_its_time_over_daylight_saving(policy: Policy, at: str, day_later: str, four_hours_later: str) -> None:
    calendar = calendar_of(policy)
    assert calendar.add_days(utc(at), 1) == utc(day_later)
    assert calendar.add_hours(utc(at), 4) == utc(four_hours_later)


def test_a_friday_evening_in_utc_is_still_friday_afternoon_in_new_york() -> None:
    assert calendar_of(NEW_YORK).is_open(utc("2026-03-13T20:30:00Z"))
    assert not calendar_of(BERLIN).is_open(utc("2026-03-13T16:30:00Z"))


def test_answers_are_in_utc() -> None:
    at = datetime(2026, 3, 11, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
    calendar = calendar_of(BERLIN)
    assert {calendar.add_days(at, 1).tzinfo, calendar.add_hours(at, 1).tzinfo, calendar.counted_from(at).tzinfo} == {UTC}


def test_a_team_may_work_on_sundays_and_late() -> None:
    policy = policy_with(business_hours={"opens": "12:00", "closes": "22:30", "weekdays": [6]})
    calendar = calendar_of(policy)
    assert calendar.add_days(utc("2026-03-15T22:00:00Z"), 1) == utc("2026-03-22T22:00:00Z")
    assert calendar.add_hours(utc("2026-03-15T22:00:00Z"), 1) == utc("2026-03-22T12:30:00Z")


def test_a_policy_whose_day_never_opens_is_refused() -> None:
    with pytest.raises(ValidationError, match="open before they close"):
        policy_with(business_hours={"opens": "17:00", "closes": "09:00"})


def test_an_unknown_customer_zone_counts_as_utc() -> None:
    assert customer_zone("Mars/Olympus") == ZoneInfo("UTC")
    assert customer_zone("America/Chicago") == ZoneInfo("America/Chicago")


CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59:59", False), ("21:00:00", True), ("23:59:59", True), ("00:00:00", True), ("07:59:59", True), ("08:00:00", False)],
)
def test_quiet_hours_on_the_customers_clock(clock: str, quiet: bool) -> None:
    at = datetime.combine(date(2026, 3, 11), time.fromisoformat(clock), tzinfo=CHICAGO)
    assert is_quiet(at, CHICAGO, POLICY) is quiet


@pytest.mark.parametrize(
    ("due", "now", "moved"),
    [
        pytest.param("2026-03-12T12:00-05:00", "2026-03-11T12:00-05:00", "2026-03-12T12:00-05:00", id="by day: stays"),
        pytest.param("2026-03-12T20:59:59-05:00", "2026-03-11T12:00-05:00", "2026-03-12T20:59:59-05:00", id="just before: stays"),
        pytest.param("2026-03-12T21:00-05:00", "2026-03-11T12:00-05:00", "2026-03-12T21:00-05:00", id="at the start: that moment"),
        pytest.param("2026-03-12T23:30-05:00", "2026-03-11T12:00-05:00", "2026-03-12T21:00-05:00", id="before midnight: same evening"),
        pytest.param("2026-03-12T04:00-05:00", "2026-03-11T12:00-05:00", "2026-03-11T21:00-05:00", id="after midnight: evening before"),
        pytest.param("2026-03-12T08:00-05:00", "2026-03-11T12:00-05:00", "2026-03-12T08:00-05:00", id="at the end: stays"),
        pytest.param("2026-03-12T04:00-05:00", "2026-03-11T22:00-05:00", "2026-03-12T08:00-05:00", id="evening is past: morning"),
        pytest.param("2026-03-11T23:30-05:00", "2026-03-11T22:00-05:00", "2026-03-12T08:00-05:00", id="same night: next morning"),
        pytest.param("2026-03-08T04:00-05:00", "2026-03-07T22:00-06:00", "2026-03-08T08:00-05:00", id="morning of the spring change"),
        pytest.param("2026-11-01T04:00-06:00", "2026-10-31T12:00-05:00", "2026-10-31T21:00-05:00", id="evening before the autumn change"),
    ],
)
def test_a_promise_at_night_moves_to_the_evening_before_else_to_the_morning(due: str, now: str, moved: str) -> None:
    assert outside_quiet_hours(utc(due), utc(now), CHICAGO, POLICY) == utc(moved)


POLICIES = st.sampled_from([POLICY, NEW_YORK, BERLIN, policy_with(timezone={"business": "Asia/Kolkata"})])
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
STEADY = settings(deadline=None, derandomize=True, max_examples=60)


@STEADY
@given(policy=POLICIES, at=MOMENTS, days=st.integers(0, 15), hours=st.floats(0.25, 60))
def test_deadlines_lie_ahead_and_inside_business_hours(policy: Policy, at: datetime, days: int, hours: float) -> None:
    calendar = calendar_of(policy, MONDAY_HOLIDAY)
    by_days, by_hours = calendar.add_days(at, days), calendar.add_hours(at, hours)
    assert by_days >= at
    assert by_hours > at
    assert calendar.is_open(by_days)
    assert calendar.is_open(by_hours - timedelta(microseconds=1))


@STEADY
@given(policy=POLICIES, pair=st.tuples(MOMENTS, MOMENTS), days=st.integers(0, 8), hours=st.floats(0, 30))
def test_who_comes_later_is_never_due_earlier(policy: Policy, pair: tuple[datetime, datetime], days: int, hours: float) -> None:
    earlier, later = sorted(pair)
    calendar = calendar_of(policy, FRIDAY_HOLIDAY)
    assert calendar.add_days(earlier, days) <= calendar.add_days(later, days)
    assert calendar.add_hours(earlier, hours) <= calendar.add_hours(later, hours)
    assert calendar.add_hours(earlier, hours) <= calendar.add_hours(earlier, hours + 1)
    assert calendar.add_days(earlier, days) < calendar.add_days(earlier, days + 1)


@STEADY
@given(
    now=MOMENTS,
    wait=st.timedeltas(timedelta(0), timedelta(days=4)),
    zone=st.sampled_from(["UTC", "America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"]),
    hours=st.sampled_from([("21:00", "08:00"), ("22:30", "06:15"), ("00:00", "07:00"), ("12:00", "14:00")]),
)
def test_nothing_is_promised_for_the_night_nor_for_the_past(now: datetime, wait: timedelta, zone: str, hours: tuple[str, str]) -> None:
    policy = policy_with(quiet_hours={"starts": hours[0], "ends": hours[1]})
    place = ZoneInfo(zone)
    moved = outside_quiet_hours(now + wait, now, place, policy)
    starts_just_then = moved.astimezone(place).time() == policy.quiet_hours.starts
    assert moved >= now
    assert starts_just_then or not is_quiet(moved, place, policy)
