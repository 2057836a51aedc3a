"""The records that a run leaves: case, ticket, contact, actions."""

from __future__ import annotations

from datetime import datetime

from graph.arrivals import EventArrived, LookArrived, MessageArrived, ReceiptArrived
from graph.case import ActionRecord, AskedQuestion, CaseRecord, ContactRecord, FollowUp, FollowUpStatus, Restriction, TicketRecord
from graph.context import Remedy
from graph.decisions import Verb
from graph.gates.verdict import Verdict, fingerprint
from graph.labels import ActionStatus, Condition, Disposition, Gate, Intent, Reason, Trigger
from graph.rules.news import visible_status
from graph.state import CaseState
from graph.statements import Statement
from graph.working import ReturnPath
from nodes.conclude import idempotency_key, open_escalation, status_of, to_perform, zone_in
from nodes.deps import Deps
from nodes.plan_follow_up import promised_again, was_cancelled, watch_again

_HOLD_RESTRICTIONS = {
    Trigger.FRAUD_HOLD: Restriction.FRAUD,
    Trigger.PAYMENT_HOLD: Restriction.PAYMENT,
    Trigger.ADDRESS_HOLD: Restriction.ADDRESS,
    Trigger.LEGAL_THREAT: Restriction.LEGAL,
    Trigger.HIGH_VALUE: Restriction.HIGH_VALUE,
    Trigger.LOW_CONFIDENCE: Restriction.CONFIDENCE,
}
_UNCOUNTED = {Intent.THANKS_OR_CLOSING, Intent.NOT_WISMO}


def needs_case(state: CaseState) -> bool:
    """Whether the run belongs to a case: it looked at an order, escalates, or continues one."""
    opts_out = state["understanding"].stops_contact and state["sender"].is_known
    return opts_out or state["memory"].case is not None or state.get("assessment") is not None or state.get("escalation") is not None


def case_record(state: CaseState, deps: Deps, resolution: str) -> CaseRecord | None:
    """The case after this run."""
    path, arrival = state.get("return_path"), state["arrival"]
    if not needs_case(state) or path is None:
        return None
    now, case_id, context, assessment = deps.clock.now(), state["case_id"], state.get("context"), state.get("assessment")
    assert case_id is not None
    choice, known = state.get("choice"), state["memory"].case
    order_id = choice.order_ids[0] if choice and choice.order_ids else (known.order_id if known else None)
    base = known or CaseRecord(
        wismo_case_id=case_id,
        source_channel=_source(state, path),
        customer_id=state["sender"].customer_id,
        order_id=order_id,
        ticket_id=path.ticket_id if isinstance(arrival, MessageArrived) else None,
        opened_at=now,
    )
    changed = state.get("follow_ups") or later_follow_up(state, deps)
    follow_ups = [row for row in changed if row.status == "open"]
    standing = follow_ups[0] if follow_ups else (state["memory"].follow_up if not changed else None)
    changes: dict[str, object] = {
        "policy_version": deps.policy.version,
        "resolution": resolution,
        "next_follow_up_due_at": standing.due_at if standing else None,
        "remedies": (*base.remedies, *_remedies(state, deps)),
        "prior_contact_count": base.prior_contact_count + int(_counts(state)),
        "taken_over": _taken_over(state, base),
        "opted_out": base.opted_out or state["understanding"].stops_contact,
        "timezone": zone_in(state),
    }
    if isinstance(arrival, MessageArrived):
        changes |= {"ticket_id": path.ticket_id, "reply_channel": path.channel, "last_customer_message_at": arrival.at}
    if base.closed_at is not None:
        changes |= {"closed_at": None, "reopened": base.reopened + 1, "disputed": False}
    draft = state.get("draft")
    if draft is not None:
        changes["last_customer_update_at"] = now
        if isinstance(arrival, EventArrived) or (isinstance(arrival, ReceiptArrived) and state.get("news") is not None):
            changes["last_event_message_at"] = now
        if assessment is not None and context is not None:
            changes["last_status_sent"] = visible_status(context, assessment).model_dump_json()
        changes["language"] = draft.language
        changes["told_etas"] = {**base.told_etas, **_told_etas(state["statements"])}
    if assessment is not None and context is not None:
        changes |= {
            "condition_type": assessment.condition,
            "shipment_ids": tuple(parcel.shipment_id for parcel in context.shipments) or base.shipment_ids,
            "last_backend_status_seen": f"{assessment.condition.value}: {context.order.status if context.order else 'unknown'}",
            "facts_failed_before": bool(assessment.missing),
            "disputed": assessment.condition is Condition.DELIVERED_NOT_RECEIVED,
            "restricted_state": _restrictions(state),
        }
    if _closes(state, has_open=standing is not None):
        changes["closed_at"] = now
    return base.model_copy(update=changes)


def _taken_over(state: CaseState, base: CaseRecord) -> bool:
    decision = state.get("decision")
    if decision is not None and decision.is_accepted and not isinstance(state["arrival"], ReceiptArrived):
        if decision.verb is Verb.MANUAL_TAKEOVER:
            return True
        if decision.verb is Verb.HAND_BACK:
            return False
    return base.taken_over


