"""The commit node: one bundle, one transaction. Everything before it was pure."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import DecisionArrived, MessageArrived, ReceiptArrived
from graph.commit import Commit, HeldText, LedgerEntry, Outcome, RunRecord
from graph.language_model import ModelCall
from graph.state import CaseState
from nodes.committing.absorbing import absorbed_case, absorbed_promise
from nodes.committing.action_records import action_records
from nodes.committing.case_record import case_record, later_follow_up
from nodes.committing.effects import derived_from, effects_of
from nodes.committing.run_record import run_record
from nodes.committing.ticket_record import contact_record, ticket_record
from nodes.conclude import open_escalation
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
    run = run_record(state, deps)
    is_message, is_receipt = isinstance(arrival, MessageArrived), isinstance(arrival, ReceiptArrived)
    changes = is_message or is_receipt or state.get("news") is not None or state.get("escalation") is not None
    return Commit(
        run=run,
        outcome=_outcome(state, run),
        context=None if is_receipt else state.get("context"),
        case=case_record(state, deps, run.resolution) if changes else None,
        absorbed=absorbed_case(state, deps),
        ticket=ticket_record(state, path.ticket_id, deps) if path and (is_message or state.get("draft") is not None) else None,
        contact=contact_record(state, arrival) if isinstance(arrival, MessageArrived) else None,
        follow_ups=(*absorbed_promise(state, deps), *(state.get("follow_ups") or later_follow_up(state, deps))),
        escalation=None if is_receipt else state.get("escalation"),
        actions=action_records(state, deps),
        effects=tuple(effects_of(state, run, deps)),
        derived=state.get("copies") or derived_from(state),
        held_text=_held_text(state),
        event=state.get("event"),
        deferred=state.get("deferred"),
        ledger=tuple(_ledger(state, run)),
    )


def _held_text(state: CaseState) -> HeldText | None:
    """The receipt that brings a text of the night in the morning."""
    at, arrival = state.get("speaks_at"), state["arrival"]
    if at is None:
        return None
    again = arrival if isinstance(arrival, ReceiptArrived) else ReceiptArrived(arrival_id="", at=at, mode=arrival.mode, run_id=state["run_id"])
    name = f"receipt:{again.run_id}:{'late:' if again.late else ''}{at.isoformat()}"
    return HeldText(due_at=at, receipt=again.model_copy(update={"arrival_id": name, "at": at, "from_the_night": True}))


def _sleeps(state: CaseState) -> bool:
    """Whether the graph goes to sleep: a review was opened by this run, or a decision left it open."""
    current = open_escalation(state)
    if current is None:
        return False
    known = state["memory"].escalation
    opened = state.get("escalation") is not None and (known is None or known.escalation_id != current.escalation_id)
    return opened or isinstance(state["arrival"], DecisionArrived)


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
        what, known = f"decision: {decision.verb.value} {decision.action or ''}".strip(), state["memory"].escalation
        entries.append(LedgerEntry(who=decision.reviewer, what=what, why=why, fingerprint=known.fingerprint if known else ""))
    for verdict in state.get("verdicts", ()) if not isinstance(state["arrival"], ReceiptArrived) else ():
        entries.append(LedgerEntry(who="service", what=f"gate {verdict.action.value}: {verdict.gate.value}"))
    entries += [_asked(call) for call in state.get("model_calls", ())]
    for row in state.get("follow_ups", ()):
        entries.append(LedgerEntry(who="service", what=f"follow-up {row.status.value}: {row.follow_up_id}"))
    if state.get("draft") is not None:
        entries.append(LedgerEntry(who="service", what=f"message:{run.run_id}"))
    return entries


def _asked(call: ModelCall) -> LedgerEntry:
    """One use of the language model: what came of it, why, and what it cost."""
    spent = call.spent
    cost = f"calls={spent.calls} tokens={spent.tokens} cost={spent.cost:f} seconds={spent.seconds}"
    what = f"model {call.use.value} (prompt {call.version}): {call.outcome}"
    return LedgerEntry(who="model", what=what, why=f"{call.because}; {cost}" if call.because else cost)
