"""Phrases: the small pattern language of the vocabulary files, compiled to regular expressions over folded text.

A phrase is a row of tokens: `word`, `stem*`, `either|or`, `{list}` (a named word list), `maybe?` (optional), `..` (up to two
words), `...` (up to five words), `#` (a number of three digits or more), `<n>` (any number), `^` and `$` (start and end of the clause).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prompts.vocabulary.fold import fold

Words = Mapping[str, tuple[str, ...]]

_GAPS = {"..": r"(?:\S+ ){0,2}?", "...": r"(?:\S+ ){0,5}?"}
_NUMBERS = {"#": r"\S*\d{3}\S*", "<n>": r"\d\S*"}
KEY_LENGTH = 3
"""Phrases are looked up by the first letters of one of their words, so that few of them have to be tried."""


class PhraseError(ValueError):
    """A phrase of a vocabulary file cannot be read."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled phrase; a text can match only if one of its words begins with one of the keys, and so for each of the needs."""

    source: str
    pattern: re.Pattern[str]
    keys: frozenset[str]
    needs: tuple[frozenset[str], ...]


def compile_phrase(source: str, words: Words) -> Phrase:
    """Compile one phrase of a vocabulary file."""
    tokens = source.split()
    opening, body, keys = "(?<= )", "", []
    for place, token in enumerate(tokens):
        if token == "^" and place == 0:
            opening = "(?<=^ )"
        elif token == "$" and place == len(tokens) - 1:
            body += "$"
        elif token in _GAPS:
            body += _GAPS[token]
        else:
            piece, key = _token(token, words)
            body += piece
            keys.append(key)
    best = _best(source, keys)
    return Phrase(source, re.compile(opening + body), best, tuple({key for key in keys if key and key != best}))


def _token(token: str, words: Words) -> tuple[str, frozenset[str]]:
    optional = token.endswith("?")
    choices = [choice for part in token.rstrip("?").split("|") for choice in _choices(part, words)]
    if not all(choice.strip("* ") for choice in choices):
        raise PhraseError(f"empty word in token {token!r}")
    piece = "|".join(_literal(choice) for choice in sorted(choices, key=len, reverse=True))
    return (f"(?:(?:{piece}) )?", frozenset()) if optional else (f"(?:{piece}) ", _keys(choices))


def _choices(part: str, words: Words) -> Iterable[str]:
    if part.startswith("{") and part.endswith("}"):
        try:
            listed = words[part[1:-1]]
        except KeyError as error:
            raise PhraseError(f"no word list {part}") from error
        return (choice for entry in listed for choice in _choices(entry, words))
    if part in _NUMBERS:
        return (part,)
    star = "*" if part.endswith("*") else ""
    return (fold(part.rstrip("*")).strip() + star,)


def _literal(choice: str) -> str:
    if choice in _NUMBERS:
        return _NUMBERS[choice]
    return re.escape(choice[:-1]) + r"\S*" if choice.endswith("*") else re.escape(choice)


def _keys(choices: Iterable[str]) -> frozenset[str]:
    """The key of every choice, or nothing if one of them is a number or a stem too short to be looked up."""
    keys = set()
    for choice in choices:
        first = choice.split(" ")[0]
        if first in _NUMBERS or (first.endswith("*") and len(first) <= KEY_LENGTH):
            return frozenset()
        keys.add(first.rstrip("*")[:KEY_LENGTH])
    return frozenset(keys)


def _best(source: str, keys: list[frozenset[str]]) -> frozenset[str]:
    usable = [key for key in keys if key]
    if not usable:
        raise PhraseError(f"phrase {source!r} has no word that must be there")
    return max(usable, key=lambda key: (min(map(len, key)), -len(key)))
