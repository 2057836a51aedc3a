"""Proves one reworded sentence against the sentence that it rewords: the same facts, the same claims, no word beyond its topics.

A rewording is judged with placeholders where the facts stand: a model never writes a fact, so a digit, a date or a name is never its to get wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from graph.labels import Language
from nodes.communications.framing import out_of_frame
from nodes.communications.refusal import Refusal, RefusalKind
from prompts.wording_words import DateKind, WordingWords, longest_first, reworded_keys, tokens_of, wording_words

_HOLE: Final = re.compile(r"\{[a-z_]+\}")
_SIGNS: Final = " .,;:!?¿¡()'’–-"
_CLAUSE_ENDS: Final = frozenset(".,;:!?()–¿¡")
_BEGINS_A_CLAUSE: Final = frozenset({"conjunctions", "topic.until"})
_LONGER: Final = 60
"""Characters that a rewording may have beyond twice the sentence's own."""
_SHOUTED: Final = 2
DATED: Final = frozenset({"{at}", "{eta}", "{due}", "{since}", "{ship_by}", "{placed}"})
_PAST: Final = frozenset({"{at}", "{placed}"})
"""Dates of what has happened: "on Monday" and "dated Monday" say the same of them."""


@dataclass(frozen=True)
class Clause:
    """One clause of a sentence: what it claims, and how."""

    topics: frozenset[str]
    """Without those that another topic of the clause covers."""
    touched: frozenset[str]
    """All of them, but for those that only a weak word touches."""
    denied: int
    is_open: bool
    is_ahead: bool
    is_sure: bool
    is_reported: bool


@dataclass(frozen=True)
class Parsed:
    """A sentence as the check sees it."""

    clauses: tuple[Clause, ...]
    unknown: tuple[str, ...]
    """Words that belong to no list."""
    dates: frozenset[tuple[str, DateKind | None]]
    """Each date with what stands before it."""

    @property
    def topics(self) -> frozenset[str]:
        """Everything that it speaks of."""
        return frozenset(topic for clause in self.clauses for topic in clause.touched)

    def denials(self) -> int:
        """How often it denies."""
        return sum(clause.denied for clause in self.clauses)


def unproven(language: Language, source: str, said: str) -> Iterator[Refusal]:
    """Every reason why `said` may not stand for `source`; both with placeholders."""
    words = wording_words(language)
    yield from _shape(words, source, said)
    own, other = _parse(language, source, None), _parse(language, said, source)
    for word in other.unknown:
        yield _refusal(RefusalKind.WORD, word, "a word that has nothing to do with the sentence")
    if own.denials() != other.denials():
        yield _refusal(RefusalKind.CLAIM, "", "it denies something else")
    for claim in sorted(_claims(words, own, own.topics) ^ _claims(words, other, own.topics)):
        yield _refusal(RefusalKind.CLAIM, " ".join(claim), "another claim than the sentence has")
    for hedge in sorted(_hedges(words, other) - _hedges(words, own)):
        yield _refusal(RefusalKind.CLAIM, hedge, "a clause that only leaves open, plans or foretells")
    if _reported(words, own) - _reported(words, other):
        yield _refusal(RefusalKind.CLAIM, "", "what somebody reported is said as a fact")
    yield from _roles(words, own, source, said)
    yield from out_of_frame(language, source, said)
    for hole, kind in sorted(other.dates - own.dates, key=str):
        yield _refusal(RefusalKind.DATE, hole, f"the date is said to be {kind or 'something else'}")


def _roles(words: WordingWords, own: Parsed, source: str, said: str) -> Iterator[Refusal]:
    """Who does something, and what a fact has to do with it, stays as it was."""
    before, after = tokens_of(source), tokens_of(said)
    barred = {word for topic in own.topics for (word,) in words.bars.get(topic, ())}
    for word in sorted(barred & set(after) - set(before)):
        yield _refusal(RefusalKind.CLAIM, word, "somebody else does it")
    toward = {word for (word,) in words.prepositions["toward"]}
    pairs = {pair for pair in pairwise(before) if pair[1].startswith("{")}
    reported = {phrase for phrase in words.reported if len(phrase) > 1}
    for place, pair in enumerate(pairwise(after)):
        if any(tuple(after[max(place + 1 - len(phrase), 0) : place + 1]) == phrase for phrase in reported):
            continue
        if pair[1].startswith("{") and pair[1] not in DATED and pair[0] in toward and pair not in pairs:
            yield _refusal(RefusalKind.CLAIM, " ".join(pair), "the fact has another part in it")


