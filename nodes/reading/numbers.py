"""Finds what may name an order: order numbers in all their shapes, and tracking numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from graph.labels import Language
from graph.reading import Certainty, Mention, MentionKind, Place
from nodes.reading.clauses import Clause
from nodes.reading.exclusions import Spans, excluded_spans
from nodes.reading.tracking import Candidate, find_tracking
from prompts.vocabulary import fold, vocabulary

_MOST_MENTIONS = 40
_NUMBER = re.compile(
    r"(?<![\w$€£])(?P<hash>#\s?)?(?P<value>(?P<prefix>[A-Za-z]{1,8}[-–_]?(?=\d))?\d{3,15}(?:-\d{1,7}){0,2}|\d{3}-\d{7}-\d{7})(?![\w€]|[.,]\d)"
)
_PREFIXES = frozenset(
    {
        "web",
        "ord",
        "order",
        "so",
        "po",
        "shop",
        "sales",
        "bst",
        "best",
        "ped",
        "cmd",
        "com",
        "auf",
        "ab",
        "ec",
        "us",
        "uk",
        "eu",
        "de",
        "fr",
        "es",
        "o",
        "w",
        "no",
        "nr",
        "n",
    }
)
_COORDINATED = re.compile(
    r"\s*(?:,|&|\+|/|;|and|und|y|e|et|or|oder|o|ou|,? ?and|plus|as well as|sowie)\s*(?:#|no\.?|nr\.?|n°|order|the)?\s*$", re.IGNORECASE
)
_PLACE_LIKELY_DIGITS = 4
_REACH_OF_A_MARK = 40
_ORDER_KEYS = frozenset({"order_number", "order", "order_id", "order_no", "ordernumber", "orderid", "order_name", "x-order-number"})
_TRACKING_KEYS = frozenset({"tracking_number", "tracking", "tracking_id", "trackingnumber"})


def mentions_in(text: str, clauses: Sequence[Clause], place: Place) -> tuple[Mention, ...]:
    """The mentions of one part of a message, in the order of their places."""
    if not any(sign.isdigit() for sign in text):
        return ()
    tracking = find_tracking(text)
    marked = [found.span("value") for found in _marker().finditer(text)]
    tracking = [one for one in tracking if (one.certainty is Certainty.EXPLICIT and len(one.value) > 15) or (one.start, one.end) not in marked]
    orders = _orders(text, tracking, marked)
    found = [_mention(MentionKind.TRACKING, one, clauses, place) for one in _certain(text, tracking, clauses)]
    found += [_mention(MentionKind.ORDER, one, clauses, place) for one in _coordinated(text, _certain(text, orders, clauses))]
    order = {(one.kind, one.value): place for place, one in reversed(list(enumerate(sorted(found, key=lambda mention: mention.clause))))}
    return _unique(found, order)


def mentions_of_metadata(metadata: Mapping[str, str]) -> tuple[Mention, ...]:
    """The numbers that the helpdesk handed over in fields of their own."""
    found = []
    for key, value in metadata.items():
        code = str(value).strip().lstrip("#").strip().upper()
        name = key.strip().lower().replace("-", "_")
        kind = MentionKind.ORDER if name in _ORDER_KEYS else MentionKind.TRACKING if name in _TRACKING_KEYS else None
        if kind is not None and code and len(code) <= 64:
            code = code.replace(" ", "") if kind is MentionKind.TRACKING else code
            found.append(Mention(kind=kind, value=code, certainty=Certainty.EXPLICIT, place=Place.METADATA))
    return tuple(found)


def _orders(text: str, tracking: Sequence[Candidate], marked: Sequence[tuple[int, int]]) -> list[Candidate]:
    taken: Spans = tuple((one.start, one.end) for one in tracking)
    closed = excluded_spans(text)
    found = []
    for number in _NUMBER.finditer(text):
        start, end = number.span("value")
        value = number["value"].upper().replace("–", "-").replace("_", "-")
        explicit = (start, end) in marked or number["hash"] is not None or _is_known_prefix(number["prefix"])
        if _overlaps(start, end, taken) or (not _is_plain_marked(start, end, marked) and _overlaps(start, end, closed)):
            continue
        if explicit or (number["prefix"] is None and len(value) >= _PLACE_LIKELY_DIGITS) or (number["prefix"] or "").endswith("-"):
            found.append(Candidate(start, end, value, Certainty.EXPLICIT if explicit else Certainty.BARE))
        if len(found) >= _MOST_MENTIONS:
            break
    return found


def _is_plain_marked(start: int, end: int, marked: Sequence[tuple[int, int]]) -> bool:
    return (start, end) in marked


def _is_known_prefix(prefix: str | None) -> bool:
    return prefix is not None and prefix.rstrip("-–_").lower() in _PREFIXES


def _overlaps(start: int, end: int, spans: Spans) -> bool:
    return any(start < other_end and end > other_start for other_start, other_end in spans)


def _certain(text: str, candidates: Sequence[Candidate], clauses: Sequence[Clause]) -> list[Candidate]:
    """The candidates with a bare one raised to a likely one where it stands like an order number."""
    sure = [_raised(text, one, clauses) if one.certainty is Certainty.BARE else one for one in candidates]
    others = [one for one in sure if one.certainty is not Certainty.BARE and not _is_customers_own(text, one)]
    return [Candidate(one.start, one.end, one.value, Certainty.BARE) if others and one not in others else one for one in sure]


def _is_customers_own(text: str, one: Candidate) -> bool:
    """Whether the number stands behind the words for a paper of the customer's own, such as a purchase order."""
    return _papers().search(text, max(0, one.start - _REACH_OF_A_MARK), one.start) is not None


