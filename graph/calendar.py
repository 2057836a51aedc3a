"""Business time, quiet hours and deadlines: specification sections 4 and 7. All times in and out are aware."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from graph.policy import Policy


class BusinessCalendar:
    """The team's working time, on the policy's clock."""

    def __init__(self, policy: Policy, is_public_holiday: Callable[[date], bool]) -> None:
        self._hours = policy.business_hours
        self._zone = policy.zone
        self._is_public_holiday = is_public_holiday

    def is_working_day(self, day: date) -> bool:
        """Whether the team works on that day."""
        return day.weekday() in self._hours.weekdays and day not in self._hours.holidays and not self._is_public_holiday(day)

    def is_open(self, at: datetime) -> bool:
        """Whether a moment lies inside business hours; the closing time is outside."""
        local = at.astimezone(self._zone)
        return self.is_working_day(local.date()) and self._hours.opens <= local.time() < self._hours.closes

    def counted_from(self, at: datetime) -> datetime:
        """The moment itself inside business hours, else the next opening."""
        if self.is_open(at):
            return at.astimezone(UTC)
        local = at.astimezone(self._zone)
        day = local.date()
        if local.time() >= self._hours.opens or not self.is_working_day(day):
            day = self._next_working_day(day)
        return self._at(day, self._hours.opens)

    def add_days(self, at: datetime, days: int) -> datetime:
        """The same clock time `days` business days later, counted from the next opening if closed."""
        start = self.counted_from(at).astimezone(self._zone)
        day = start.date()
        for _ in range(days):
            day = self._next_working_day(day)
        return self._at(day, start.time())

    def add_hours(self, at: datetime, hours: float) -> datetime:
        """`hours` of business time later; a deadline that ends at closing time ends there."""
        moment, left = self.counted_from(at), timedelta(hours=hours)
        while True:
            closes = self._at(moment.astimezone(self._zone).date(), self._hours.closes)
            if moment + left <= closes:
                return moment + left
            left -= closes - moment
            moment = self.counted_from(closes)

    def same_clock_on(self, day: date, at: datetime) -> datetime:
        """The clock time of `at` (or of the next opening) on another day, moved to a working day if it is none."""
        start = self.counted_from(at).astimezone(self._zone)
        return self._at(day if self.is_working_day(day) else self._next_working_day(day), start.time())

    def day_of(self, at: datetime) -> date:
        """The calendar day of a moment on the team's clock."""
        return at.astimezone(self._zone).date()

    def _next_working_day(self, day: date) -> date:
        for _ in range(366):
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day
        raise ValueError("the policy's calendar has no working day within a year")

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=self._zone).astimezone(UTC)


def customer_zone(name: str) -> ZoneInfo:
    """The customer's time zone; UTC where the OMS has one that does not exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_quiet(at: datetime, zone: ZoneInfo, policy: Policy) -> bool:
    """Whether nobody is written to at that moment on the customer's clock."""
    clock = at.astimezone(zone).time()
    starts, ends = policy.quiet_hours.starts, policy.quiet_hours.ends
    return clock >= starts or clock < ends if starts > ends else starts <= clock < ends


def outside_quiet_hours(due: datetime, now: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """A promise due at night moves to the evening before, or to the morning if that evening is past (section 7)."""
    if not is_quiet(due, zone, policy):
        return due
    local = due.astimezone(zone)
    starts, ends = policy.quiet_hours.starts, policy.quiet_hours.ends
    evening_day = local.date() if local.time() >= starts else local.date() - timedelta(days=1)
    evening = datetime.combine(evening_day, starts, tzinfo=zone).astimezone(UTC)
    if evening > now:
        return evening
    morning_day = local.date() + timedelta(days=1) if local.time() >= starts and starts > ends else local.date()
    return datetime.combine(morning_day, ends, tzinfo=zone).astimezone(UTC)


def quiet_hours_end(at: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """The end of the quiet hours in which a moment lies, on the customer's clock."""
    local = at.astimezone(zone)
    starts, ends = policy.quiet_hours.starts, policy.quiet_hours.ends
    day = local.date() + timedelta(days=1) if starts > ends and local.time() >= starts else local.date()
    return datetime.combine(day, ends, tzinfo=zone).astimezone(UTC)