def _shape(words: WordingWords, source: str, said: str) -> Iterator[Refusal]:
    if not said.strip() or len(said) > 2 * len(source) + _LONGER:
        yield _refusal(RefusalKind.LENGTH, said[:40], "it is too long or empty")
    if Counter(_HOLE.findall(source)) != Counter(_HOLE.findall(said)):
        yield _refusal(RefusalKind.NUMBER, "", "it has other facts than the sentence")
    bare = _HOLE.sub("", said)
    if strange := next((sign for sign in bare if sign.lower() not in words.letters and sign not in _SIGNS), None):
        yield _refusal(RefusalKind.HIDDEN, strange, "a sign that no sentence has")
    if ("?" in source) != ("?" in said) or bare.count("!") > 1:
        yield _refusal(RefusalKind.CLAIM, "?", "it asks where the sentence does not, or the other way round")
    if (last := source.strip()[-1]) == "}" and said.strip()[-1:] != last:
        yield _refusal(RefusalKind.MARKUP, said[-20:], "it does not end with what the sentence ends with")
    if shouted := next((word for word in re.findall(r"[^\W\d_]+", bare) if len(word) > _SHOUTED and word.isupper() and word not in source), None):
        yield _refusal(RefusalKind.NAME, shouted, "a word in capitals")


def _claims(words: WordingWords, parsed: Parsed, among: frozenset[str]) -> set[tuple[str, str]]:
    """What is claimed, and how: denied, open, ahead, and over all its clauses whether it will be."""
    how = {(topic, _manner(topic, clause)) for clause in parsed.clauses for topic in clause.topics & words.claims & among}
    return how | {("", "to be") for clause in parsed.clauses if clause.is_sure and clause.topics & words.claims & among}


def _hedges(words: WordingWords, parsed: Parsed) -> set[str]:
    """How clauses speak that claim nothing: "maybe" between two commas belongs to what stands around it."""
    bare = [clause for clause in parsed.clauses if not clause.topics & words.claims]
    flags = (("open", lambda clause: clause.is_open), ("ahead", lambda clause: clause.is_ahead), ("sure", lambda clause: clause.is_sure))
    return {name for name, holds in flags if any(map(holds, bare))}


def _manner(topic: str, clause: Clause) -> str:
    denied = clause.denied % 2 and topic not in reworded_keys().failed_by_nature
    return " ".join(word for word, holds in (("denied", denied), ("open", clause.is_open), ("ahead", clause.is_ahead)) if holds)


def _reported(words: WordingWords, parsed: Parsed) -> set[str]:
    """Claims that are only ever said to be reported."""
    told = {topic for clause in parsed.clauses if clause.is_reported for topic in clause.topics & words.claims}
    return told - {topic for clause in parsed.clauses if not clause.is_reported for topic in clause.topics}


