"""What a run has done outside: actions, messages, review requests, notes."""

from __future__ import annotations

from graph.arrivals import Arrival, MessageArrived, ReceiptArrived
from graph.case import EscalationRecord, EscalationStatus
from graph.commit import AskReviewer, AssignTicket, Effect, PerformAction, RunRecord, SendMessage, WriteNote
from graph.context import OrderContext
from graph.gates.verdict import Verdict, Wanted, affected_quantity
from graph.labels import Action, Mode
from graph.ports import ActionOrder
from graph.state import CaseState
from nodes.committing.action_records import action_row_id
from nodes.conclude import idempotency_key, to_perform
from nodes.deps import Deps


def effects_of(state: CaseState, run: RunRecord, deps: Deps) -> list[Effect]:
    """Everything that is to happen outside because of this run, each with a key of its own; nothing without a way back to the customer."""
    effects: list[Effect] = []
    path = state.get("return_path")
    if path is None:
        return effects
    if not isinstance(state["arrival"], ReceiptArrived):
        effects += [_perform(verdict, state, deps) for verdict in to_perform(state)]
        post = state.get("review_post")
        if post is not None:
            key = f"review:{post.escalation_id}:{run.run_id}"
            shadow = state["arrival"].mode is Mode.SHADOW
            effects.append(AskReviewer(key=key, escalation_id=post.escalation_id, shadow=shadow, post=post))
    draft = state.get("draft")
    if draft is not None:
        effects.append(
            SendMessage(
                key=f"message:{run.run_id}",
                message_kind=draft.kind,
                channel=path.channel,
                ticket_id=path.ticket_id,
                customer_id=run.customer_id,
                order_id=run.order_id,
                visible=state["arrival"].mode is Mode.LIVE,
                language=draft.language,
                text=draft.text,
                facts=draft.facts(),
                at=run.at,
            )
        )
    effects += _assignment(state, run, path.ticket_id, deps)
    for number, note in enumerate(_notes(state)):
        effects.append(WriteNote(key=f"note:{run.run_id}:{number}", ticket_id=path.ticket_id, customer_id=run.customer_id, text=note))
    return effects


def _assignment(state: CaseState, run: RunRecord, ticket_id: str, deps: Deps) -> list[Effect]:
    """A takeover hands the ticket to the queue's group (specification, section 4); in shadow it stays where it is."""
    escalation, before = state.get("escalation"), state["memory"].escalation
    taken = escalation is not None and escalation.status is EscalationStatus.TAKEN_OVER
    if not taken or escalation is None or before is None or before.status is EscalationStatus.TAKEN_OVER or run.mode is not Mode.LIVE:
        return []
    group = deps.policy.escalation.groups.get(escalation.queue) or escalation.queue.value
    return [AssignTicket(key=f"assign:{run.run_id}", ticket_id=ticket_id, group=group)]


def _perform(verdict: Verdict, state: CaseState, deps: Deps) -> PerformAction:
    wanted, context, case_id = verdict.wanted, state["context"], state["case_id"]
    assert context is not None and context.order is not None and case_id is not None
    replaces = verdict.action is Action.REPLACEMENT
    order = ActionOrder(
        key=idempotency_key(case_id, verdict, state),
        action=verdict.action,
        order_id=context.order.order_id,
        line_ids=wanted.line_ids,
        shipment_ids=wanted.shipment_ids,
        quantities=_quantities(wanted, context) if replaces else {},
        amount=verdict.amount if verdict.action is Action.REFUND else None,
        currency=verdict.currency,
        address=wanted.address,
        sku=wanted.sku,
        ship_by=deps.calendar.add_days(context.now, deps.policy.conditions.replacement_ship_days) if replaces else None,
    )
    return PerformAction(key=f"action:{order.key}", action_id=action_row_id(verdict, state, deps), order=order)


def _quantities(wanted: Wanted, context: OrderContext) -> dict[str, int]:
    return {line.line_id: affected_quantity(context, wanted, line) for line in context.lines if line.line_id in wanted.line_ids}


def _notes(state: CaseState) -> list[str]:
    if isinstance(state["arrival"], ReceiptArrived):
        return []
    settlement, advice, escalation = state.get("settlement"), state.get("advice"), state.get("escalation")
    notes = [settlement.note] if settlement and settlement.note else []
    if advice is not None and advice.note:
        notes.append(advice.note)
    if state["understanding"].notes_other_topic:
        notes.append("The message also asks about something else than the order's whereabouts; please answer that part.")
    if state.get("refusals"):
        notes.append(f"Left unsaid, because it could not be proven: {'; '.join(state['refusals'])}"[:500])
    if escalation is not None:
        notes.append(_escalation_note(escalation))
    return notes


def _escalation_note(escalation: EscalationRecord) -> str:
    triggers = ", ".join(trigger.value for trigger in escalation.triggers)
    if escalation.status is not EscalationStatus.OPEN and escalation.ended_because:
        return f"Review {escalation.escalation_id} {escalation.status.value}: {escalation.ended_because}."
    return f"Review {escalation.escalation_id} in queue {escalation.queue.value} until {escalation.deadline.isoformat()} ({triggers})."


def derived_from(state: CaseState) -> tuple[Arrival, ...]:
    """One copy of the message for every further order that it names."""
    choice, arrival = state.get("choice"), state["arrival"]
    if not isinstance(arrival, MessageArrived) or choice is None or arrival.about_order_id is not None or state.get("settlement"):
        return ()
    return tuple(
        arrival.model_copy(update={"arrival_id": f"{arrival.arrival_id}#{order_id}", "about_order_id": order_id}) for order_id in choice.order_ids[1:]
    )
