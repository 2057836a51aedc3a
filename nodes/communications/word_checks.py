"""Checks of words: numbers and dates in words, the never list, claims, promises and arrivals that nothing proves, the language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from graph.labels import Language
from graph.statements import Draft, Statement
from nodes.communications.lexicon import Lexicon, carriers, never, own_function_words
from nodes.communications.plain_text import DATES, DUE, DUE_AND_DATE, DUE_AND_ETA, ETA, FACT
from nodes.communications.refusal import Refusal, RefusalKind
from nodes.communications.residue import Residue, is_eta
from prompts.guard_words import Claim, claim_keys

_NEGATION_REACH: Final = 5
_ENOUGH_WORDS: Final = 3
_FOREIGN_SENTENCE: Final = 3


def numbers_in_words(words: Sequence[str], lexicon: Lexicon) -> Iterator[Refusal]:
    """Spelled-out numbers, alone or with a unit, and units after a fact that is no time."""
    own = lexicon.words
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        beyond = words[place + 2] if place + 2 < len(words) else ""
        counted = (after in own.time_units or after in own.things, beyond in own.time_units or beyond in own.things)
        spelled = word in lexicon.numbers or (word in own.numbers and any(counted))
        near = (word in own.near_unit_numbers or word == FACT) and (after in own.time_units or (after in own.fillers and beyond in own.time_units))
        ordinal = word in own.ordinals and counted[0]
        if (spelled or near or ordinal) and f" {word} {after} " not in lexicon.corpus:
            yield _refusal(RefusalKind.NUMBER, f"{word} {after}", "a number in words that no bound fact has")
        elif word in lexicon.names:
            yield _refusal(RefusalKind.DATE, word, "a weekday or month that no bound fact has")
        elif word in own.money:
            yield _refusal(RefusalKind.MONEY, word, "an amount that no bound fact has")
        elif lexicon.attached.match(word) and word not in lexicon.known:
            yield _refusal(RefusalKind.NUMBER, word, "a number in words that no bound fact has")


def listed_phrases(line: str, cased: str, lexicon: Lexicon) -> Iterator[Refusal]:
    """Relative dates, the never list of all languages, carriers and codes that are not bound."""
    anywhere, capital = never()
    yield from _found(RefusalKind.NEVER, anywhere, line, "may never be said")
    yield from _found(RefusalKind.NEVER, capital, cased, "may never be said")
    yield from _found(RefusalKind.DATE, lexicon.relative, line, "a date or time that no bound fact has")
    yield from _found(RefusalKind.NAME, carriers(), line, "a carrier that no bound fact has")
    yield from _found(RefusalKind.CODE, (code.line for code in lexicon.codes), line, "a reason that no bound fact has")


def unproven_claims(line: str, draft: Draft, lexicon: Lexicon) -> Iterator[Refusal]:
    """Statuses that no bound statement says."""
    keys, beyond = claim_keys(), _beyond_own_words(line, draft.statements, lexicon)
    for claim, phrases in lexicon.claims:
        phrase = next((phrase for phrase in phrases if phrase in beyond and not _only_denied(beyond, phrase, lexicon)), None)
        if phrase and not any(keys.allows(claim, statement.key) for statement in draft.statements):
            yield _refusal(RefusalKind.CLAIM, phrase.strip(), f"no bound statement says {_worded(claim)}")


def unproven_promises(line: str, draft: Draft, residue: Residue, lexicon: Lexicon) -> Iterator[Refusal]:
    """Promises without a follow-up whose time the text states."""
    if draft.due_at is None and any(statement.promises for statement in draft.statements):
        yield _refusal(RefusalKind.PROMISE, "", "a statement promises, and no follow-up is due")
    for phrase in lexicon.promises:
        if phrase not in line:
            continue
        if draft.due_at is None or not residue.due_stated:
            yield _refusal(RefusalKind.PROMISE, phrase.strip(), "a promise without a follow-up, or without its time")
        elif not _dated(line, phrase, {DUE, DUE_AND_ETA, DUE_AND_DATE}):
            yield _refusal(RefusalKind.PROMISE, phrase.strip(), "a promise with another time than the follow-up's")


def misplaced_due(line: str, draft: Draft, lexicon: Lexicon) -> Iterator[Refusal]:
    """The time of the next update, where no promise is made: it may not pass for the time of anything else."""
    own = [piece for statement in draft.statements if "due" in statement.facts for piece in lexicon.pieces.get(statement.key, ())]
    for sentence in line.split(" . "):
        padded = f" {sentence.strip()} "
        if DUE in sentence and not any(phrase in padded for phrase in (*lexicon.promises, *own)):
            yield _refusal(RefusalKind.PROMISE, sentence.strip(), "the time of the next update stands for something else")


def unproven_arrivals(line: str, draft: Draft, lexicon: Lexicon) -> Iterator[Refusal]:
    """Arrivals that no carrier's ETA proves, beyond what the other bound statements say word for word."""
    others = [statement for statement in draft.statements if not any(map(is_eta, statement.facts.values()))]
    bound, line = len(others) < len(draft.statements), _beyond_own_words(line, others, lexicon)
    for phrase in lexicon.arrival:
        if phrase in line and not (bound and _dated(line, phrase, {ETA, DUE_AND_ETA})) and not _only_denied(line, phrase, lexicon):
            yield _refusal(RefusalKind.ARRIVAL, phrase.strip(), "no bound ETA says when it arrives")


