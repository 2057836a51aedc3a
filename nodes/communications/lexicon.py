"""What the guard knows of a language: the words of the texts, and the lists of its file made ready."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.labels import Language
from nodes.communications.dates import calendar
from nodes.communications.plain_text import line_of, lowered, normalise, phrase_of
from prompts.formats import formats
from prompts.guard_words import Claim, GuardWords, guard_words
from prompts.template import Template
from prompts.texts import TextBook

_CAPITAL: Final = re.compile(r"(?<![\w'])[A-ZÀ-ÖØ-Þ][^\W\d_\ue000-\ue00f]*")
_BEFORE_START: Final = re.compile(r"(?:^|[.!?:]\"?\s|\n|[-•]\s|¿|¡)[\"'(]?$")
_MODAL_MONTHS: Final = frozenset({"may", "march"})
_OF_ONE_LANGUAGE: Final = 1
_TELLING: Final = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A closed code in words."""

    code: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """One language of one book of texts, ready for the checks."""

    language: Language
    words: GuardWords
    capitals: frozenset[str]
    """Words that may stand with a capital inside a sentence."""
    known: frozenset[str]
    """Every word of the texts, in lower case."""
    corpus: str
    """All texts of the language as one line."""
    pieces: Mapping[str, tuple[str, ...]]
    """What each text says between its placeholders, as far as it is long enough to be told apart."""
    brand: str
    codes: tuple[Code, ...]
    relative: tuple[str, ...]
    promises: tuple[str, ...]
    arrival: tuple[str, ...]
    claims: tuple[tuple[Claim, tuple[str, ...]], ...]
    names: frozenset[str]
    """Weekdays and months."""
    numbers: frozenset[str]
    """Number words that no text uses."""
    attached: re.Pattern[str]
    """A number grown together with a unit of time: "dreitägig"."""


@lru_cache(maxsize=16)
def lexicon(book: TextBook, language: Language) -> Lexicon:
    """The lexicon of a language, made once per book."""
    words = guard_words(language)
    shipped = _corpus(TextBook.load(), language)
    return Lexicon(
        language=language,
        words=words,
        capitals=words.words | frozenset(_capitals_inside(book, language)),
        known=frozenset(_corpus(book, language).split()),
        corpus=_corpus(book, language),
        pieces={key: tuple(_pieces(template)) for key, template in book.texts[language].items()},
        brand=book.brand(language),
        codes=tuple(_codes(book, language)),
        relative=tuple(phrase for phrase in map(phrase_of, (*words.relative, *words.lone_time)) if phrase not in shipped),
        promises=tuple(map(phrase_of, words.promises)),
        arrival=tuple(map(phrase_of, words.arrival)),
        claims=tuple((claim, tuple(map(phrase_of, phrases))) for claim, phrases in words.claims.items()),
        names=frozenset(calendar_names(language)),
        numbers=frozenset(word for word in words.numbers if f" {word} " not in shipped),
        attached=re.compile(rf"(?:{'|'.join(sorted(words.numbers, key=len, reverse=True))})(?:{'|'.join(sorted(_stems(words)))})"),
    )


@lru_cache(maxsize=1)
def never() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What may be said in no language: in any case, and in capitals only."""
    sources = {source for language in Language for source in guard_words(language).never}
    return (
        tuple(sorted({phrase_of(source) for source in sources if not source.isupper()})),
        tuple(sorted({phrase_of(source) for source in sources if source.isupper()})),
    )


@lru_cache(maxsize=1)
def carriers() -> tuple[str, ...]:
    """Carriers that may only be named where they are bound."""
    return tuple(sorted(phrase_of(name) for language in Language for name in guard_words(language).names))


@lru_cache(maxsize=1)
def own_function_words() -> dict[Language, frozenset[str]]:
    """Function words that one language has alone."""
    lists = {language: guard_words(language).function_words for language in Language}
    every = [word for words in lists.values() for word in words]
    return {language: frozenset(word for word in words if every.count(word) == _OF_ONE_LANGUAGE) for language, words in lists.items()}


def calendar_names(language: Language) -> Iterator[str]:
    """Weekdays and months in full; English "may" and "march" are words of their own."""
    own = formats(language)
    yield from (name.lower() for name in (*own.weekdays, *own.months) if name.lower() not in _MODAL_MONTHS)


def is_calendar_capital(language: Language, word: str) -> bool:
    """Whether a word with a capital names a weekday or month, short names included."""
    return word in calendar(language).weekdays or word in calendar(language).months


def capitals(text: str) -> Iterator[tuple[str, int, bool]]:
    """Every word with a capital: the word, its place, and whether it begins a sentence."""
    for match in _CAPITAL.finditer(text):
        start = match.start()
        yield match.group(), start, start == 0 or _BEFORE_START.search(text, max(0, start - 4), start) is not None


def _sentences(book: TextBook, language: Language) -> Iterator[str]:
    for template in book.texts[language].values():
        yield normalise(" \ue000 ".join(template.literals))


def _corpus(book: TextBook, language: Language) -> str:
    return lowered(" . ".join(line_of(sentence) for sentence in _sentences(book, language))).replace("  ", " ")


def _capitals_inside(book: TextBook, language: Language) -> Iterator[str]:
    for sentence in _sentences(book, language):
        yield from (word for word, _, begins in capitals(sentence) if not begins)


def _codes(book: TextBook, language: Language) -> Iterator[Code]:
    for key, template in book.texts[language].items():
        if key.startswith("codes."):
            yield Code(key.removeprefix("codes."), lowered(line_of(template.source)), template.source)


def _pieces(template: Template) -> Iterator[str]:
    for literal in template.literals:
        for sentence in lowered(line_of(normalise(literal))).split(" . "):
            if len(sentence.split()) >= _TELLING:
                yield f" {sentence.strip()} "


def _stems(words: GuardWords) -> Iterable[str]:
    return {unit[:4] for unit in words.time_units if len(unit) > 2} | {"tag", "täg", "wöch"}
