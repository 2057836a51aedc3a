"""Proves a customer text against the facts of its draft: nothing may be in it that no bound fact or statement says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from graph.statements import Draft, Fact, FactKind
from nodes.communications.lexicon import Lexicon, lexicon
from nodes.communications.plain_text import lowered, words_of
from nodes.communications.refusal import Proof, Refusal, RefusalKind
from nodes.communications.residue import Residue, take_facts
from nodes.communications.spelling_checks import disguised, forbidden_texts, lost_letters, unproven_names, unproven_signs
from nodes.communications.word_checks import (
    listed_phrases,
    misplaced_due,
    numbers_in_words,
    other_language,
    unproven_arrivals,
    unproven_claims,
    unproven_promises,
)
from prompts.texts import TextBook

__all__ = ["Proof", "Refusal", "RefusalKind", "prove"]

_LONGEST: Final = 3000


def prove(draft: Draft, text: str, textbook: TextBook, *, forbidden: Sequence[str] = (), name: Fact | None = None) -> Proof:
    """Whether a text says nothing but what the draft's facts and statements say; `name` is the customer's own, for the greeting."""
    if not text.strip() or len(text) > _LONGEST:
        refusal = Refusal(kind=RefusalKind.LENGTH, span_text=text[:40], because=f"a text has 1 to {_LONGEST} characters")
        return Proof(ok=False, refusals=(refusal,))
    refusals = tuple(_refusals(draft, text, lexicon(textbook, draft.language), forbidden, name))
    return Proof(ok=not refusals, refusals=refusals)


def _refusals(draft: Draft, text: str, known: Lexicon, forbidden: Sequence[str], name: Fact | None) -> Iterator[Refusal]:
    facts, items = _bound(draft, name), [item for statement in draft.statements for item in statement.items]
    fixed = [known.brand, *(code.text for code in known.codes if any(fact.value == code.code for fact in facts if fact.kind is FactKind.CODE))]
    residue = take_facts(draft.language, text, facts, items, fixed)
    cased = words_of(residue.cased)
    cased_line = f" {' '.join(cased)} "
    line = lowered(cased_line)
    words = line.split()
    yield from disguised(text, (*(fact.value for fact in (*facts, *(item.title for item in items))), *fixed))
    yield from _weekdays(residue)
    yield from unproven_signs(residue)
    yield from lost_letters(residue)
    yield from unproven_names(residue, known)
    yield from numbers_in_words(words, known)
    yield from listed_phrases(line, cased_line, known)
    yield from unproven_claims(line, draft, known)
    yield from unproven_promises(line, draft, residue, known)
    yield from misplaced_due(line, draft, known)
    yield from unproven_arrivals(line, draft, known)
    yield from forbidden_texts(residue, forbidden, line, known)
    yield from other_language(words, draft.language)


def _bound(draft: Draft, name: Fact | None) -> list[Fact]:
    facts = {(fact.field, fact.value): fact for statement in draft.statements for fact in statement.facts.values()}
    return [*facts.values(), *((name,) if name else ())]


def _weekdays(residue: Residue) -> Iterator[Refusal]:
    for text in residue.wrong_weekdays:
        yield Refusal(kind=RefusalKind.WEEKDAY, span_text=text, because="the weekday is not that of the date")
