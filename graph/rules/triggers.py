"""Why a human must look at it (specification, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from graph.case import ContactRecord
from graph.context import OrderContext
from graph.labels import PROBLEMS, Condition, Intent, Tone, Trigger
from graph.policy import Policy
from graph.reading import ToneFlag
from graph.rules.conditions import open_hold_kinds
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.supply import expected_supply

_HOLD_TRIGGERS = {
    Condition.FRAUD_HOLD: Trigger.FRAUD_HOLD,
    Condition.PAYMENT_HOLD: Trigger.PAYMENT_HOLD,
    Condition.ADDRESS_HOLD: Trigger.ADDRESS_HOLD,
}

_TONE_TRIGGERS = {
    Tone.CHARGEBACK_THREAT: Trigger.CHARGEBACK_THREAT,
    Tone.LEGAL_THREAT: Trigger.LEGAL_THREAT,
    Tone.MANAGER_REQUEST: Trigger.MANAGER_REQUEST,
    Tone.ANGRY_CUSTOMER: Trigger.ANGRY_CUSTOMER,
}


@dataclass(frozen=True)
class Circumstances:
    """What the triggers look at beside the order: the message, the history and the case."""

    intents: tuple[Intent, ...] = ()
    tones: tuple[ToneFlag, ...] = ()
    ticket_id: str | None = None
    contacts: tuple[ContactRecord, ...] = ()
    """Earlier contacts that we recorded ourselves."""
    answers_in_ticket: int = 0
    answers_our_question: bool = False
    unreadable_again: bool = False
    facts_failed_before: bool = False
    asks_action: bool = False


def tone_triggers(tones: tuple[ToneFlag, ...]) -> tuple[Fired, ...]:
    """Threats, anger and the wish for a human, as said."""
    return tuple(Fired(trigger=_TONE_TRIGGERS[flag.tone], because=Because(rule="said", note=flag.because)) for flag in tones)


def fire_triggers(context: OrderContext, assessment: Assessment, circumstances: Circumstances, policy: Policy) -> tuple[Fired, ...]:
    """All triggers that hold, those of the gates aside, in the order of their definition."""
    found = [*_holds(context), *tone_triggers(circumstances.tones)]
    found += _repeat_contact(context, circumstances, policy)
    found += _high_value(context, assessment, circumstances, policy)
    found += _no_supplier_eta(context, assessment)
    found += _delivery_disputed(context, assessment, policy)
    if assessment.conflicts or assessment.condition is Condition.DATA_CONFLICT:
        found.append(Fired(trigger=Trigger.DATA_CONFLICT, because=assessment.because))
    if circumstances.unreadable_again:
        found.append(Fired(trigger=Trigger.LOW_CONFIDENCE, because=Because(rule="still_no_readable_intent")))
    if assessment.missing and circumstances.facts_failed_before:
        found.append(Fired(trigger=Trigger.FACTS_UNAVAILABLE, because=assessment.because))
    return in_order(found)


def in_order(found: list[Fired]) -> tuple[Fired, ...]:
    """Each trigger once, in the order of the specification's labels."""
    first = {fired.trigger: fired for fired in reversed(found)}
    return tuple(first[trigger] for trigger in Trigger if trigger in first)


def _holds(context: OrderContext) -> Iterator[Fired]:
    for condition in open_hold_kinds(context):
        yield Fired(trigger=_HOLD_TRIGGERS[condition], because=Because(rule="unreleased_hold", facts=("order.holds",)))


def _repeat_contact(context: OrderContext, circumstances: Circumstances, policy: Policy) -> Iterator[Fired]:
    counting = set(circumstances.intents) - {Intent.THANKS_OR_CLOSING, Intent.NOT_WISMO}
    if circumstances.answers_our_question or not counting or context.order is None:
        return
    since = context.now - timedelta(days=policy.intake.repeat_contact_days)
    tickets = {
        contact.ticket_id
        for contact in context.contacts
        if contact.direction == "inbound"
        and contact.author == "customer"
        and contact.topic == "wismo"
        and contact.order_id == context.order.order_id
        and since <= contact.at < context.now
    }
    tickets |= {row.ticket_id for row in circumstances.contacts if row.counts and since <= row.at < context.now}
    others = tickets - {circumstances.ticket_id}
    sent = sum(row.ticket_id == circumstances.ticket_id and row.direction == "outbound" and row.public for row in context.contacts)
    again = max(circumstances.answers_in_ticket, sent) >= policy.intake.answers_per_ticket_contact and circumstances.ticket_id in tickets
    count = 1 + len(others) + int(again)
    if count >= policy.intake.repeat_contact_count:
        yield Fired(trigger=Trigger.REPEAT_CONTACT, because=Because(rule="contacts_about_this_order", facts=("contacts",), note=str(count)))


def _high_value(context: OrderContext, assessment: Assessment, circumstances: Circumstances, policy: Policy) -> Iterator[Fired]:
    if context.order is None or context.order.total < policy.triggers.high_value:
        return
    over = assessment.condition is Condition.ORDER_CANCELLED
    risky = set() if over else set(assessment.conditions_all) & {*PROBLEMS, Condition.LATE_IN_TRANSIT}
    if risky or circumstances.asks_action:
        rule = "high_value_with_problem" if risky else "high_value_with_action"
        yield Fired(trigger=Trigger.HIGH_VALUE, because=Because(rule=rule, facts=("order.total",)))


def _no_supplier_eta(context: OrderContext, assessment: Assessment) -> Iterator[Fired]:
    for group in assessment.having(Condition.SUPPLIER_BACKORDER):
        for piece in group.pieces:
            line = context.line(piece.line_id)
            rows = tuple(row for row in context.supply if line and row.sku == line.sku and row.state != "received")
            if line and line.build_critical and expected_supply(rows, context.now) is None:
                facts = (f"order.lines[{line.line_id}].build_critical", *(f"supply[{row.po_id}].eta" for row in rows))
                yield Fired(trigger=Trigger.NO_SUPPLIER_ETA, because=Because(rule="critical_line_without_date", facts=facts))


def _delivery_disputed(context: OrderContext, assessment: Assessment, policy: Policy) -> Iterator[Fired]:
    groups = assessment.having(Condition.DELIVERED_NOT_RECEIVED)
    if not groups or context.order is None:
        return
    reasons = []
    ids = {group.shipment_id for group in groups}
    for parcel in context.shipments:
        proof = parcel.proof_of_delivery
        if parcel.shipment_id in ids and (proof is None or proof.kind == "none" or proof.matches_address is False):
            reasons.append(f"shipments[{parcel.shipment_id}].proof_of_delivery")
    if context.order.total >= policy.triggers.disputed_value:
        reasons.append("order.total")
    if context.customer and context.customer.prior_claims_180d >= policy.triggers.claims:
        reasons.append("customer.prior_claims_180d")
    if reasons or policy.triggers.every_dispute_escalates:
        yield Fired(trigger=Trigger.DELIVERY_DISPUTED, because=Because(rule="disputed_delivery", facts=tuple(reasons)))
