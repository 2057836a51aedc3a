"""Messages that end without order facts: questions, handoffs and silence (specification, sections 1 and 10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.case import TicketRecord
from graph.commit import Memory
from graph.customer_view import plain, zone_of
from graph.facts import Order
from graph.labels import Disposition, Intent, Reason, Source
from graph.policy import Policy
from graph.reading import Reading
from graph.statements import Fact, FactKind, Item, Part, Statement
from graph.working import Choice, ChoiceKind, Sender, Settlement, Understanding


def settle(
    reading: Reading, sender: Sender, choice: Choice | None, understanding: Understanding, memory: Memory, now: datetime, policy: Policy
) -> Settlement | None:
    """The settlement of a message, or None where the order has to be looked at (or a human has to be asked)."""
    early = _before_the_order(reading, understanding, memory, now, policy)
    if early is not None or reading.tones:
        return early
    if not sender.is_known or choice is None or choice.kind is ChoiceKind.UNVERIFIED:
        return _identity_question(memory.ticket, policy)
    if understanding.unreadable_again or choice.kind is ChoiceKind.OMS_SILENT:
        return None
    if not understanding.intents:
        return _ask(Reason.INTENT_UNCLEAR, _say("ask.intent"))
    if set(understanding.intents) <= {Intent.STOP_CONTACT, Intent.THANKS_OR_CLOSING}:
        return Settlement(disposition=Disposition.ANSWER, reason=Reason.NOTHING, statements=(_say("opening.opted_out", Part.OPENING),))
    if choice.kind is ChoiceKind.AMBIGUOUS:
        return ask_which(choice.candidates, sender, now)
    if choice.kind is ChoiceKind.NOT_FOUND:
        return _ask(Reason.ORDER_NOT_FOUND, _say("ask.order_not_found"))
    return None


def ask_which(orders: tuple[Order, ...], sender: Sender, now: datetime) -> Settlement:
    """The question which of these orders is meant."""
    return _ask(Reason.ORDER_AMBIGUOUS, _say("ask.order_ambiguous"), *_options(orders, sender, now))


def _before_the_order(reading: Reading, understanding: Understanding, memory: Memory, now: datetime, policy: Policy) -> Settlement | None:
    if reading.automatic:
        return _silent(Reason.AUTO_REPLY)
    if memory.case is not None and memory.case.taken_over:
        return _silent(Reason.MANUAL_TAKEOVER, note="The customer wrote while a human has taken the case over.")
    if set(understanding.intents) == {Intent.THANKS_OR_CLOSING} and not reading.tones:
        return Settlement(disposition=Disposition.NONE, reason=Reason.CLOSING, closes_case=True)
    wanted = set(understanding.intents) - {Intent.THANKS_OR_CLOSING}
    if wanted == {Intent.NOT_WISMO} and not reading.tones:
        return Settlement(disposition=Disposition.HANDOFF, reason=Reason.NOT_WISMO, note="Not a question about where an order is.")
    if memory.ticket is not None and _sent_today(memory.ticket, now) >= policy.intake.automated_messages_per_day:
        note = "The service has answered this ticket often enough today; a human should look."
        return Settlement(disposition=Disposition.HANDOFF, reason=Reason.NOTHING, note=note)
    return None


def _sent_today(ticket: TicketRecord, now: datetime) -> int:
    return sum(at > now - timedelta(hours=24) for at in ticket.automated_at)


def _identity_question(ticket: TicketRecord | None, policy: Policy) -> Settlement:
    if ticket is not None and ticket.asked(Reason.IDENTITY_UNVERIFIED) >= policy.intake.identity_questions:
        note = "The sender could not be identified, after several questions."
        return Settlement(disposition=Disposition.HANDOFF, reason=Reason.IDENTITY_UNVERIFIED, note=note)
    return _ask(Reason.IDENTITY_UNVERIFIED, _say("opening.thanks", Part.OPENING), _say("ask.identity"))


def _options(orders: tuple[Order, ...], sender: Sender, now: datetime) -> tuple[Statement, ...]:
    """Order number, date and one item title of each candidate, nothing else."""
    zone = zone_of(sender.customer)
    rows = []
    for order in sorted(orders, key=lambda order: order.placed_at):
        path = f"orders[{order.order_id}]"

        def fact(field: str, kind: FactKind, value: str, path: str = path) -> Fact:
            return Fact(field=f"{path}.{field}", kind=kind, value=value, source=Source.OMS, as_of=now, zone=zone)

        first = plain(order.lines[0].title, 120) or order.lines[0].sku if order.lines else "-"
        title = fact("lines[0].title", FactKind.TITLE, first)
        facts = {
            "number": fact("order_number", FactKind.ORDER_NUMBER, plain(order.order_number, 40)),
            "placed": fact("placed_at", FactKind.DAY, order.placed_at.isoformat()),
        }
        item = Item(title=title, quantity=fact("lines[0].quantity", FactKind.COUNT, "1"))
        rows.append(Statement(key="ask.order_option", part=Part.LIST, facts=facts, items=(item,)))
    return tuple(rows)


def _ask(reason: Reason, *statements: Statement) -> Settlement:
    return Settlement(disposition=Disposition.ASK, reason=reason, statements=statements)


def _say(key: str, part: Part = Part.KNOWN) -> Statement:
    return Statement(key=key, part=part)


def _silent(reason: Reason, note: str = "") -> Settlement:
    return Settlement(disposition=Disposition.NONE, reason=reason, note=note)
