"""A customer text taken apart into its sentences, each with the facts that it states, their sources and ages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph.commit import SendMessage
from graph.context import OrderContext
from graph.statements import Fact, FactKind
from prompts.formats import fact_text
from prompts.greeting import first_name
from prompts.texts import TextBook
from server.cli.fact_values import own_time
from server.cli.moments import age_words

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[^\s\d])")


@dataclass(frozen=True)
class Stated:
    """A fact where it stands in a sentence, in the words of the sentence."""

    start: int
    end: int
    words: str
    fact: Fact


@dataclass(frozen=True)
class Sentence:
    """One sentence as the customer reads it; empty between paragraphs."""

    text: str
    stated: tuple[Stated, ...] = ()


@dataclass(frozen=True)
class _Needle:
    words: str
    facts: tuple[Fact, ...]


def sentences_of(message: SendMessage, textbook: TextBook) -> tuple[Sentence, ...]:
    """The text, sentence by sentence."""
    needles = _needles(message, textbook)
    rows: list[Sentence] = []
    for line in message.text.split("\n"):
        rows += _line(line, needles) if line.strip() else [Sentence("")]
    return tuple(rows)


def unworded(message: SendMessage, sentences: Iterable[Sentence]) -> tuple[Fact, ...]:
    """Facts that the text rests on without stating them in words, such as a quantity of one."""
    seen = {stated.words.lower() for sentence in sentences for stated in sentence.stated}
    fields = {stated.fact.field for sentence in sentences for stated in sentence.stated}
    return tuple(
        fact
        for fact in message.facts
        if fact.field not in fields and fact.value.lower() not in seen and not (fact.kind is FactKind.COUNT and fact.value == "1")
    )


def age_text(fact: Fact, context: OrderContext | None, now: datetime) -> str:
    """How old a fact is: by its own time where the system says one, else by when it was read."""
    since = fact.as_of if context is None else own_time(fact.field, context) or fact.as_of
    return age_words(now - since)


def _needles(message: SendMessage, textbook: TextBook) -> list[_Needle]:
    found: dict[str, list[Fact]] = {}
    for fact in message.facts:
        for words in _wordings(message, fact, textbook):
            found.setdefault(words, []).append(fact)
    return [_Needle(words, tuple(facts)) for words, facts in sorted(found.items(), key=lambda item: -len(item[0]))]


def _wordings(message: SendMessage, fact: Fact, textbook: TextBook) -> tuple[str, ...]:
    if fact.kind is FactKind.CODE:
        return (textbook.code(message.language, fact.value),)
    if fact.kind is FactKind.NAME:
        return (fact.value, first_name(fact.value))
    if fact.kind is FactKind.COUNT and fact.field.endswith(".quantity"):
        return () if fact.value == "1" else (f"{fact.value} ×",)
    return (fact_text(message.language, fact),)


def _line(line: str, needles: Sequence[_Needle]) -> list[Sentence]:
    taken: list[tuple[int, int, _Needle]] = []
    for needle in needles:
        for match in re.finditer(rf"(?<!\w){re.escape(needle.words)}(?!\w)", line, re.IGNORECASE):
            if all(match.end() <= start or end <= match.start() for start, end, _ in taken):
                taken.append((*match.span(), needle))
    taken.sort(key=lambda each: each[0])
    rows, start = [], 0
    for cut in [*_cuts(line, taken), len(line)]:
        own = [each for each in taken if start <= each[0] < cut]
        rows.append(_sentence(line[start:cut], start, own))
        start = cut
    return rows


def _cuts(line: str, taken: Sequence[tuple[int, int, _Needle]]) -> list[int]:
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    return [end for end in ends if all(not stop > end > start for start, stop, _ in taken)]


def _sentence(text: str, offset: int, own: Sequence[tuple[int, int, _Needle]]) -> Sentence:
    sure = [_row_of(needle.facts[0]) for _, _, needle in own if len(needle.facts) == 1]
    stated = tuple(Stated(start - offset, end - offset, text[start - offset : end - offset], _best(needle, sure)) for start, end, needle in own)
    return Sentence(text.rstrip(), stated)


def _best(needle: _Needle, sure: Sequence[str]) -> Fact:
    """Of facts with the same words (two parcels with one carrier) the one of the row that the sentence speaks of."""
    return max(needle.facts, key=lambda fact: sure.count(_row_of(fact)))


def _row_of(fact: Fact) -> str:
    return fact.field.split(".")[0]
