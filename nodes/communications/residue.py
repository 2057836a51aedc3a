"""Takes every bound fact out of a text; what remains must be free of facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.labels import Language
from graph.statements import Fact, FactKind, Item
from nodes.communications.dates import Clock, Sighting, clocks, date_sightings, time_sightings
from nodes.communications.plain_text import DATE, DUE, DUE_AND_DATE, DUE_AND_ETA, ETA, FACT, FILL, lowered, normalise
from nodes.communications.surfaces import count_literals, item_literals, literals, shape

_IDENTIFIERS = frozenset({FactKind.ORDER_NUMBER, FactKind.TRACKING})
_LAST = frozenset({FactKind.NAME, FactKind.PLACE, FactKind.CARRIER})
_WORDLIKE = 3
"""A fact this short is taken only where a capital or a digit tells it from a word: the place "A" from the article."""
_DATELIKE = 9
"""One word this short, such as the titles "1984" and "May", is taken after the dates, which it may be a piece of."""
_TIED = frozenset("-/._#:")
_PUNCTUATION = frozenset(".,;:!?)\"'")


def is_due(fact: Fact) -> bool:
    """Whether a fact is the promised next update."""
    return fact.field == "follow_up.due_at"


def is_eta(fact: Fact) -> bool:
    """Whether a fact is a carrier's ETA."""
    return fact.field.startswith("shipments[") and fact.field.endswith(".eta")


@dataclass
class Residue:
    """A text from which facts are taken out: proven places are filled, all others stay where they were."""

    whole: str
    """The normalised text."""
    cased: str
    lower: str
    due_stated: bool = False
    wrong_weekdays: list[str] = field(default_factory=list)

    def take(self, start: int, end: int, sign: str = FACT) -> None:
        """Fill a proven place; a full stop at its end stays one."""
        stop = end - 1 if end - start > 1 and self.lower[end - 1] == "." else end
        filled = sign + FILL * (stop - start - 1)
        self.cased = self.cased[:start] + filled + self.cased[stop:]
        self.lower = self.lower[:start] + filled + self.lower[stop:]


def take_facts(language: Language, text: str, facts: Sequence[Fact], items: Sequence[Item], fixed: Iterable[str]) -> Residue:
    """The text without the bound facts, the longest first; `fixed` are the brand and the codes in words."""
    whole = normalise(text)
    residue = Residue(whole, whole, lowered(whole))
    for fact in facts:
        if fact.kind is FactKind.LINK:
            _take_link(residue, normalise(fact.value))
    words: list[tuple[str, bool]] = []
    for literal, identifier in sorted(_long(language, facts, items, fixed), key=_length, reverse=True):
        if len(literal) <= _DATELIKE and literal.isalnum():
            words.append((literal, identifier))
        else:
            _take_literal(residue, literal, identifier=identifier)
    _take_dates(residue, language, clocks(facts))
    short = {(literal, False) for fact in facts if fact.kind in _LAST or fact.kind is FactKind.MONEY for literal in literals(language, fact)}
    for literal, identifier in sorted((*short, *words), key=_length, reverse=True):
        _take_literal(residue, literal, identifier=identifier)
    return residue


def _length(pair: tuple[str, bool]) -> int:
    return len(pair[0])


def _long(language: Language, facts: Sequence[Fact], items: Sequence[Item], fixed: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for item in items:
        yield from ((literal, False) for literal in item_literals(language, item))
    for fact in facts:
        if fact.kind in {FactKind.TITLE, FactKind.ADDRESS}:
            yield shape(fact.value), False
        elif fact.kind is FactKind.COUNT:
            yield from ((literal, False) for literal in count_literals(language, fact))
        elif fact.kind in _IDENTIFIERS:
            yield shape(fact.value), True
        elif fact.kind in _LAST and (len(fact.value) > 8 or " " in fact.value):
            yield shape(fact.value), False
    yield from ((shape(text), False) for text in fixed)


def _take_literal(residue: Residue, literal: str, *, identifier: bool = False) -> None:
    start = residue.lower.find(literal) if literal else -1
    while start >= 0:
        end = start + len(literal)
        word = len(literal) <= _WORDLIKE and residue.cased[start:end].islower()
        if not word and _stands_alone(residue.lower, start, end, identifier):
            residue.take(start, end)
        start = residue.lower.find(literal, end)


def _stands_alone(text: str, start: int, end: int, identifier: bool) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before.isalnum() and text[start].isalnum()) or (after.isalnum() and text[end - 1].isalnum()):
        return False
    further, beyond = text[max(start - 2, 0) : max(start - 1, 0)], text[end + 1 : end + 2]
    if before in _TIED or before == ",":
        tied = further.isalnum() if identifier and before != "," else further.isdecimal() and text[start].isdecimal()
        if before and tied:
            return False
    if after in _TIED or after == ",":
        tied = beyond.isalnum() if identifier and after != "," else beyond.isdecimal() and text[end - 1].isdecimal()
        return not (after and tied)
    return True


def _take_link(residue: Residue, link: str) -> None:
    start = residue.cased.find(link)
    while start >= 0:
        end = start + len(link)
        rest = residue.cased[end : end + 2]
        free = not rest or rest[0].isspace() or (rest[0] in _PUNCTUATION and (len(rest) == 1 or rest[1].isspace()))
        if free and (start == 0 or residue.cased[start - 1].isspace() or residue.cased[start - 1] == "("):
            residue.take(start, end)
        start = residue.cased.find(link, end)


def _take_dates(residue: Residue, language: Language, bound: Sequence[Clock]) -> None:
    dates = date_sightings(language, residue.lower, bound)
    for sighting in dates:
        if sighting.wrong_weekday:
            residue.wrong_weekdays.append(residue.whole[sighting.start : sighting.end])
        _take_sighting(residue, sighting)
    for sighting in time_sightings(language, residue.lower, bound):
        if _fits_its_sentence(residue.lower, sighting, dates):
            _take_sighting(residue, sighting, dated=False)


def _fits_its_sentence(text: str, time: Sighting, dates: Sequence[Sighting]) -> bool:
    """A time that stands apart from its date is not that of another date in its sentence."""
    start = max(text.rfind(end, 0, time.start) for end in (". ", "! ", "? ", "\n"))
    stop = min((place for end in (". ", "! ", "? ", "\n") if (place := text.find(end, time.end)) >= 0), default=len(text))
    near = [date for date in dates if date.facts and start < date.start < stop]
    return not near or any(fact in date.facts for date in near for fact in time.facts)


def _take_sighting(residue: Residue, sighting: Sighting, *, dated: bool = True) -> None:
    if not sighting.facts:
        return
    residue.due_stated |= dated and any(map(is_due, sighting.facts))
    residue.take(sighting.start, sighting.end, _sign_of(sighting.facts) if dated else FACT)


def _sign_of(facts: Sequence[Fact]) -> str:
    eta, due = any(map(is_eta, facts)), any(map(is_due, facts))
    if due and len(facts) > 1:
        return DUE_AND_ETA if eta else DUE_AND_DATE
    return DUE if due else ETA if eta else DATE
