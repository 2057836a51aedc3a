"""Finds tracking numbers by their shapes, their check digits and the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracking_numbers import get_tracking_number

from graph.labels import Language
from graph.reading import Certainty
from prompts.vocabulary import vocabulary

_SHAPES = (
    (re.compile(r"(?<![\w])1z(?:[ -]?[0-9a-z]){16}(?![\w])", re.IGNORECASE), Certainty.EXPLICIT),
    (re.compile(r"(?<![\w])[a-z]{2}\d{9}[a-z]{2}(?![\w])", re.IGNORECASE), Certainty.EXPLICIT),
    (re.compile(r"(?<![\w])[A-Z]{2}[ -]?\d{3}[ -]?\d{3}[ -]?\d{3}[ -]?[A-Z]{2}(?![\w])"), Certainty.EXPLICIT),
    (re.compile(r"(?<![\w#.,+-])(?:9[1-5]\d{2}|00\d{2}|82\d{2}|0034)(?:[ -]?\d{4}){4}(?:[ -]?\d{1,6}){0,2}(?![\w])"), Certainty.EXPLICIT),
    (re.compile(r"(?<![\w#.,+-])\d{18,34}(?![\w-])"), Certainty.EXPLICIT),
    (re.compile(r"(?<![\w#.,+-])(?:\d{16}|\d{14}|\d{15}|\d{12})(?![\w-])"), Certainty.LIKELY),
    (re.compile(r"(?<![\w#.,+-])\d{4} \d{4} \d{4}(?: \d{2})?(?![\w-]| \d)"), Certainty.LIKELY),
    (
        re.compile(
            r"(?<![\w#-])(?:[a-z]{3,4}\d{7,14}|jjd\d{10,20}|jd\d{12,20}|tba\d{10,14}|[a-z0-9]{2}\d[a-z]\d{1,2}[a-z]\d{6,9}|[a-z]\d{13,15})(?![\w-])",
            re.IGNORECASE,
        ),
        Certainty.LIKELY,
    ),
)
_DIGITS_OF_A_MARKED = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention with its place in the text."""

    start: int
    end: int
    value: str
    certainty: Certainty


def find_tracking(text: str) -> list[Candidate]:
    """Tracking numbers in the order of their places, none inside another."""
    found: list[Candidate] = []
    for candidate in (*_marked(text), *_shaped(text)):
        if all(candidate.end <= other.start or candidate.start >= other.end for other in found):
            found.append(candidate)
    return sorted(found, key=lambda candidate: candidate.start)


def _marked(text: str) -> Iterator[Candidate]:
    for mark in _markers().finditer(text):
        code = _code_after(text, mark.end())
        if code is not None:
            yield code


def _code_after(text: str, place: int) -> Candidate | None:
    """The code right behind a word for tracking: one run of letters and digits, or groups of digits."""
    found = _ONE_WORD.match(text, place) or _GROUPS.match(text, place)
    if found is None or sum(sign.isdigit() for sign in found["code"]) < _DIGITS_OF_A_MARKED:
        return None
    value = re.sub(r"[ ]", "", found["code"]).upper()
    return Candidate(found.start("code"), found.end("code"), value, Certainty.EXPLICIT)


_ONE_WORD = re.compile(r"(?P<code>[a-z0-9](?:-?[a-z0-9]){6,33})(?![\w]|[ -]\d{3})", re.IGNORECASE)
_GROUPS = re.compile(r"(?P<code>[a-z0-9]{2,8}(?:[ -]\d{2,6}){2,8}(?: ?[A-Z]{2})?)(?![\w])", re.IGNORECASE)


def _shaped(text: str) -> Iterator[Candidate]:
    for shape, certainty in _SHAPES:
        for found in shape.finditer(text):
            value = re.sub(r"[ -]", "", found.group()).upper()
            if sum(sign.isdigit() for sign in value) >= _DIGITS_OF_A_MARKED:
                sure = certainty is Certainty.EXPLICIT or has_check_digit(value)
                yield Candidate(found.start(), found.end(), value, Certainty.EXPLICIT if sure else certainty)


@lru_cache(maxsize=1024)
def has_check_digit(value: str) -> bool:
    """Whether a carrier's check digit confirms the number (a twelve-digit one is confirmed too easily to count)."""
    return len(value) != 12 and get_tracking_number(value) is not None


@lru_cache(maxsize=1)
def _markers() -> re.Pattern[str]:
    sources = sorted({source for language in Language for source in vocabulary(language).numbers.tracking}, key=len, reverse=True)
    return re.compile(
        rf"\b(?:{'|'.join(sources)})\b(?:[ \t]{{0,2}}(?:#|:|=|\(|is|ist|es|est|lautet|no\.?|nr\.?|n[°º.]|number|code|id|for|für|"
        rf"my parcel|[.\"'])){{0,3}}[ \t]{{0,2}}",
        re.IGNORECASE,
    )
