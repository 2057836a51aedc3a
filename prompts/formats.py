"""How a fact is worded in each language: days, times, amounts, lists of items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_currency

from graph.labels import Language
from graph.statements import Fact, FactKind, Item


@dataclass(frozen=True, slots=True)
class Formats:
    """One language's names and patterns of dates and times, and its word for "and"."""

    locale: Locale
    weekdays: tuple[str, ...]
    """Monday first."""
    months: tuple[str, ...]
    """January first."""
    date: str
    dated_year: str
    moment: str
    first_of_month: str
    half_days: bool
    and_word: str


_PATTERNS: Final = {
    Language.EN: ("en_US", "{weekday}, {month} {day}", "{date}, {year}", "{date} at {time}", "1", True, "and"),
    Language.DE: ("de_DE", "{weekday}, {day}. {month}", "{date} {year}", "{date}, {time} Uhr", "1", False, "und"),
    Language.ES: ("es_ES", "{weekday} {day} de {month}", "{date} de {year}", "{date} a las {time}", "1", False, "y"),
    Language.FR: ("fr_FR", "{weekday} {day} {month}", "{date} {year}", "{date} à {time}", "1er", False, "et"),
}
_NARROW_SPACES: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})
_SPANISH_I: Final = re.compile(r"(?:i|í|hi(?!e)|hí|y(?![aeiouáéíóú]))", re.IGNORECASE)


@cache
def formats(language: Language) -> Formats:
    """The formats of a language, made once."""
    name, *patterns, half_days, and_word = _PATTERNS[language]
    locale = Locale.parse(name)
    days, months = locale.days["format"]["wide"], locale.months["format"]["wide"]
    date, dated_year, moment, first = (str(pattern) for pattern in patterns)
    return Formats(
        locale=locale,
        weekdays=tuple(str(days[index]) for index in range(7)),
        months=tuple(str(months[index]) for index in range(1, 13)),
        date=date,
        dated_year=dated_year,
        moment=moment,
        first_of_month=first,
        half_days=bool(half_days),
        and_word=str(and_word),
    )


def local(at: datetime, zone: str) -> datetime:
    """A moment on a zone's clock; UTC where nobody knows the zone."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return at.astimezone(UTC)


def day_text(language: Language, at: datetime, *, with_year: bool) -> str:
    """A day with its weekday, such as "Thursday, March 12"."""
    own = formats(language)
    day = own.first_of_month if at.day == 1 else str(at.day)
    date = own.date.format(weekday=own.weekdays[at.weekday()], month=own.months[at.month - 1], day=day)
    return own.dated_year.format(date=date, year=at.year) if with_year else date


def time_text(language: Language, at: datetime) -> str:
    """A time of day: "2:20 PM" in English, "14:20" elsewhere."""
    if formats(language).half_days:
        return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"
    return f"{at.hour:02}:{at.minute:02}"


@lru_cache(maxsize=1024)
def money_text(language: Language, value: str, currency: str) -> str:
    """An amount with its currency sign."""
    return str(format_currency(Decimal(value), currency, locale=formats(language).locale)).translate(_NARROW_SPACES)


def fact_text(language: Language, fact: Fact) -> str:
    """A fact as a customer reads it; a code is worded by the texts, not here."""
    if fact.kind in {FactKind.DAY, FactKind.MOMENT}:
        at = local(fact.moment, fact.zone)
        date = day_text(language, at, with_year=at.year != local(fact.as_of, fact.zone).year)
        return date if fact.kind is FactKind.DAY else formats(language).moment.format(date=date, time=time_text(language, at))
    if fact.kind is FactKind.MONEY and fact.currency:
        return money_text(language, fact.value, fact.currency)
    return fact.value


def items_text(language: Language, items: Sequence[Item]) -> str:
    """Own items with quantities: "Lamp, 2 × Chair and Table"."""
    texts = [item.title.value if item.quantity.value == "1" else f"{item.quantity.value} × {item.title.value}" for item in items]
    if len(texts) < 2:
        return "".join(texts)
    word = "e" if language is Language.ES and _SPANISH_I.match(texts[-1]) else formats(language).and_word
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"
