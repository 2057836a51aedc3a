"""Finds dates and times in a text and tells which bound facts they state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from babel import Locale

from graph.labels import Language
from graph.statements import Fact, FactKind
from prompts.formats import formats, local

_TIMES: Final = {
    Language.EN: r"(?P<h12>\d{1,2})(?:[:.](?P<m12>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?|(?P<h>\d{1,2}):(?P<min>\d\d)",
    Language.DE: r"(?P<h>\d{1,2})(?:[:.](?P<min>\d\d))?\s?uhr\b|(?P<hb>\d{1,2}):(?P<minb>\d\d)",
    Language.ES: r"(?P<h>\d{1,2})[:.](?P<min>\d\d)(?:\s?h\b\.?|\s?horas\b)?",
    Language.FR: r"(?P<h>\d{1,2})\s?h\b\s?(?P<min>\d\d)?|(?P<hb>\d{1,2})(?:h|:)(?P<minb>\d\d)",
}
_NUMERIC: Final = {
    Language.EN: r"(?P<nm>\d{1,2})/(?P<nd>\d{1,2})(?:/(?P<ny>\d{4}|\d\d))?",
    Language.DE: r"(?P<nd>\d{1,2})\.\s?(?P<nm>\d{1,2})\.(?:\s?(?P<ny>\d{4}|\d\d))?",
    Language.ES: r"(?P<nd>\d{1,2})/(?P<nm>\d{1,2})(?:/(?P<ny>\d{4}|\d\d))?",
    Language.FR: r"(?P<nd>\d{1,2})/(?P<nm>\d{1,2})(?:/(?P<ny>\d{4}|\d\d))?",
}
_JOINTS: Final = {
    Language.EN: r"(?:,? at |,? by |, | )",
    Language.DE: r"(?:,? um |,? gegen |,? bis |, | )",
    Language.ES: r"(?:,? a las? |, | )",
    Language.FR: r"(?:,? à |,? vers |, | )",
}
_ARTICLES: Final = r"(?:the |den |dem |der |el |le )?"


@dataclass(frozen=True, slots=True)
class Clock:
    """A bound date as the customer's clock shows it."""

    fact: Fact
    at: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """A date or a time in a text, and the facts that it states."""

    start: int
    end: int
    facts: tuple[Fact, ...]
    wrong_weekday: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The compiled patterns of one language."""

    dates: re.Pattern[str]
    times: re.Pattern[str]
    weekdays: dict[str, int]
    months: dict[str, int]


def clocks(facts: Iterable[Fact]) -> tuple[Clock, ...]:
    """The bound dates on the customer's clock."""
    return tuple(Clock(fact, local(fact.moment, fact.zone)) for fact in facts if fact.kind in {FactKind.DAY, FactKind.MOMENT})


@cache
def calendar(language: Language) -> Calendar:
    """The patterns of a language, compiled once."""
    own = formats(language)
    weekdays = _named(own.weekdays, _short(own.locale, "days", range(7)), first=0)
    months = _named(own.months, _short(own.locale, "months", range(1, 13)), first=1)
    weekday = rf"(?:(?P<weekday>{_any(weekdays)})\b\.?,?\s\(?{_ARTICLES})?"
    month = _any(months)
    day_first = rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s?(?:of |de )?(?P<m1>{month})\b\.?(?:,? (?:de |del )?(?P<y1>\d{{4}}))?"
    month_first = rf"(?P<m2>{month})\b\.? (?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>\d{{4}}))?"
    iso = r"(?P<iy>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)"
    forms = "|".join((day_first, *((month_first,) if language is Language.EN else ()), iso, _NUMERIC[language]))
    edge = r"(?<![\w:/-])(?<!\d[.,])"
    times = rf"(?:{_TIMES[language]})(?![\w:/])(?![.,]\d)"
    return Calendar(
        dates=re.compile(rf"{edge}{weekday}(?:{forms})(?![\w/-])(?![.,:]\d)(?P<joined>{_JOINTS[language]}(?:{times}))?"),
        times=re.compile(edge + times),
        weekdays=weekdays,
        months=months,
    )


def date_sightings(language: Language, text: str, bound: Sequence[Clock]) -> list[Sighting]:
    """Every date of a text in lower case, with its time where one follows."""
    own = calendar(language)
    return [_sighting(own, match, bound) for match in own.dates.finditer(text)]


def time_sightings(language: Language, text: str, bound: Sequence[Clock]) -> list[Sighting]:
    """Every time of a text that stands without a date."""
    moments = [clock for clock in bound if clock.fact.kind is FactKind.MOMENT]
    found = []
    for match in calendar(language).times.finditer(text):
        time = _time(match)
        found.append(Sighting(*match.span(), tuple(clock.fact for clock in moments if (clock.at.hour, clock.at.minute) == time)))
    return found


def _sighting(own: Calendar, match: re.Match[str], bound: Sequence[Clock]) -> Sighting:
    day, month, year = _date(own, match)
    same = [clock for clock in bound if (clock.at.day, clock.at.month) == (day, month) and year in {None, clock.at.year, clock.at.year % 100}]
    if match["joined"]:
        time = _time(match)
        same = [clock for clock in same if clock.fact.kind is FactKind.MOMENT and (clock.at.hour, clock.at.minute) == time]
    weekday = own.weekdays[match["weekday"]] if match["weekday"] else None
    right = [clock for clock in same if weekday in {None, clock.at.weekday()}]
    return Sighting(*match.span(), tuple(clock.fact for clock in right), bool(same) and not right)


def _date(own: Calendar, match: re.Match[str]) -> tuple[int, int, int | None]:
    groups = match.groupdict()
    day = next(int(value) for name in ("d1", "d2", "id", "nd") if (value := groups.get(name)))
    named = groups.get("m1") or groups.get("m2")
    month = own.months[named] if named else int(groups.get("im") or groups.get("nm") or 0)
    year = next((int(value) for name in ("y1", "y2", "iy", "ny") if (value := groups.get(name))), None)
    return day, month, year


def _time(match: re.Match[str]) -> tuple[int, int] | None:
    groups = match.groupdict()
    if half := groups.get("half"):
        hour = int(groups["h12"])
        return (hour % 12 + (12 if half == "p" else 0), int(groups["m12"] or 0)) if 1 <= hour <= 12 else None
    hour_text = groups.get("h") or groups.get("hb")
    minute_text = groups.get("min") or groups.get("minb")
    return (int(hour_text), int(minute_text or 0)) if hour_text else None


def _named(wide: Sequence[str], short: Sequence[str], first: int) -> dict[str, int]:
    names = {name.lower().rstrip("."): place + first for place, name in enumerate(short)}
    return names | {name.lower(): place + first for place, name in enumerate(wide)}


def _short(locale: Locale, what: str, places: Iterable[int]) -> list[str]:
    names = getattr(locale, what)["format"]["abbreviated"]
    return [str(names[place]) for place in places]


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
