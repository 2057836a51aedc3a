"""The rows of the actions that a run gated, and what becomes of earlier ones."""

from __future__ import annotations

from graph.arrivals import ReceiptArrived
from graph.case import ActionRecord
from graph.decisions import Verb
from graph.gates.verdict import Verdict, fingerprint
from graph.labels import ActionStatus, Gate
from graph.state import CaseState
from nodes.conclude import idempotency_key, status_of, to_perform
from nodes.deps import Deps
from nodes.resolution_eligibility.subgraph import without_replaced


def action_records(state: CaseState, deps: Deps) -> tuple[ActionRecord, ...]:
    """One row per gated action of this run, and the ends of earlier ones that were withdrawn."""
    arrival, case_id = state["arrival"], state["case_id"]
    if case_id is None or isinstance(arrival, ReceiptArrived):
        return ()
    if state.get("decision") is not None:
        return tuple(_decided_rows(state, case_id, deps))
    rows = tuple(_row(verdict, _first_status(verdict, state), state, case_id, deps) for verdict in state.get("verdicts", ()))
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
        row = _row(verdict, status, state, case_id, deps)
        changed[row.action_id] = row
    return list(changed.values())


def _row(verdict: Verdict, status: ActionStatus, state: CaseState, case_id: str, deps: Deps) -> ActionRecord:
    return ActionRecord(
        action_id=action_row_id(verdict, state, deps),
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


def _first_status(verdict: Verdict, state: CaseState) -> ActionStatus:
    """Executed only when the backend says so: until then an action that goes ahead is drafted."""
    status = status_of(verdict, state["arrival"].mode)
    return ActionStatus.DRAFTED if status is ActionStatus.EXECUTED else status


def _withdrawn(state: CaseState) -> tuple[ActionRecord, ...]:
    """What waited for a reviewer and is wanted no longer: taken back, or the other of refund and replacement is asked for instead."""
    pending = [row for row in state["memory"].actions if row.status == ActionStatus.PENDING_APPROVAL]
    if not state["understanding"].withdraws:
        pending = [row for row in pending if not without_replaced((row.wanted,), state.get("verdicts", ()))]
    return tuple(row.model_copy(update={"status": ActionStatus.NOT_EXECUTED.value, "run_id": state["run_id"]}) for row in pending)


def _taken_up(state: CaseState) -> tuple[ActionRecord, ...]:
    """Offers that this run's request takes up: no longer offers."""
    asked = {verdict.action for verdict in state.get("verdicts", ()) if verdict.wanted.asked and verdict.gate is not Gate.INELIGIBLE}
    offers = [row for row in state["memory"].actions if row.status == ActionStatus.DRAFTED and row.wanted.action in asked]
    return tuple(row.model_copy(update={"status": ActionStatus.NOT_EXECUTED.value}) for row in offers)
