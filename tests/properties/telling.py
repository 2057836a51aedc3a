"""What a text says in digits, days and months, and what its cited facts allow it to say. Knows nothing of the product's own guard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from tests.doors.shop import Json

WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_WORD = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?:\s?([AP])M)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT")


def unfounded(message: Json, zone: str) -> list[str]:
    """Everything in the text that no cited fact says: digits, weekdays, months, days of months, times."""
    language, facts = message["language"], message["facts"]
    text = _without_own_texts(message["text"], facts)
    moments = [_local(fact["value"], zone) for fact in facts if _ISO.match(fact["value"])]
    return [
        *(f"digits {found}" for found in re.findall(r"\d+", text) if found not in _digits(facts, moments)),
        *_unfounded_names(text, language, moments),
        *_unfounded_days(text, language, moments),
        *(f"time {match.group()}" for match in _CLOCK.finditer(text) if _time(match) not in {(at.hour, at.minute) for at in moments}),
    ]


def _without_own_texts(text: str, facts: Iterable[Json]) -> str:
    """The text without links and item titles that are facts themselves, word for word."""
    values = {fact["value"] for fact in facts if fact["field"].endswith(("title", "tracking_url"))}
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, " ")
    return text


def _local(value: str, zone: str) -> datetime:
    at = datetime.fromisoformat(value)
    try:
        return at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return at.astimezone(UTC)


def _digits(facts: Iterable[Json], moments: Iterable[datetime]) -> set[str]:
    allowed: set[str] = set()
    for fact in facts:
        value = fact["value"]
        if _ISO.match(value):
            continue
        allowed.update(re.findall(r"\d+", value))
        allowed |= _amount(value)
    for at in moments:
        allowed |= {str(at.day), str(at.year), str(at.hour), f"{at.hour:02}", str(at.hour % 12 or 12), f"{at.minute:02}"}
    return allowed


def _amount(value: str) -> set[str]:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return set()
    return set(re.findall(r"\d+", f"{amount:,.2f}"))


def _unfounded_names(text: str, language: str, moments: list[datetime]) -> list[str]:
    weekdays, months = WEEKDAYS[language].split(), MONTHS[language].split()
    allowed = {weekdays[at.weekday()] for at in moments} | {months[at.month - 1] for at in moments}
    return [f"name {word}" for word in _WORD.findall(text) if word in {*weekdays, *months} and word not in allowed]


def _unfounded_days(text: str, language: str, moments: list[datetime]) -> list[str]:
    months = MONTHS[language].split()
    names = "|".join(months)
    pattern = {
        "en": rf"(?P<m>{names}) (?P<d>\d+)",
        "de": rf"(?P<d>\d+)\. (?P<m>{names})",
        "es": rf"(?P<d>\d+) de (?P<m>{names})",
        "fr": rf"(?P<d>\d+)(?:er)? (?P<m>{names})",
    }[language]
    allowed = {(at.month, at.day) for at in moments}
    found = [(months.index(match["m"]) + 1, int(match["d"])) for match in re.finditer(pattern, text)]
    return [f"day {day}" for day in found if day not in allowed]


def _time(match: re.Match[str]) -> tuple[int, int]:
    hour, minute, half = int(match[1]), int(match[2]), match[3]
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    return hour, minute
