"""The commit node: one bundle, one transaction. Everything before it was pure."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import Arrival, DecisionArrived, EventArrived, LookArrived, MessageArrived, ReceiptArrived
from graph.case import EscalationRecord, EscalationStatus
from graph.commit import AskReviewer, Commit, Effect, LedgerEntry, Outcome, PerformAction, RunRecord, SendMessage, WriteNote
from graph.decisions import Verb
from graph.gates.verdict import Verdict
from graph.labels import Action, Condition, Disposition, Mode, Reason
from graph.ports import ActionOrder
from graph.rules.escalations import value_band
from graph.rules.news import NewsKind
from graph.state import GRAPH_VERSION, CaseState
from nodes.committing.records import (
    action_records,
    action_row_id,
    case_record,
    contact_record,
    later_follow_up,
    needs_case,
    ticket_record,
)
from nodes.conclude import human_has_answered, idempotency_key, open_escalation, to_perform
from nodes.deps import Deps


async def commit(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Write what the run decided. If the case moved on meanwhile, nothing is written and the arrival is run again."""
    bundle = bundle_of(state, runtime.context)
    await runtime.context.ledger.commit(bundle)
    return {
        "path": ["commit"],
        "commit": bundle,
        "escalation_id": bundle.run.escalation_id,
        "disposition": bundle.run.disposition.value,
        "sleeps": _sleeps(state),
    }


def bundle_of(state: CaseState, deps: Deps) -> Commit:
    """Everything that this run writes."""
    path, arrival = state.get("return_path"), state["arrival"]
    run = _run_record(state, deps)
    is_message, is_receipt = isinstance(arrival, MessageArrived), isinstance(arrival, ReceiptArrived)
    changes = is_message or is_receipt or state.get("news") is not None or state.get("escalation") is not None
    return Commit(
        run=run,
        outcome=_outcome(state, run),
        context=None if is_receipt else state.get("context"),
        case=case_record(state, deps, run.resolution) if changes else None,
        ticket=ticket_record(state, path.ticket_id, deps) if path and (is_message or state.get("draft") is not None) else None,
        contact=contact_record(state, arrival) if isinstance(arrival, MessageArrived) else None,
        follow_ups=state.get("follow_ups") or later_follow_up(state, deps),
        escalation=None if is_receipt else state.get("escalation"),
        actions=action_records(state, deps),
        effects=tuple(_effects(state, run, deps)),
        derived=state.get("copies") or _derived(state),
        event=state.get("event"),
        ledger=tuple(_ledger(state, run)),
    )


def _sleeps(state: CaseState) -> bool:
    """Whether the graph goes to sleep: a review was opened by this run, or a decision left it open."""
    current = open_escalation(state)
    if current is None:
        return False
    known = state["memory"].escalation
    opened = state.get("escalation") is not None and (known is None or known.escalation_id != current.escalation_id)
    return opened or isinstance(state["arrival"], DecisionArrived)


def _run_record(state: CaseState, deps: Deps) -> RunRecord:
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
        channel=_channel(state),
        intents=state["understanding"].intents,
        condition=assessment.condition if assessment else None,
        conditions_all=assessment.conditions_all if assessment else (),
        triggers=tuple(fired.trigger for fired in state.get("fired", ())),
        handler=state.get("handler") or "none",
        disposition=settlement.disposition if settlement else Disposition(state["disposition"]),
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
    )


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


_DECIDED = {
    Verb.APPROVE: Reason.APPROVED,
    Verb.DENY: Reason.DENIED,
    Verb.REQUEST_CHANGES: Reason.REQUEST_CHANGES,
    Verb.MANUAL_TAKEOVER: Reason.MANUAL_TAKEOVER,
    Verb.HAND_BACK: Reason.HAND_BACK,
}


def _decision_reason(state: CaseState) -> Reason:
    decision, escalation = state["decision"], state.get("escalation")
    assert decision is not None
    if not decision.is_accepted:
        return decision.refusal
    if decision.verb is Verb.APPROVE and escalation is not None and escalation.is_open:
        return Reason.APPROVAL_STALE
    return _DECIDED[decision.verb]


def _reason(state: CaseState) -> Reason:
    if state.get("decision") is not None:
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
        return Reason.FACTS_UNAVAILABLE
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


def _outcome(state: CaseState, run: RunRecord) -> Outcome:
    advice = state.get("advice")
    return Outcome(
        run=run,
        assessment=state.get("assessment"),
        fired=state.get("fired", ()),
        verdicts=state.get("verdicts", ()),
        statements=advice.statements if advice else (),
        options=advice.options if advice else (),
        due_at=state.get("due_at"),
        promise_is_new=bool(state.get("promise_is_new")),
        understanding=state["understanding"],
        escalation=state.get("escalation"),
        decision=state.get("decision"),
        news=state.get("news"),
        return_path=state.get("return_path"),
    )


def _effects(state: CaseState, run: RunRecord, deps: Deps) -> list[Effect]:
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
    for number, note in enumerate(_notes(state)):
        effects.append(WriteNote(key=f"note:{run.run_id}:{number}", ticket_id=path.ticket_id, customer_id=run.customer_id, text=note))
    return effects


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
        amount=verdict.amount if verdict.action is Action.REFUND else None,
        currency=verdict.currency,
        address=wanted.address,
        sku=wanted.sku,
        ship_by=deps.calendar.add_days(context.now, deps.policy.conditions.replacement_ship_days) if replaces else None,
    )
    return PerformAction(key=f"action:{order.key}", action_id=action_row_id(verdict, state, deps), order=order)


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


def _derived(state: CaseState) -> tuple[Arrival, ...]:
    """One copy of the message for every further order that it names."""
    choice, arrival = state.get("choice"), state["arrival"]
    if not isinstance(arrival, MessageArrived) or choice is None or arrival.about_order_id is not None or state.get("settlement"):
        return ()
    return tuple(
        arrival.model_copy(update={"arrival_id": f"{arrival.arrival_id}#{order_id}", "about_order_id": order_id})
        for order_id in choice.order_ids[1:]
    )


def _ledger(state: CaseState, run: RunRecord) -> list[LedgerEntry]:
    entries = [LedgerEntry(who="service", what=f"run: {run.disposition.value}", why=run.reason.value or (run.condition or ""))]
    escalation = state.get("escalation")
    if escalation is not None and not isinstance(state["arrival"], ReceiptArrived):
        what = f"escalation {escalation.status.value}: {escalation.escalation_id}"
        why = ", ".join(trigger.value for trigger in escalation.triggers)
        entries.append(LedgerEntry(who=escalation.decided_by or "service", what=what, why=why, fingerprint=escalation.fingerprint))
    decision = state.get("decision")
    if decision is not None and isinstance(state["arrival"], DecisionArrived):
        why = decision.refusal.value or decision.verb.value
        entries.append(LedgerEntry(who=decision.reviewer, what=f"decision: {decision.verb.value} {decision.action or ''}".strip(), why=why))
    for verdict in state.get("verdicts", ()) if not isinstance(state["arrival"], ReceiptArrived) else ():
        entries.append(LedgerEntry(who="service", what=f"gate {verdict.action.value}: {verdict.gate.value}"))
    for row in state.get("follow_ups", ()):
        entries.append(LedgerEntry(who="service", what=f"follow-up {row.status.value}: {row.follow_up_id}"))
    if state.get("draft") is not None:
        entries.append(LedgerEntry(who="service", what=f"message:{run.run_id}"))
    return entries
