"""What a run was, in one row: what it read, found and decided, and why."""

from __future__ import annotations

from graph.arrivals import DecisionArrived, EventArrived, LookArrived
from graph.commit import RunRecord
from graph.decisions import Verb
from graph.labels import Condition, Disposition, Reason
from graph.rules.escalations import value_band
from graph.rules.news import NewsKind
from graph.state import GRAPH_VERSION, CaseState
from nodes.committing.belonging import needs_case
from nodes.conclude import comes_from_the_night, human_has_answered, is_asked_again, open_escalation
from nodes.deps import Deps

_DECIDED = {
    Verb.APPROVE: Reason.APPROVED,
    Verb.DENY: Reason.DENIED,
    Verb.REQUEST_CHANGES: Reason.REQUEST_CHANGES,
    Verb.MANUAL_TAKEOVER: Reason.MANUAL_TAKEOVER,
    Verb.HAND_BACK: Reason.HAND_BACK,
}


def run_record(state: CaseState, deps: Deps) -> RunRecord:
    """The row of this run, without personal data."""
    settlement, assessment, context = state.get("settlement"), state.get("assessment"), state.get("context")
    escalation, order = state.get("escalation"), context.order if context else None
    choice, draft, advice, earlier = state.get("choice"), state.get("draft"), state.get("advice"), state.get("earlier")
    current = open_escalation(state)
    return RunRecord(
        run_id=state["run_id"],
        arrival_id=state["arrival_id"],
        root_arrival_id=state["root_arrival_id"],
        case_id=state["case_id"] if needs_case(state) else None,
        customer_id=state["sender"].customer_id,
        order_id=order.order_id if order else (choice.order_ids[0] if choice and choice.order_ids else None),
        at=deps.clock.now(),
        kind=state["arrival"].kind,
        mode=state["arrival"].mode,
        deployment=state["arrival"].deployment or (case.deployment if (case := state["memory"].case) else ""),
        channel=_channel(state),
        intents=state["understanding"].intents,
        condition=assessment.condition if assessment else None,
        conditions_all=assessment.conditions_all if assessment else (),
        triggers=tuple(fired.trigger for fired in state.get("fired", ())),
        handler=state.get("handler") or "none",
        disposition=_disposition(state),
        reason=settlement.reason if settlement else _reason(state),
        resolution=_resolution(state),
        because=tuple(_because(state)),
        path=(*_own_path(state), "commit"),
        language=draft.language if draft else (earlier.run.language if earlier else None),
        value_band=value_band(order.total, deps.policy) if order else "",
        carriers=tuple(dict.fromkeys(parcel.carrier for parcel in context.shipments)) if context else (),
        policy_version=deps.policy.version,
        runbook_version=advice.runbook_version if advice else "",
        graph_version=GRAPH_VERSION,
        escalation_id=escalation.escalation_id if escalation else (current.escalation_id if current else None),
        guard_refusals=state.get("refusals", ()),
        model_calls=state.get("model_calls", ()),
    )


def _disposition(state: CaseState) -> Disposition:
    """A question that is worked on again when its promise falls due is no message of this moment: what it asks back is told unasked."""
    settlement = state.get("settlement")
    if settlement is None:
        return Disposition(state["disposition"])
    asks = settlement.disposition in {Disposition.ASK, Disposition.ANSWER}
    return Disposition.NOTIFY if asks and is_asked_again(state) else settlement.disposition


def _channel(state: CaseState) -> str:
    path, arrival = state.get("return_path"), state["arrival"]
    if isinstance(arrival, EventArrived):
        return "webhook"
    if isinstance(arrival, LookArrived):
        return "scheduler"
    return path.channel.value if path else ""


def _own_path(state: CaseState) -> list[str]:
    """The steps of this run; a resumed graph has the steps before its sleep in front of them."""
    path = state["path"]
    woken = [number for number, name in enumerate(path) if name == "await_reviewer"]
    return path[woken[-1] :] if woken and isinstance(state["arrival"], DecisionArrived) else path


def _decision_reason(state: CaseState) -> Reason:
    decision, escalation = state["decision"], state.get("escalation")
    assert decision is not None
    if not decision.is_accepted:
        return decision.refusal
    if decision.verb is Verb.APPROVE and escalation is not None and escalation.is_open:
        return Reason.APPROVAL_STALE
    return _DECIDED[decision.verb]


def _reason(state: CaseState) -> Reason:
    if state.get("decision") is not None and not comes_from_the_night(state):
        return _decision_reason(state)
    disposition, assessment = Disposition(state["disposition"]), state.get("assessment")
    if disposition is Disposition.ASK:
        foreign = state["understanding"].names_foreign_order
        incomplete = any(verdict.missing and verdict.wanted.asked for verdict in state.get("verdicts", ()))
        return Reason.ACTION_INFO_MISSING if incomplete or not foreign else Reason.IDENTITY_UNVERIFIED
    news = state.get("news")
    if news is not None:
        return Reason.FOLLOW_UP_DUE if news.kind in {NewsKind.CHECKPOINT, NewsKind.EXHAUSTED} else Reason.NOTHING
    if disposition is Disposition.NONE and human_has_answered(state):
        return Reason.HUMAN_REPLIED
    if assessment is not None and assessment.condition is Condition.FACTS_UNAVAILABLE:
        return Reason.FOLLOW_UP_DUE if is_asked_again(state) else Reason.FACTS_UNAVAILABLE
    return Reason.NOTHING


def _resolution(state: CaseState) -> str:
    """Specification, section 9: resolved, monitored, escalated or blocked."""
    assessment, settlement, case = state.get("assessment"), state.get("settlement"), state["memory"].case
    if open_escalation(state) is not None or (case is not None and case.taken_over):
        return "escalated"
    if settlement is not None and settlement.disposition is Disposition.HANDOFF:
        return "escalated"
    if assessment is not None and assessment.missing:
        return "blocked"
    follow_ups = state.get("follow_ups") or ()
    watched = any(row.status == "open" for row in follow_ups) or (not follow_ups and state["memory"].follow_up is not None)
    return "monitored" if watched or (settlement is not None and settlement.disposition is Disposition.ASK) else "resolved"


def _because(state: CaseState) -> list[str]:
    """Which rules decided, with the facts that they held on."""
    assessment, choice, lines = state.get("assessment"), state.get("choice"), [f"sender: {state['sender'].because}"]
    if choice is not None:
        lines.append(f"order: {choice.because}")
    reading = state.get("reading")
    lines += [f"intent {ask.intent.value} {ask.confidence:.2f}" for ask in (reading.asks if reading else ())]
    if assessment is not None:
        lines.append(f"condition {assessment.condition.value}: {assessment.because.rule} on {', '.join(assessment.because.facts)}")
        lines += [f"{group.condition.value}: {group.because.rule} on {', '.join(group.because.facts)}" for group in assessment.groups]
    lines += [f"trigger {fired.trigger.value}: {fired.because.rule}" for fired in state.get("fired", ())]
    for verdict in state.get("verdicts", ()):
        failed = ", ".join((*verdict.failed(), *verdict.approval_because, *verdict.missing))
        lines.append(f"gate {verdict.action.value}: {verdict.gate.value}{f' ({failed})' if failed else ''}")
    return lines