def later_follow_up(state: CaseState, deps: Deps) -> tuple[FollowUp, ...]:
    """A reviewer's deadline becomes the due time; a takeover makes the promise the human's; a hand back watches again."""
    decision, standing = state.get("decision"), state["memory"].follow_up
    if decision is None or not decision.is_accepted or isinstance(state["arrival"], ReceiptArrived):
        return ()
    if decision.verb is Verb.HAND_BACK:
        return tuple(row for row in (watch_again(state, deps),) if row)
    if standing is None:
        return ()
    if decision.verb is Verb.MANUAL_TAKEOVER:
        return (standing.model_copy(update={"status": FollowUpStatus.SUPERSEDED, "reason": "taken over"}),)
    moved = promised_again(state, standing, deps)
    return (moved,) if moved else ()


def _source(state: CaseState, path: ReturnPath) -> str:
    arrival = state["arrival"]
    if isinstance(arrival, EventArrived):
        return "webhook"
    return "scheduler" if isinstance(arrival, LookArrived) else path.channel.value


def _closes(state: CaseState, *, has_open: bool) -> bool:
    settlement, assessment = state.get("settlement"), state.get("assessment")
    if has_open or open_escalation(state) is not None or (state["memory"].case and state["memory"].case.taken_over):
        return False
    if settlement is not None:
        return settlement.closes_case
    if was_cancelled(state):
        return True
    return assessment is not None and assessment.condition in {Condition.DELIVERED, Condition.ORDER_CANCELLED}


def _restrictions(state: CaseState) -> tuple[Restriction, ...]:
    found = [_HOLD_RESTRICTIONS[fired.trigger] for fired in state["fired"] if fired.trigger in _HOLD_RESTRICTIONS]
    context = state.get("context")
    if context is not None and context.customer is not None and context.customer.tier == "vip":
        found.append(Restriction.VIP)
    return tuple(dict.fromkeys(found))


def _told_etas(statements: tuple[Statement, ...]) -> dict[str, datetime]:
    told = {}
    for fact in (fact for row in statements for fact in row.all_facts()):
        if fact.field.startswith("shipments[") and fact.field.endswith("].eta"):
            told[fact.field[len("shipments[") : -len("].eta")]] = fact.moment
    return told


def _remedies(state: CaseState, deps: Deps) -> tuple[Remedy, ...]:
    arrival = state["arrival"]
    performed = arrival.performed if isinstance(arrival, ReceiptArrived) else ()
    return tuple(
        Remedy(action=verdict.action, line_ids=verdict.wanted.line_ids, executed_at=deps.clock.now(), amount=verdict.amount)
        for verdict in state.get("verdicts", ())
        if verdict.action in performed
    )


def _counts(state: CaseState) -> bool:
    understanding, arrival = state.get("understanding"), state["arrival"]
    if not isinstance(arrival, MessageArrived) or understanding is None or understanding.answers_our_question:
        return False
    return bool(set(understanding.intents) - _UNCOUNTED) or (not understanding.intents and bool(state.get("fired")))


def contact_record(state: CaseState, message: MessageArrived) -> ContactRecord:
    """The message as a contact."""
    choice = state.get("choice")
    order_id = choice.order_ids[0] if choice and choice.order_ids else None
    return ContactRecord(ticket_id=message.ticket_id, order_id=order_id, at=message.at, counts=_counts(state))


def ticket_record(state: CaseState, ticket_id: str, deps: Deps) -> TicketRecord:
    """The ticket after this run: questions answered and asked, automated messages, orders spoken of."""
    base = state["memory"].ticket or TicketRecord(ticket_id=ticket_id)
    now, choice = deps.clock.now(), state.get("choice")
    is_message = isinstance(state["arrival"], MessageArrived)
    automatic = is_message and state["reading"].automatic
    questions = base.questions if not is_message or automatic else tuple(row.model_copy(update={"answered": True}) for row in base.questions)
    asked = _question(state, now)
    order_ids = choice.order_ids[:1] if choice else ()
    sent = (now,) if state.get("draft") is not None else ()
    answered = bool(sent) and asked is None
    return base.model_copy(
        update={
            "customer_id": base.customer_id or state["sender"].customer_id,
            "questions": (*questions, *((asked,) if asked else ())),
            "order_ids": tuple(dict.fromkeys((*(row for row in base.order_ids if row not in order_ids), *order_ids))),
            "case_ids": _with(base.case_ids, state["case_id"] if needs_case(state) else None),
            "automated_at": (*base.automated_at, *sent)[-50:],
            "answers": base.answers + int(answered),
        }
    )


def _with(ids: tuple[str, ...], fresh: str | None) -> tuple[str, ...]:
    return ids if fresh is None or fresh in ids else (*ids, fresh)


