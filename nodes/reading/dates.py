"""Words that place an order in time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from nodes.reading.exclusions import MONTHS

_WEEKDAYS = (
    ("monday", "montag", "lunes", "lundi"),
    ("tuesday", "dienstag", "martes", "mardi"),
    ("wednesday", "mittwoch", "miércoles", "mercredi"),
    ("thursday", "donnerstag", "jueves", "jeudi"),
    ("friday", "freitag", "viernes", "vendredi"),
    ("saturday", "samstag", "sábado", "samedi"),
    ("sunday", "sonntag", "domingo", "dimanche"),
)
_DAY_WORDS = "|".join(word for words in _WEEKDAYS for word in words) + "|miercoles|sabado|wensday|thurs|tues|weds"
_RELATIVE = (
    r"yesterday|today|last (?:week|month)|this (?:week|morning)|(?:two|three|\d{1,2}) (?:days|weeks) ago|gestern|vorgestern|"
    r"heute|letzte(?:n|r)? (?:woche|monat)|vor (?:zwei|drei|\d{1,2}) (?:tagen|wochen)|"
    r"ayer|anteayer|hoy|la semana pasada|el mes pasado|hace (?:dos|tres|\d{1,2}) (?:días|dias|semanas)|hier|avant-hier|"
    r"aujourd'hui|la semaine dernière|le mois dernier|il y a (?:deux|trois|\d{1,2}) (?:jours|semaines)"
)
_WORDS = re.compile(rf"(?i)\b(?:{_DAY_WORDS}|{_RELATIVE})\b")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_DAY_MONTH = re.compile(rf"(?i)\b(\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: of| de)? ({MONTHS})\b\.?(?:,? (?:de |del )?((?:19|20)\d\d)\b)?")
_MONTH_DAY = re.compile(rf"(?i)\b({MONTHS})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? ((?:19|20)\d\d)\b)?")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})\.(\d{1,2})\.((?:20)?\d\d)?(?![\d])")
_MONTH_STARTS = (
    ("jan", "ene"),
    ("feb", "fév", "fev"),
    ("mar", "mär", "mae"),
    ("apr", "avr", "abr"),
    ("may", "mai"),
    ("jun", "juin"),
    ("jul", "juil"),
    ("aug", "aoû", "aou", "ago"),
    ("sep",),
    ("oct", "okt"),
    ("nov",),
    ("dec", "dez", "déc", "dic"),
)
_AGO = {
    "yesterday": 1,
    "gestern": 1,
    "ayer": 1,
    "hier": 1,
    "vorgestern": 2,
    "anteayer": 2,
    "avant-hier": 2,
    "today": 0,
    "heute": 0,
    "hoy": 0,
    "aujourd'hui": 0,
}
_MOST_READ = 4000


def date_words(text: str) -> tuple[str, ...]:
    """The words of time in a text, lower-case, each once."""
    text = text[:_MOST_READ]
    found = [hit for pattern in (_WORDS, _ISO, _DAY_MONTH, _MONTH_DAY, _NUMERIC) for hit in pattern.finditer(text)]
    return tuple(dict.fromkeys(hit.group().lower() for hit in sorted(found, key=lambda hit: hit.start())))


def calendar_dates(text: str, received_at: datetime) -> tuple[date, ...]:
    """The calendar dates in a text; without a year, the arrival's year or the one before if the day is still ahead by months."""
    text = text[:_MOST_READ]
    today = received_at.date()
    found = [_date(int(hit[1]), int(hit[2]), int(hit[3])) for hit in _ISO.finditer(text)]
    found += [_near(today, hit[3], _month(hit[2]), int(hit[1])) for hit in _DAY_MONTH.finditer(text)]
    found += [_near(today, hit[3], _month(hit[1]), int(hit[2])) for hit in _MONTH_DAY.finditer(text)]
    found += [_near(today, hit[3], int(hit[2]), int(hit[1])) for hit in _NUMERIC.finditer(text)]
    found += [today - timedelta(days=_AGO[word]) for word in date_words(text) if word in _AGO]
    return tuple(dict.fromkeys(day for day in found if day is not None))


def _near(today: date, year: str | None, month: int, day: int) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _date(today.year, month, day)
    return _date(today.year - 1, month, day) if this_year and this_year - today > timedelta(days=60) else this_year


def _month(word: str) -> int:
    return next((number for number, starts in enumerate(_MONTH_STARTS, start=1) if word.lower().startswith(starts)), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
