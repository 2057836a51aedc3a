"""The conclude node: what the run comes to, which actions go ahead, and what may be promised."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from langgraph.runtime import Runtime

from graph.arrivals import MessageArrived, ReceiptArrived, TimerArrived
from graph.calendar import customer_zone, is_quiet, quiet_hours_end
from graph.case import EscalationRecord, EscalationStatus
from graph.customer_view import zone_of
from graph.decisions import Verb
from graph.facts import Customer
from graph.gates.verdict import Verdict
from graph.labels import Action, ActionStatus, Disposition, Gate, Mode, Trigger
from graph.rules.news import NewsKind
from graph.rules.promises import kept_out_of_the_night, promised_update
from graph.state import CaseState
from nodes.deps import Deps
from nodes.rolling_out import rolled_out


async def conclude(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """The disposition and the promise of this run, in the mode that the rollout leaves it."""
    rolled = rolled_out(state, runtime.context)
    return {**_concluded(rolled, runtime.context), "arrival": rolled["arrival"]}


def _concluded(state: CaseState, deps: Deps) -> CaseState:
    decision, arrival = state.get("decision"), state["arrival"]
    if isinstance(arrival, ReceiptArrived):
        return _morning_concluded(state, deps)
    if decision is not None:
        return decision_concluded(state, deps)
    if isinstance(arrival, TimerArrived) and arrival.what == "reminder":
        return {"path": ["conclude"], "due_at": None, "promise_is_new": False, "defers_text": True, "disposition": Disposition.NONE.value}
    if isinstance(arrival, TimerArrived) and not _is_awaited(state, deps):
        return {"path": ["conclude"], "due_at": None, "promise_is_new": False, "defers_text": True, "disposition": Disposition.ESCALATE.value}
    due_at, is_new = _promise(state, deps)
    news = state.get("news")
    if news is not None and news.silent:
        return {"path": ["conclude"], "due_at": None, "promise_is_new": False, "defers_text": True, "disposition": Disposition.ESCALATE.value}
    return {
        "path": ["conclude"],
        "due_at": due_at,
        "promise_is_new": is_new,
        "defers_text": bool(to_perform(state)) or human_has_answered(state),
        "disposition": disposition_of(state, promises=is_new and due_at is not None).value,
    }


def _is_awaited(state: CaseState, deps: Deps) -> bool:
    """Whether the customer is written to when a review expires: a promise falls due with it, and it is no time of night."""
    standing, now = state["memory"].follow_up, deps.clock.now()
    if is_quiet(now, customer_zone(zone_in(state)), deps.policy):
        return False
    return standing is not None and standing.due_at is not None and standing.due_at <= now + _lead(deps)


def decision_concluded(state: CaseState, deps: Deps) -> CaseState:
    """What a reviewer's answer comes to: refused, asked again, or the graph goes on."""
    decision, escalation = state["decision"], state.get("escalation")
    assert decision is not None
    quiet: CaseState = {"path": ["conclude"], "due_at": None, "promise_is_new": False, "defers_text": True}
    if not decision.is_accepted:
        return {**quiet, "disposition": Disposition.NONE.value}
    asked_again = escalation is not None and escalation.is_open
    if asked_again:
        return {**quiet, "disposition": Disposition.ESCALATE.value}
    waits = promised_by_reviewer(state, deps) if decision.verb is Verb.APPROVE else None
    silent = decision.verb in {Verb.MANUAL_TAKEOVER, Verb.HAND_BACK} or (decision.verb is Verb.APPROVE and not decision.executes)
    if silent:
        return {**quiet, "due_at": waits, "disposition": Disposition.RESUME.value}
    due_at = promised_by_reviewer(state, deps) or _promise(state, deps)[0]
    performs, morning = bool(to_perform(state)), silent_until(state, deps)
    told: CaseState = {**quiet, "due_at": due_at, "promise_is_new": True, "disposition": Disposition.RESUME.value}
    return {**told, "defers_text": performs or morning is not None, "speaks_at": None if performs else morning}


def _morning_concluded(state: CaseState, deps: Deps) -> CaseState:
    """What was decided in the night is told in the morning, unless a teammate was faster; what is promised is promised now."""
    due_at, is_new = _promise(state, deps)
    named = promised_by_reviewer(state, deps)
    if named is not None and named > deps.clock.now() + _lead(deps):
        due_at, is_new = named, True
    answered = human_has_answered(state)
    disposition = Disposition.SUPPRESS if answered else Disposition.NOTIFY
    return {"path": ["conclude"], "due_at": due_at, "promise_is_new": is_new, "defers_text": answered, "disposition": disposition.value}