def other_language(words: Sequence[str], language: Language) -> Iterator[Refusal]:
    """A text, or a sentence of it, in another language."""
    if (other := _main_language(words)) not in {None, language}:
        yield _refusal(RefusalKind.LANGUAGE, "", f"the text is in {other!r}, not in {language.value!r}")
    for sentence in " ".join(words).split(" . "):
        counts = _counts(sentence.split())
        if not counts[language] and max(counts.values()) >= _FOREIGN_SENTENCE:
            yield _refusal(RefusalKind.LANGUAGE, sentence, f"a sentence is not in {language.value!r}")


def _beyond_own_words(line: str, statements: Iterable[Statement], lexicon: Lexicon) -> str:
    """The line without what bound statements say word for word."""
    for statement in statements:
        for piece in lexicon.pieces.get(statement.key, ()):
            line = line.replace(piece, " ")
    return line


def _main_language(words: Sequence[str]) -> Language | None:
    counts = _counts(words)
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= _ENOUGH_WORDS else None


def _counts(words: Sequence[str]) -> dict[Language, int]:
    return {language: sum(word in own for word in words) for language, own in own_function_words().items()}


def _found(kind: RefusalKind, phrases: Iterable[str], line: str, because: str) -> Iterator[Refusal]:
    for phrase in phrases:
        if phrase in line:
            yield _refusal(kind, phrase.strip(), because)


def _only_denied(line: str, phrase: str, lexicon: Lexicon) -> bool:
    """Whether a phrase stands only behind a denial or a condition of its own sentence."""
    start = line.find(phrase)
    while start >= 0:
        before = line[:start].rsplit(" . ", 1)[-1].split()[-_NEGATION_REACH:]
        if not any(word in lexicon.words.negations for word in before):
            return False
        start = line.find(phrase, start + 1)
    return True


def _dated(line: str, phrase: str, signs: set[str]) -> bool:
    """Whether every sentence with the phrase has one of these dates, if it has dates at all."""
    for sentence in line.split(" . "):
        dates = DATES.intersection(sentence)
        if phrase.strip() in sentence and dates and not dates & signs:
            return False
    return True


def _worded(claim: Claim) -> str:
    return claim.replace("_", " ")


def _refusal(kind: RefusalKind, span: str, because: str) -> Refusal:
    return Refusal(kind=kind, span_text=span, because=because)
