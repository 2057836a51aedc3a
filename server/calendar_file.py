"""The team's calendar: the policy's own days, and the public holidays of its country from the `holidays` package."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from typing import Any

from graph.calendar import BusinessCalendar
from graph.policy import BusinessHours, Policy


def calendar_of(policy: Policy) -> BusinessCalendar:
    """The calendar that a policy describes."""
    country, subdivision = policy.business_hours.holiday_country, policy.business_hours.holiday_subdivision
    if not country:
        return BusinessCalendar(policy, lambda day: False)
    return BusinessCalendar(policy, lambda day: day in _public_holidays(country, subdivision, day.year))


def why_no_public_holidays(hours: BusinessHours) -> tuple[str, str] | None:
    """The key that names no country or subdivision of the `holidays` package, and what is wrong with it."""
    country, subdivision = hours.holiday_country, hours.holiday_subdivision
    if not country:
        return ("holiday_subdivision", "needs a holiday_country") if subdivision else None
    known: dict[str, list[str]] = _package().list_supported_countries()
    if country not in known:
        return "holiday_country", _unknown("country", country, list(known))
    if subdivision and subdivision not in known[country]:
        return "holiday_subdivision", _unknown(f"subdivision of {country}", subdivision, known[country])
    return None


def _unknown(what: str, name: str, known: list[str]) -> str:
    upper = name.upper()
    close = [upper] if upper in known else get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"no {what} is called {name!r} in the holidays package{hint}"


@lru_cache(maxsize=256)
def _public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(_package().country_holidays(country, subdiv=subdivision or None, years=year))


def _package() -> Any:
    # Imported late: most policies name no country, and the package takes its time.
    return import_module("holidays")
