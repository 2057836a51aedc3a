"""The team's calendar keeps the public holidays of the policy's country, and the policy's own days."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from graph.policy import BusinessHours, Policy
from server.calendar_file import calendar_of


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "works"),
    [
        ("", "", date(2026, 12, 25), True),
        ("US", "", date(2026, 11, 26), False),  # Thanksgiving
        ("US", "", date(2027, 11, 26), True),  # the day after it
        ("DE", "", date(2027, 1, 6), True),  # Epiphany is a holiday in Bavaria only
        ("DE", "BY", date(2027, 1, 6), False),
        ("DE", "BE", date(2027, 1, 6), True),
        ("GB", "ENG", date(2026, 12, 28), False),  # in lieu of Boxing Day, a Saturday
    ],
)
def test_public_holidays(country: str, subdivision: str, day: date, works: bool) -> None:
    hours = BusinessHours(holiday_country=country, holiday_subdivision=subdivision)
    assert calendar_of(Policy(version="a", business_hours=hours)).is_working_day(day) is works


def test_own_days_count_beside_the_country() -> None:
    hours = BusinessHours(holiday_country="US", holidays=frozenset({date(2026, 12, 24)}))
    calendar = calendar_of(Policy(version="a", business_hours=hours))
    assert not calendar.is_working_day(date(2026, 12, 24))
    assert not calendar.is_working_day(date(2026, 12, 25))


def test_the_holidays_package_stays_away_where_no_country_is_named() -> None:
    program = "import sys; from server.policy_file import read_policy; from server.calendar_file import calendar_of; from datetime import date; "
    program += "calendar_of(read_policy(None)).is_working_day(date(2026, 12, 25)); sys.exit('holidays' in sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