def silent_until(state: CaseState, deps: Deps) -> datetime | None:
    """When the night ends for the customer; None by day. Answers after a decision are never exempt from quiet hours."""
    now, zone = deps.clock.now(), customer_zone(zone_in(state))
    return quiet_hours_end(now, zone, deps.policy) if is_quiet(now, zone, deps.policy) else None


def comes_from_the_night(state: CaseState) -> bool:
    """Whether this run writes a text that the night held back."""
    arrival = state["arrival"]
    return isinstance(arrival, ReceiptArrived) and arrival.from_the_night


def promised_by_reviewer(state: CaseState, deps: Deps) -> datetime | None:
    """The deadline that a reviewer set, as the customer's next update: like every promise it stays out of the night."""
    decision = state.get("decision")
    if decision is None or decision.deadline is None:
        return None
    zone = customer_zone(zone_in(state))
    return kept_out_of_the_night(decision.deadline, deps.clock.now() + _lead(deps), zone, deps.policy)


def disposition_of(state: CaseState, *, promises: bool) -> Disposition:
    """The first that fits of escalate, ask, monitor, answer."""
    escalation = state.get("escalation")
    if escalation is not None and escalation.status is not EscalationStatus.ANSWERED and not (_is_withdrawal(state) or only_adds(state)):
        return Disposition.ESCALATE
    if human_has_answered(state):
        return Disposition.NONE
    if state.get("news") is not None or is_asked_again(state):
        return Disposition.NOTIFY
    if any(verdict.gate is Gate.NEEDS_INFO and verdict.wanted.asked for verdict in state.get("verdicts", ())):
        return Disposition.ASK
    if state["understanding"].names_foreign_order:
        return Disposition.ASK
    return Disposition.MONITOR if promises else Disposition.ANSWER


def is_asked_again(state: CaseState) -> bool:
    """Whether this is an earlier question, worked on again because the OMS was silent when it came."""
    arrival = state["arrival"]
    return isinstance(arrival, MessageArrived) and arrival.asked_again_for is not None


def only_adds(state: CaseState) -> bool:
    """Whether this run only adds a demand to the open review: reviewers read of it, but no trigger is new."""
    known, record = state["memory"].escalation, state.get("escalation")
    if known is None or record is None or not known.is_open or record.escalation_id != known.escalation_id:
        return False
    return set(record.triggers) == set(known.triggers) and record.status is known.status


def _is_withdrawal(state: CaseState) -> bool:
    known, record = state["memory"].escalation, state.get("escalation")
    if known is not None and record is not None and set(record.triggers) - set(known.triggers):
        return False
    return state["understanding"].withdraws and state["memory"].escalation is not None


def human_has_answered(state: CaseState) -> bool:
    """Whether a teammate answered publicly in this ticket after the message, or after the decision of the night: then automation says nothing."""
    context, arrival, earlier, path = state.get("context"), state["arrival"], state.get("earlier"), state.get("return_path")
    if context is None or path is None:
        return False
    since = arrival.at if isinstance(arrival, MessageArrived) else earlier.run.at if earlier and comes_from_the_night(state) else None
    return since is not None and any(
        contact.author == "human" and contact.direction == "outbound" and contact.public and contact.ticket_id == path.ticket_id
        for contact in context.contacts
        if contact.at >= since
    )


def status_of(verdict: Verdict, mode: Mode) -> ActionStatus:
    """How far an action goes in this run: eligible and wanted by the customer (or a search): performed, in live mode."""
    if verdict.gate is Gate.INELIGIBLE:
        return ActionStatus.NOT_EXECUTED
    if verdict.gate is Gate.NEEDS_APPROVAL:
        return ActionStatus.DENIED if verdict.denied else ActionStatus.PENDING_APPROVAL
    goes_ahead = verdict.wanted.asked or verdict.action is Action.CARRIER_INVESTIGATION
    if verdict.gate is Gate.ELIGIBLE and goes_ahead and mode is Mode.LIVE:
        return ActionStatus.EXECUTED
    return ActionStatus.DRAFTED


def to_perform(state: CaseState) -> tuple[Verdict, ...]:
    """The actions that go ahead now."""
    mode, decision = state["arrival"].mode, state.get("decision")
    if decision is not None:
        return _approved_now(state, mode)
    ready = [verdict for verdict in state.get("verdicts", ()) if status_of(verdict, mode) is ActionStatus.EXECUTED]
    return tuple(verdict for verdict in ready if not is_under_way(verdict, state))


def is_under_way(verdict: Verdict, state: CaseState) -> bool:
    """Whether the very same action was ordered already and the backend has not done it yet: it is not ordered twice."""
    case_id = state["case_id"]
    if case_id is None:
        return False
    key = idempotency_key(case_id, verdict, state)
    return any(row.key == key and row.ordered and row.status == ActionStatus.DRAFTED for row in state["memory"].actions)


