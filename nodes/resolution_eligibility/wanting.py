"""Which actions are wanted: asked for by the customer, recommended by the specialist, or both."""

from __future__ import annotations

import re

from graph.context import OrderContext
from graph.facts import Address, Order, OrderLine
from graph.gates.verdict import Wanted
from graph.labels import Action, Condition, Intent
from graph.reading import StatedAddress
from graph.rules.findings import Assessment
from graph.rules.needs import unshipped_lines
from graph.working import Understanding
from nodes.identify.targets import items_meant
from nodes.identify.understanding import INTENT_OF, asked_actions

_TROUBLED = (
    Condition.DELIVERED_NOT_RECEIVED,
    Condition.RETURN_TO_SENDER,
    Condition.CARRIER_EXCEPTION,
    Condition.NO_TRACKING_MOVEMENT,
    Condition.LABEL_CREATED_NO_PICKUP,
)
_SKU = re.compile(r"\b[A-Z0-9]{2,}(?:-[A-Z0-9]+)+\b")
_INSTEAD = re.compile(
    r"\b(?:instead|rather|in place of|statt|stattdessen|anstelle|lieber|en (?:su )?lugar|en vez|prefiero"
    r"|[àa] la place|au lieu|plut[oô]t|pr[eé]f[eè]re\w*)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|never|nicht|kein\w*|nie|nunca|ne|pas|jamais)\b|n['\u2019]t?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{2,}", re.UNICODE)


def asked_for(context: OrderContext, assessment: Assessment, understanding: Understanding) -> tuple[Wanted, ...]:
    """The actions that the customer asks for, with the parameters that can be read."""
    actions = asked_actions(understanding.intents)
    if not actions and _chooses_substitute(understanding.text, context):
        actions = (Action.ALTERNATE_ITEM,)
    return tuple(want(action, context, assessment, understanding) for action in actions)


def _chooses_substitute(text: str, context: OrderContext) -> bool:
    """Whether the words ask for an approved substitute by its whole name, however long that name is, instead of what was ordered."""
    if not _INSTEAD.search(text) or _DENIED.search(text):
        return False
    titles = [(sku, context.catalog_item(sku)) for line in unshipped_lines(context) for sku in line.approved_substitutes]
    names = [sku for sku, _ in titles] + [item.title for _, item in titles if item is not None]
    return any(name.casefold() in text.casefold() for name in names)


def want(action: Action, context: OrderContext, assessment: Assessment, understanding: Understanding | None) -> Wanted:
    """One action on the lines that it concerns."""
    troubled = assessment.having(*_TROUBLED)
    lines = tuple(dict.fromkeys(piece.line_id for group in troubled for piece in group.pieces))
    parcels = tuple(group.shipment_id for group in troubled if group.shipment_id)
    everything = tuple(line.line_id for line in context.lines if line.replaces is None and line.line_id not in context.settled_lines)
    if action is Action.CANCEL or not lines:
        lines = everything
    wanted = Wanted(action=action, asked=understanding is not None, line_ids=lines, shipment_ids=parcels)
    if understanding is None or context.order is None:
        return wanted
    wanted = _as_meant(wanted, INTENT_OF[action], context.order, understanding)
    if action is Action.ADDRESS_CHANGE:
        address = new_address(understanding.address, context)
        return wanted.model_copy(update={"address": address})
    if action is Action.ALTERNATE_ITEM:
        return _substitute(wanted, context, assessment, understanding)
    return wanted


def _as_meant(wanted: Wanted, intent: Intent, order: Order, understanding: Understanding) -> Wanted:
    """Only the items that the customer names; where the action cannot be limited to them, a human decides."""
    unsure = intent in understanding.unsure
    meant = items_meant(intent, understanding.text, order)
    if meant and wanted.action in {Action.REFUND, Action.REPLACEMENT}:
        kept = tuple(line_id for line_id in wanted.line_ids if line_id in meant)
        return wanted.model_copy(update={"line_ids": kept or wanted.line_ids, "unsure": unsure or not kept})
    return wanted.model_copy(update={"unsure": unsure or (bool(meant) and wanted.action is Action.CANCEL)})


def new_address(stated: StatedAddress | None, context: OrderContext) -> Address | None:
    """The new delivery address; the country stays where the customer names none."""
    if stated is None or context.order is None:
        return None
    return Address(
        name=stated.name or context.order.ship_to.name,
        line1=stated.line1,
        line2=stated.line2,
        city=stated.city,
        region=stated.region,
        postal_code=stated.postal_code,
        country=stated.country or context.order.ship_to.country,
    )


def _substitute(wanted: Wanted, context: OrderContext, assessment: Assessment, understanding: Understanding) -> Wanted:
    """The line to swap, and the substitute that the customer names or plainly accepts."""
    late = assessment.having(Condition.SUPPLIER_BACKORDER, Condition.ALLOCATION_CONFLICT)
    waiting = {piece.line_id for group in late for piece in group.pieces}
    unshipped = list(unshipped_lines(context))
    swappable = [line for line in unshipped if line.approved_substitutes] or unshipped
    candidates = [line for line in unshipped if line.line_id in waiting] or swappable
    text = understanding.text
    for line in candidates:
        named = named_substitute(text, line, context)
        if named is not None:
            return wanted.model_copy(update={"line_ids": (line.line_id,), "sku": named})
    lines = tuple(line.line_id for line in candidates) or wanted.line_ids
    own = {line.sku for line in context.lines} | {sku for line in candidates for sku in line.approved_substitutes}
    strange = any(sku not in own and any(character.isdigit() for character in sku) for sku in _SKU.findall(text.upper()))
    offered = [sku for line in candidates for sku in line.approved_substitutes]
    accepted = offered[0] if understanding.accepts and len(offered) == 1 and not strange else None
    return wanted.model_copy(update={"line_ids": lines[:1] if accepted else lines, "named_unknown": strange, "sku": accepted})


def named_substitute(text: str, line: OrderLine, context: OrderContext) -> str | None:
    """The approved substitute whose SKU, title, or own words beyond the ordered item's title stand in the text."""
    folded, words = text.casefold(), _words(text)
    for sku in line.approved_substitutes:
        item = context.catalog_item(sku)
        if sku.casefold() in folded or (item is not None and item.title.casefold() in folded):
            return sku
        if item is not None:
            own = _words(item.title) - _words(line.title)
            if own and own <= words:
                return sku
    return None


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