@lru_cache(maxsize=512)
def _parse(language: Language, text: str, source: str | None) -> Parsed:
    """A sentence by clauses; words are allowed by the lists, and where there is a source, by its own words and its topics."""
    found = _Found()
    allowed = None if source is None else _parse(language, source, None).topics
    own = frozenset() if source is None else frozenset(tokens_of(source))
    weak = set(wording_words(language).weak) if source is None else set[tuple[str, ...]]()
    tokens, place = tokens_of(text), 0
    while place < len(tokens):
        token = tokens[place]
        kinds, length = _longest(language, tokens, place, allowed)
        if token in DATED:
            found.date(token, _kind_at(language, tokens, place))
        elif token in _CLAUSE_ENDS:
            found.end()
        elif not kinds and (length > 1 or (not token.startswith("{") and token not in own)):
            found.unknown.append(" ".join(tokens[place : place + length]))
        if kinds & _BEGINS_A_CLAUSE:
            found.end()
        found.add(kinds, touches=tuple(tokens[place : place + length]) not in weak)
        place += length
    found.end()
    return Parsed(tuple(found.clauses), tuple(found.unknown), frozenset(found.dates))


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        self.unknown: list[str] = []
        self.dates: list[tuple[str, DateKind | None]] = []
        self._kinds: Counter[str] = Counter()
        self._touched: set[str] = set()

    def add(self, kinds: frozenset[str], *, touches: bool) -> None:
        """A word or phrase of some lists; a weak one touches no topic."""
        self._kinds.update(kinds)
        self._touched.update(kind.removeprefix("topic.") for kind in kinds if touches and kind.startswith("topic."))

    def date(self, hole: str, kind: DateKind | None) -> None:
        """A date, and what stands before or behind it."""
        self.dates.append((hole, "on" if kind == "dated" and hole in _PAST else kind))

    def end(self) -> None:
        """The clause ends here."""
        topics = {kind.removeprefix("topic.") for kind in self._kinds if kind.startswith("topic.")}
        covered = {below for topic in topics for below in reworded_keys().covers.get(topic, ())}
        has = self._kinds
        if topics or any(has[name] for name in ("denied", "open", "ahead", "sure")):
            self.clauses.append(
                Clause(
                    frozenset(topics - covered),
                    frozenset(self._touched),
                    has["denied"],
                    has["open"] > 0,
                    has["ahead"] > 0,
                    has["sure"] > 0,
                    has["reported"] > 0,
                )
            )
        self._kinds, self._touched = Counter(), set()


@lru_cache(maxsize=8)
def _phrases(language: Language) -> tuple[dict[str, list[tuple[str, ...]]], dict[tuple[str, ...], frozenset[str]]]:
    words, kinds = wording_words(language), dict[tuple[str, ...], set[str]]()
    lists = {name: getattr(words, name) for name in ("general", "denied", "open", "ahead", "sure", "reported", "conjunctions")}
    lists |= {f"topic.{topic}": phrases for topic, phrases in words.topics.items()}
    lists |= {f"date.{kind}": phrases for kind, phrases in words.dates.items()}
    for name, phrases in lists.items():
        for phrase in phrases:
            kinds.setdefault(phrase, set()).add(name)
    return longest_first(kinds), {phrase: frozenset(names) for phrase, names in kinds.items()}


def _longest(language: Language, tokens: list[str], place: int, allowed: frozenset[str] | None) -> tuple[frozenset[str], int]:
    """The lists of the longest phrase that begins here, and its length; no list, where it speaks of what the source does not."""
    ordered, kinds = _phrases(language)
    words = wording_words(language)
    best, length = set[str](), 1
    for phrase in ordered.get(tokens[place][:3], ()):
        size = len(phrase) - (phrase[-1] == "*")
        if size < length or not _matches(phrase, tokens[place : place + size]):
            continue
        own = {name for name in kinds[phrase] if allowed is None or not name.startswith("topic.") or name.removeprefix("topic.") in allowed}
        if own or (size > max(length, 1) and kinds[phrase] <= words.weighty):
            best, length = best | own if size == length else own, size
    return frozenset(best), length


def _matches(phrase: tuple[str, ...], tokens: list[str]) -> bool:
    if phrase[-1] != "*":
        return list(phrase) == tokens
    return len(tokens) == len(phrase) - 1 and list(phrase[:-2]) == tokens[:-1] and tokens[-1].startswith(phrase[-2])


def _kind_at(language: Language, tokens: list[str], place: int) -> DateKind | None:
    """What the words right before a date (or right behind it) say of it; the longest before it counts, behind it any."""
    for kind, phrases in wording_words(language).dates.items():
        if any(len(phrase) > 1 and tokens[place + 1 : place + 1 + len(phrase)] == list(phrase) for phrase in phrases):
            return kind
    best: tuple[int, DateKind | None] = (0, None)
    for kind, phrases in wording_words(language).dates.items():
        for phrase in phrases:
            if len(phrase) > best[0] and tokens[max(place - len(phrase), 0) : place] == list(phrase):
                best = (len(phrase), kind)
    return best[1]


def _refusal(kind: RefusalKind, span: str, because: str) -> Refusal:
    return Refusal(kind=kind, span_text=span, because=because)