def idempotency_key(case_id: str, verdict: Verdict, state: CaseState) -> str:
    """Case, action and parameters: the same wish is performed at most once, whatever crashes or repeats.

    An address change also names the address that it replaces: back and forth are three changes.
    """
    wanted = verdict.wanted.parameters()
    context = state.get("context")
    before = context.order.ship_to.model_dump_json() if context and context.order and verdict.action is Action.ADDRESS_CHANGE else ""
    return hashlib.sha256(f"{case_id}|{verdict.action.value}|{wanted}|{before}".encode()).hexdigest()[:40]


def _approved_now(state: CaseState, mode: Mode) -> tuple[Verdict, ...]:
    """The approved action, unless the reviewer is asked again or the mode is shadow."""
    decision, escalation = state["decision"], state.get("escalation")
    answered = escalation is not None and escalation.status is EscalationStatus.ANSWERED
    if decision is None or not decision.executes or not answered or mode is not Mode.LIVE:
        return ()
    return tuple(verdict for verdict in state.get("verdicts", ()) if verdict.action.value == decision.action)


def open_escalation(state: CaseState) -> EscalationRecord | None:
    """The escalation that is open after this run."""
    current = state.get("escalation") or state["memory"].escalation
    return current if current is not None and current.is_open else None


_STATES = {
    Trigger.FRAUD_HOLD,
    Trigger.PAYMENT_HOLD,
    Trigger.ADDRESS_HOLD,
    Trigger.DATA_CONFLICT,
    Trigger.FACTS_UNAVAILABLE,
    Trigger.NO_SUPPLIER_ETA,
    Trigger.ALTERNATE_COMPONENT,
    Trigger.HIGH_VALUE,
    Trigger.FOLLOW_UP_EXHAUSTED,
}
"""Triggers that are a state of the order, and nothing that the customer said or wants."""


def is_over(state: CaseState) -> bool:
    """Whether this run tells that the problem is over for which alone the open review was asked: no further update is owed for it."""
    news, current = state.get("news"), open_escalation(state)
    if news is None or news.kind is not NewsKind.PROBLEM_ENDS or current is None or state.get("escalation") is not None:
        return False
    return set(current.triggers) <= _STATES - {fired.trigger for fired in state.get("fired", ())}


def _promise(state: CaseState, deps: Deps) -> tuple[datetime | None, bool]:
    """The next update, and whether it is a new promise (false: the standing one is repeated)."""
    standing, open_now, news = state["memory"].follow_up, None if is_over(state) else open_escalation(state), state.get("news")
    now = deps.clock.now()
    if any(verdict.action is Action.CANCEL for verdict in to_perform(state)):
        return None, False
    renews = is_asked_again(state) or (news is not None and news.kind in {NewsKind.CHECKPOINT, NewsKind.EXHAUSTED})
    unchanged = open_now is not None and not renews and (state.get("escalation") is None or only_adds(state))
    if unchanged and standing is not None and standing.due_at is not None and standing.due_at > now + _lead(deps):
        return standing.due_at, False
    due = _computed(state, open_now, deps)
    if due is None:
        return None, False
    zone = customer_zone(zone_in(state))
    return kept_out_of_the_night(due, now + _lead(deps), zone, deps.policy), True


def _lead(deps: Deps) -> timedelta:
    """How long before its time a promised update goes out: what is due sooner than that is due now."""
    return timedelta(minutes=deps.policy.events.lead_minutes)


def zone_in(state: CaseState) -> str:
    """The name of the customer's time zone: as it was known last, where the OMS is silent now."""
    customer, case = customer_of(state), state["memory"].case
    return zone_of(customer) if customer is not None or case is None else case.timezone or "UTC"


def customer_of(state: CaseState) -> Customer | None:
    """The customer, from the facts or else from the sender."""
    context, sender = state.get("context"), state.get("sender")
    return (context.customer if context else None) or (sender.customer if sender else None)


def _computed(state: CaseState, open_now: EscalationRecord | None, deps: Deps) -> datetime | None:
    context, assessment = state.get("context"), state.get("assessment")
    deadline = open_now.deadline if open_now and open_now.deadline > deps.clock.now() + _lead(deps) else None
    if open_now is not None and deadline is None:
        deadline = deps.calendar.add_days(deps.clock.now(), deps.policy.promises.decision)
    if context is None or assessment is None:
        if deadline is None:
            return None
        return min(deadline, deps.calendar.add_days(deps.clock.now(), deps.policy.promises.decision))
    asks_again = not any(fired.trigger is Trigger.FACTS_UNAVAILABLE for fired in state.get("fired", ()))
    return promised_update(context, assessment, deps.policy, deps.calendar, escalation_deadline=deadline, asks_again=asks_again)