def _raised(text: str, one: Candidate, clauses: Sequence[Clause]) -> Candidate:
    before = fold(text[max(0, one.start - 40) : one.start].rpartition("\n")[2]).split()
    after = fold(text[one.end : one.end + 40].partition("\n")[0]).split()
    words = _places()
    sentence = re.split(r"[.!?\n]", text[max(0, one.start - 160) : one.start])[-1]
    likely = (
        _is_whole(text, words.fillers)
        or (text[max(0, one.start - 1) : one.start] == "(" and text[one.end : one.end + 1] == ")")
        or bool(before and before[-1] in words.before)
        or (bool(after) and after[0] in words.after)
        or (not fold(sentence).strip() and (len(one.value) >= 5 or not after or text[one.end : one.end + 1] in ".,:;-?!"))
        or (len(one.value) >= 5 and (not after or text[one.end : one.end + 1] in ".,;?!\n") and _asks_where(sentence, words))
    )
    return Candidate(one.start, one.end, one.value, Certainty.LIKELY) if likely else one


def _asks_where(sentence: str, words: _Places) -> bool:
    return any(word in words.asking for word in fold(sentence).split())


def _is_whole(text: str, fillers: frozenset[str]) -> bool:
    """Whether a text is numbers and small words only."""
    words = fold(text[:200]).split()
    return len(text) <= 120 and all(word in fillers or any(sign.isdigit() for sign in word) for word in words)


def _coordinated(text: str, candidates: list[Candidate]) -> list[Candidate]:
    """Raises a bare number that stands beside an order number, joined by "and" or a comma."""
    raised = list(candidates)
    for place in range(1, len(raised)):
        one, two = raised[place - 1], raised[place]
        if two.start - one.end > 24 or not _COORDINATED.match(text[one.end : two.start]):
            continue
        best = min((one.certainty, two.certainty), key=list(Certainty).index)
        if best is not Certainty.BARE and Certainty.BARE in (one.certainty, two.certainty):
            raised[place - 1] = one if one.certainty is not Certainty.BARE else Candidate(one.start, one.end, one.value, Certainty.LIKELY)
            raised[place] = two if two.certainty is not Certainty.BARE else Candidate(two.start, two.end, two.value, Certainty.LIKELY)
    return raised


def _mention(kind: MentionKind, one: Candidate, clauses: Sequence[Clause], place: Place) -> Mention:
    clause = next((clause.index for clause in clauses if one.start < clause.end), clauses[-1].index if clauses else 0)
    return Mention(kind=kind, value=one.value, certainty=one.certainty, place=place, clause=clause)


def _unique(found: list[Mention], order: Mapping[tuple[MentionKind, str], int]) -> tuple[Mention, ...]:
    """Each value once, with its best certainty, in the order of first mention."""
    best: dict[tuple[MentionKind, str], Mention] = {}
    for one in found:
        key = (one.kind, one.value)
        if key not in best or list(Certainty).index(one.certainty) < list(Certainty).index(best[key].certainty):
            best[key] = one
    return tuple(sorted(best.values(), key=lambda one: order[(one.kind, one.value)]))[:_MOST_MENTIONS]


class _Places:
    """The words beside numbers, of all languages together."""

    def __init__(self) -> None:
        self.before = frozenset(_all("before"))
        self.after = frozenset(_all("after"))
        self.fillers = frozenset(_all("fillers"))
        self.asking = self.before & frozenset(
            fold("where when wheres whens track did has is was status wo wann ist dónde cuándo está où quand est update").split()
        )


def _all(field: str) -> Iterator[str]:
    for language in Language:
        for entry in getattr(vocabulary(language).numbers, field):
            yield fold(entry).strip()


@lru_cache(maxsize=1)
def _places() -> _Places:
    return _Places()


@lru_cache(maxsize=1)
def _papers() -> re.Pattern[str]:
    """The words for papers of the customer's own, right before a number."""
    sources = [source for language in Language for source in vocabulary(language).numbers.customers_own]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(sources)})[\s:#.-]{{0,4}}\Z", re.IGNORECASE)


@lru_cache(maxsize=1)
def _marker() -> re.Pattern[str]:
    """An order word with the number right behind it."""
    sources = sorted({source for language in Language for source in vocabulary(language).numbers.order}, key=len, reverse=True)
    joint = (
        r"(?:[ \t]{0,2}(?:#|:|=|\(|\[|-|–|\.|\"|'|is|was|ist|lautet|es|est|nr\.?|no\.?|num(?:ber)?|n[°º.]|nº|id|code|mit "
        r"der|with|con|avec|le|el|die|numéro|número|numero|nummer|ref(?:erence)?)){0,4}[ \t\n]{0,2}"
    )
    value = (
        r"#?(?P<value>(?:[A-Za-z]{1,8}[-–_]?(?=\d))?\d{3,15}(?:-\d{1,7}){0,2})(?![\w€]|[.,]\d)(?! ?(?:€|eur|usd|gbp|"
        r"dollars?|euros?|units?|pcs|pieces|stück|x|days?|weeks?|hours?|tage|wochen)\b)"
    )
    return re.compile(rf"(?<![a-zäöü])(?:{'|'.join(sources)})(?:['’]s)?{joint}{value}", re.IGNORECASE)