def _question(state: CaseState, now: datetime) -> AskedQuestion | None:
    settlement = state.get("settlement")
    intents = tuple(intent for intent in state["understanding"].intents if intent not in _UNCOUNTED)
    if settlement is not None:
        asks = settlement.disposition is Disposition.ASK
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=settlement.reason, intents=intents) if asks else None
    if state.get("draft") is None:
        return None
    incomplete = next((verdict for verdict in state.get("verdicts", ()) if verdict.gate is Gate.NEEDS_INFO and verdict.wanted.asked), None)
    if incomplete is not None:
        reason, asked = Reason.ACTION_INFO_MISSING, incomplete.action
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=reason, intents=intents, action=asked)
    if state["understanding"].names_foreign_order:
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=Reason.IDENTITY_UNVERIFIED, intents=intents, answered=True)
    return None


def action_records(state: CaseState, deps: Deps) -> tuple[ActionRecord, ...]:
    """One row per gated action of this run, and the ends of earlier ones that were withdrawn."""
    arrival, case_id = state["arrival"], state["case_id"]
    if case_id is None or isinstance(arrival, ReceiptArrived):
        return ()
    if state.get("decision") is not None:
        return tuple(_decided_rows(state, case_id, deps))
    rows = tuple(
        ActionRecord(
            action_id=action_row_id(verdict, state, deps),
            case_id=case_id,
            run_id=state["run_id"],
            wanted=verdict.wanted,
            gate=verdict.gate.value,
            status=_first_status(verdict, state).value,
            key=idempotency_key(case_id, verdict, state),
            amount=str(verdict.amount),
            currency=verdict.currency,
            fingerprint=fingerprint((verdict,)),
            at=deps.clock.now(),
            ordered=verdict in to_perform(state),
        )
        for verdict in state.get("verdicts", ())
    )
    return (*rows, *_withdrawn(state), *_taken_up(state))


def action_row_id(verdict: Verdict, state: CaseState, deps: Deps) -> str:
    """The row of an action: a decision goes on with the row that waited for it."""
    waiting = [row for row in state["memory"].actions if row.status == ActionStatus.PENDING_APPROVAL and row.wanted.action is verdict.action]
    if waiting and state.get("decision") is not None:
        return waiting[-1].action_id
    return deps.ids.new("action", state["run_id"], verdict.action.value)


def _decided_rows(state: CaseState, case_id: str, deps: Deps) -> list[ActionRecord]:
    """What a decision makes of the actions that waited: the approved one goes ahead, denied ones are denied, others end."""
    decision, escalation = state["decision"], state.get("escalation")
    assert decision is not None
    if not decision.is_accepted or escalation is None:
        return []
    rows = {row.action_id: row for row in state["memory"].actions if row.status == ActionStatus.PENDING_APPROVAL}
    ended = ActionStatus.DENIED if decision.verb is Verb.DENY else ActionStatus.NOT_EXECUTED
    if escalation.is_open:
        ended = ActionStatus.PENDING_APPROVAL
    changed = {key: row.model_copy(update={"status": ended.value, "run_id": state["run_id"]}) for key, row in rows.items()}
    for verdict in state.get("verdicts", ()):
        status = ActionStatus.DRAFTED
        if escalation.is_open:
            status = ActionStatus.PENDING_APPROVAL if verdict.waits else ActionStatus.NOT_EXECUTED
        key = action_row_id(verdict, state, deps)
        changed[key] = ActionRecord(
            action_id=key,
            case_id=case_id,
            run_id=state["run_id"],
            wanted=verdict.wanted,
            gate=verdict.gate.value,
            status=status.value,
            key=idempotency_key(case_id, verdict, state),
            amount=str(verdict.amount),
            currency=verdict.currency,
            fingerprint=fingerprint((verdict,)),
            at=deps.clock.now(),
            ordered=verdict in to_perform(state),
        )
    return list(changed.values())


def _first_status(verdict: Verdict, state: CaseState) -> ActionStatus:
    """Executed only when the backend says so: until then an action that goes ahead is drafted."""
    status = status_of(verdict, state["arrival"].mode)
    return ActionStatus.DRAFTED if status is ActionStatus.EXECUTED else status


def _withdrawn(state: CaseState) -> tuple[ActionRecord, ...]:
    if not state["understanding"].withdraws:
        return ()
    pending = [row for row in state["memory"].actions if row.status == ActionStatus.PENDING_APPROVAL]
    return tuple(row.model_copy(update={"status": ActionStatus.NOT_EXECUTED.value, "run_id": state["run_id"]}) for row in pending)


def _taken_up(state: CaseState) -> tuple[ActionRecord, ...]:
    """Offers that this run's request takes up: no longer offers."""
    asked = {verdict.action for verdict in state.get("verdicts", ()) if verdict.wanted.asked and verdict.gate is not Gate.INELIGIBLE}
    offers = [row for row in state["memory"].actions if row.status == ActionStatus.DRAFTED and row.wanted.action in asked]
    return tuple(row.model_copy(update={"status": ActionStatus.NOT_EXECUTED.value}) for row in offers)
