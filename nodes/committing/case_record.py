"""The case after a run, and what of its promise changes without a text."""

from __future__ import annotations

from datetime import datetime

from graph.arrivals import EventArrived, LookArrived, MessageArrived, ReceiptArrived
from graph.case import CaseRecord, FollowUp, FollowUpStatus, Restriction
from graph.context import Remedy
from graph.decisions import Verb
from graph.labels import Condition, Trigger
from graph.language_model import total
from graph.rules.news import VisibleStatus, visible_status
from graph.state import CaseState
from graph.statements import Statement
from graph.working import ReturnPath
from nodes.committing.belonging import counts, needs_case
from nodes.conclude import is_asked_again, open_escalation, zone_in
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
        deployment=arrival.deployment or "",
    )
    changed = state.get("follow_ups") or later_follow_up(state, deps)
    follow_ups = [row for row in changed if row.status == "open"]
    standing = follow_ups[0] if follow_ups else (state["memory"].follow_up if not changed else None)
    changes: dict[str, object] = {
        "order_id": base.order_id or order_id,
        "policy_version": deps.policy.version,
        "resolution": resolution,
        "next_follow_up_due_at": standing.due_at if standing else None,
        "remedies": (*base.remedies, *_remedies(state, deps)),
        "prior_contact_count": base.prior_contact_count + int(counts(state) and not is_asked_again(state)),
        "taken_over": _taken_over(state, base),
        "model_spent": base.model_spent.plus(total(state.get("model_calls", ()))),
        "opted_out": base.opted_out or state["understanding"].stops_contact,
        "timezone": zone_in(state),
    }
    if isinstance(arrival, MessageArrived):
        changes |= {"ticket_id": path.ticket_id, "reply_channel": path.channel, "last_customer_message_at": arrival.at}
    if base.closed_at is not None:
        changes |= {"closed_at": None, "reopened": base.reopened + 1, "disputed": False}
    changes |= _told(state, base, now)
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


def _told(state: CaseState, base: CaseRecord, now: datetime) -> dict[str, object]:
    """What the customer knows after this run's text; nothing where there is none."""
    draft, arrival, context, assessment = state.get("draft"), state["arrival"], state.get("context"), state.get("assessment")
    if draft is None:
        return {}
    told: dict[str, object] = {
        "last_customer_update_at": now,
        "language": draft.language,
        "told_etas": {**base.told_etas, **_told_etas(state["statements"])},
    }
    if isinstance(arrival, EventArrived) or (isinstance(arrival, ReceiptArrived) and state.get("news") is not None):
        told["last_event_message_at"] = now
    if assessment is not None and context is not None:
        status = VisibleStatus(condition=Condition.ORDER_CANCELLED) if was_cancelled(state) else visible_status(context, assessment)
        told["last_status_sent"] = status.model_dump_json()
    return told


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
    if (
        has_open
        or state.get("speaks_at") is not None
        or open_escalation(state) is not None
        or (state["memory"].case and state["memory"].case.taken_over)
    ):
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
    performed = arrival.performed if isinstance(arrival, ReceiptArrived) and not arrival.from_the_night else ()
    return tuple(
        Remedy(action=verdict.action, line_ids=verdict.wanted.line_ids, executed_at=deps.clock.now(), amount=verdict.amount)
        for verdict in state.get("verdicts", ())
        if verdict.action in performed
    )
