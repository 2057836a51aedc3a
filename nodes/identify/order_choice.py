"""Which order a message is about: numbers first, then the only one, then the words (specification, section 1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from graph.case import TicketRecord
from graph.facts import Order, OrderLine
from graph.policy import Policy
from graph.reading import Certainty, Mention, MentionKind, Place, Reading
from graph.working import Choice, ChoiceKind

_CLOSED = {"delivered", "cancelled", "returned"}
_PLACES = (Place.TEXT, Place.METADATA, Place.SUBJECT, Place.QUOTED)
_FILLERS = {
    "the", "and", "for", "with", "set", "pack", "new", "one", "der", "die", "das", "und", "mit", "von",
    "los", "las", "con", "para", "del", "les", "des", "pour", "avec",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]{3,}", re.UNICODE)


def choose_order(
    reading: Reading,
    orders: tuple[Order, ...],
    tracked: Mapping[str, str],
    delivered_at: Mapping[str, datetime],
    ticket: TicketRecord | None,
    now: datetime,
    policy: Policy,
) -> Choice:
    """Choose among the sender's own `orders`.

    `tracked` maps own tracking numbers in the message to order ids, `delivered_at` orders to their delivery where the OMS does not date it.
    """
    named = _by_number(reading, orders, tracked)
    if named is not None:
        return named
    since = now - timedelta(days=policy.intake.recent_order_days)
    candidates = tuple(order for order in orders if order.status not in _CLOSED or delivered_at.get(order.order_id, order.changed_at) >= since)
    if len(candidates) == 1:
        return Choice(kind=ChoiceKind.ONE, order_ids=(candidates[0].order_id,), because="the only open or recent order")
    if not candidates:
        return Choice(kind=ChoiceKind.NOT_FOUND, because="no open or recent order")
    described = _described(reading, candidates)
    if described is not None:
        return Choice(kind=ChoiceKind.ONE, order_ids=(described.order_id,), because="the words describe it")
    spoken_of = [order for order in candidates if ticket and order.order_id in ticket.order_ids[-1:]]
    if spoken_of:
        return Choice(kind=ChoiceKind.ONE, order_ids=(spoken_of[0].order_id,), because="the order of this ticket")
    return Choice(kind=ChoiceKind.AMBIGUOUS, candidates=candidates, because="several open or recent orders")


def comparable(number: str) -> str:
    """An order number without marks, blanks and case, for comparison."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())


def _by_number(reading: Reading, orders: tuple[Order, ...], tracked: Mapping[str, str]) -> Choice | None:
    foreign = False
    for place in _PLACES:
        mentions = [mention for mention in reading.mentions if mention.place is place]
        own = [order_id for mention in mentions if (order_id := _own(mention, orders, tracked))]
        strange = any(_is_reference(mention) and not _own(mention, orders, tracked) for mention in mentions)
        if own and (place is not Place.QUOTED or not foreign):
            ids = tuple(dict.fromkeys(own))
            return Choice(kind=ChoiceKind.ONE, order_ids=ids, foreign=foreign or strange, because=f"number in the {place.value}")
        foreign = foreign or (strange and place is not Place.QUOTED)
    if foreign:
        return Choice(kind=ChoiceKind.UNVERIFIED, foreign=True, because="a number that is not among the sender's orders")
    return None


def _is_reference(mention: Mention) -> bool:
    return mention.certainty is not Certainty.BARE


def _own(mention: Mention, orders: tuple[Order, ...], tracked: Mapping[str, str]) -> str | None:
    if mention.kind is MentionKind.TRACKING and mention.value in tracked:
        return tracked[mention.value]
    value = comparable(mention.value)
    digits = value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for order in orders:
        number = comparable(order.order_number)
        bare = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if value == number or (digits and digits == bare and (value == digits or number == bare)):
            return order.order_id
    return None


def _described(reading: Reading, candidates: tuple[Order, ...]) -> Order | None:
    by_title = [order for order in candidates if words_in(f"{reading.subject} {reading.new_text}") & _distinctive(order, candidates)]
    if len(by_title) == 1:
        return by_title[0]
    by_date = [order for order in candidates if order.placed_at.date() in reading.ordered_on]
    if len(by_date) == 1:
        return by_date[0]
    return max(candidates, key=lambda order: order.placed_at) if reading.last_order else None


def words_in(text: str) -> set[str]:
    """The words of a text, folded and without a plural s, for comparison with titles."""
    return {_stem(word) for word in _WORD.findall(text)}


def title_words(line: OrderLine) -> set[str]:
    """The telling words of an item's title."""
    return {_stem(word) for word in _WORD.findall(line.title)} - _FILLERS


def _distinctive(order: Order, candidates: tuple[Order, ...]) -> set[str]:
    others = {word for other in candidates if other is not order for word in _title_words(other)}
    return _title_words(order) - others


def _title_words(order: Order) -> set[str]:
    return {word for line in order.lines for word in title_words(line)}


def _stem(word: str) -> str:
    folded = word.casefold()
    return folded[:-1] if folded.endswith("s") and len(folded) > 3 else folded
