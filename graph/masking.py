"""Masks what identifies a person or an order in a text: before it goes to a language model, and before a trace of it leaves the house."""

from __future__ import annotations

import re
from collections.abc import Iterable

LINK = "<link>"
EMAIL = "<email>"
PHONE = "<phone>"
NUMBER = "<number>"
ADDRESS = "<address>"
NAME = "<name>"

_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|sq|"
    r"terrace|highway|hwy|parkway|pkwy|close|crescent)"
)
_STREET_BEFORE = r"(?:rue|avenue|boulevard|chemin|allée|impasse|quai|place|route|calle|avenida|avda|plaza|paseo|camino|carrera|c/)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), LINK),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*"), EMAIL),
    (re.compile(rf"\b\d{{1,6}}[a-z]?,?(?: [\w.'’-]+){{1,4}} {_STREET}\b\.?(?:,? (?:apt|suite|unit|flat|#)\.? ?\w+)?", re.IGNORECASE), ADDRESS),
    (re.compile(rf"\b(?:\d{{1,4}},? )?{_STREET_BEFORE}\.? (?:[\w.'’-]+ ){{0,4}}[\w.'’-]+(?:,? ?\d{{1,4}}\b)?", re.IGNORECASE), ADDRESS),
    (re.compile(r"\b[\w-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|ring)\s?\d{1,4}\s?[a-z]?\b", re.IGNORECASE), ADDRESS),
    (re.compile(r"(?<![\w:-])(?:\+\d{1,3}[\s().-]*|\(?0\d{1,5}\)?[\s/.-]+)(?:\d[\s().-]*){5,13}\d\b"), PHONE),
    (re.compile(r"\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b"), PHONE),
    (re.compile(r"#\s?[A-Za-z]{0,6}-?\d+"), NUMBER),
    (re.compile(r"\b[A-Za-z]{0,6}-\d{3,}(?:-\w+)*\b|\b(?=[A-Za-z0-9]{8,}\b)(?=[A-Za-z]*\d)[A-Za-z0-9]*\d{3,}[A-Za-z0-9]*\b"), NUMBER),
    (re.compile(r"(?<!\d\.)\b(?!\d{4}-\d\d-\d\d)[A-Za-z]{0,3}\d{4,}[A-Za-z]{0,3}\b"), NUMBER),
)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """The text without links, mail addresses, phones, postal addresses, long numbers and these names (whole, and each part of them)."""
    for pattern, mask in _RULES:
        text = pattern.sub(mask, text)
    parts = {part for name in names for part in (name, *name.split()) if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text
