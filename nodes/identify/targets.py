"""Which order and which items a request is about, where a message speaks of several: only what is unmistakable is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from graph.facts import Order, OrderLine
from graph.labels import Channel, Intent
from graph.reading import Ask
from nodes.identify.order_choice import comparable, title_words, words_in
from nodes.reading import read_message

_BREAK = re.compile(r"[,;.?!\n]+|\b(?:and|und|y|e|et|but|aber|pero|mais|sondern|sino)\b", re.IGNORECASE)
_DOUBT = re.compile(
    r"\b(?:not|instead|rather|except|keep|without|nicht|statt|anstatt|außer|behalten|no|en vez|salvo|excepto|pas|sauf|au lieu|garder)\b",
    re.IGNORECASE,
)
_ORDER_WORD = re.compile(r"\b(?:order|purchase|bestellung|auftrag|pedido|compra|commande|achat)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,6}-?\d{3,}")
_REQUESTS = {Intent.CANCEL, Intent.REFUND, Intent.REPLACEMENT, Intent.ADDRESS_CHANGE, Intent.ALTERNATE_ITEM}
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Segment:
    """A part of the message with its own verb, its requests and the own orders that it names."""

    text: str
    requests: frozenset[Intent]
    order_ids: frozenset[str]


def segments_of(text: str, orders: tuple[Order, ...]) -> tuple[Segment, ...]:
    """The parts of a text; a part that is a mere number belongs to the part before it."""
    found: list[Segment] = []
    for part in _BREAK.split(text):
        words = part.strip()
        if not words:
            continue
        own = frozenset(order.order_id for order in orders if names(words, order))
        if found and own and not re.sub(_NUMBER, "", words).strip(" #()"):
            found[-1] = Segment(f"{found[-1].text} {words}", found[-1].requests, found[-1].order_ids | own)
            continue
        found.append(Segment(words, _requests(words), own))
    return tuple(found)


def names(text: str, order: Order) -> bool:
    """Whether a text has the order's number."""
    number = comparable(order.order_number)
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return any(comparable(found) == number or (digits and comparable(found).endswith(digits)) for found in _NUMBER.findall(text))


def _requests(text: str) -> frozenset[Intent]:
    reading = read_message(text=text, subject=None, channel=Channel.CHAT, metadata={}, received_at=_NOON)
    return frozenset(ask.intent for ask in reading.asks if ask.intent in _REQUESTS and ask.confidence >= 0.5)


def is_misdirected(asks: tuple[Ask, ...], text: str, named: tuple[str, ...], orders: tuple[Order, ...], candidates: int) -> bool:
    """Whether a request may be about another order than it seems: then the customer is asked which one."""
    requested = {ask.intent for ask in asks} & _REQUESTS
    if not requested or (len(named) < 2 and candidates < 2):
        return False
    parts = segments_of(text, orders)
    for intent in requested:
        mine = [part for part in parts if intent in part.requests]
        if not mine:
            if len(named) > 1:
                return True
            continue
        for part in mine:
            several = len(part.order_ids) > 1 and _DOUBT.search(part.text)
            nowhere = not part.order_ids and (len(named) > 1 or (_ORDER_WORD.search(part.text) and any(p.order_ids for p in parts)))
            if several or nowhere:
                return True
    return False


def requested_here(intent: Intent, text: str, order: Order, named: tuple[str, ...], orders: tuple[Order, ...]) -> bool:
    """Whether a request of a message that names several orders is about this one."""
    if intent not in _REQUESTS or len(named) < 2:
        return True
    return any(order.order_id in part.order_ids for part in segments_of(text, orders) if intent in part.requests)


def items_meant(intent: Intent, text: str, order: Order) -> tuple[str, ...]:
    """The lines whose own title words stand in the part of the text that asks; empty where none or all of them do."""
    lines = [line for line in order.lines if line.replaces is None]
    meant = {line.line_id for part in segments_of(text, (order,)) if intent in part.requests for line in lines if _is_meant(part.text, line, lines)}
    return tuple(line.line_id for line in lines if line.line_id in meant) if 0 < len(meant) < len(lines) else ()


def _is_meant(text: str, line: OrderLine, lines: list[OrderLine]) -> bool:
    others = {word for other in lines if other is not line for word in title_words(other)}
    return bool((title_words(line) - others) & words_in(text))
