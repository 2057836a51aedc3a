"""Times and ages in few characters, for people at a terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def moment_text(at: datetime) -> str:
    """A moment in UTC: "Tue 17 Mar 14:06 UTC"."""
    return f"{at.astimezone(UTC):%a %d %b %H:%M} UTC"


def span_text(span: timedelta) -> str:
    """A length of time in its two largest units: "3 d 4 h"."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [(days, "d"), (hours, "h"), (rest if not days else 0, "min")]
    return " ".join(f"{amount} {unit}" for amount, unit in units if amount) or "0 min"


def age_words(span: timedelta) -> str:
    """An age in its largest unit: "3 d", "18 h", "5 min", "now"."""
    if span < timedelta(minutes=1):
        return "now"
    return " ".join(span_text(span).split()[:2])


def away_text(at: datetime, now: datetime) -> str:
    """How far a moment is from now: "in 2 d", "18 h ago", "now"."""
    span = at - now
    if abs(span) < timedelta(minutes=1):
        return "now"
    return f"in {span_text(span)}" if span > timedelta(0) else f"{span_text(span)} ago"
