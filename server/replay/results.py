"""The result of one step, read from what was committed: runs, messages, actions, escalation, promise."""

from __future__ import annotations

import json
from typing import Any

from checkpoints.database import Database
from graph.case import ActionRecord, EscalationRecord, FollowUp
from graph.commit import Outcome, SendMessage
from graph.labels import Disposition

_RANK = {disposition: rank for rank, disposition in enumerate(Disposition)}


def result_of(connection: Database, scenario_id: str, step: int, kind: str, roots: tuple[str, ...], latency_ms: float) -> dict[str, Any]:
    """The contract's result of a step, from everything that its arrivals (and what fell due before it) came to."""
    outcomes = [outcome for root in roots for outcome in _outcomes(connection, root)]
    if not outcomes:
        return nothing(scenario_id, step, kind, latency_ms, error=_failure(connection, roots))
    acting = _acting(outcomes)
    deciding = min((outcome.run for outcome in acting), key=lambda run: _RANK[run.disposition])
    own = [outcome.run for outcome in acting if outcome.run.root_arrival_id == roots[-1]]
    first = own[0] if own and kind == own[0].kind else deciding
    escalations = [outcome.escalation for outcome in acting if outcome.escalation is not None]
    runs = [outcome.run for outcome in outcomes]
    return {
        **nothing(scenario_id, step, kind, latency_ms),
        "case_id": first.case_id,
        "customer_id": first.customer_id,
        "order_id": first.order_id,
        "intents": [intent.value for intent in first.intents],
        "condition": first.condition.value if first.condition else None,
        "conditions_all": [condition.value for condition in first.conditions_all],
        "triggers": list(dict.fromkeys(trigger.value for outcome in acting for trigger in outcome.run.triggers)),
        "handler": first.handler.value,
        "disposition": deciding.disposition.value,
        "reason": deciding.reason.value,
        "messages": [message for root in roots for message in messages_of(connection, root)],
        "internal_notes": [note for root in roots for note in _notes(connection, root)],
        "actions": _actions(connection, [run.run_id for run in runs], outcomes),
        "escalation": _escalation(escalations[-1] if kind != "message" else escalations[0]) if escalations else None,
        "follow_up": _follow_up(connection, first.case_id),
        "path": [name for run in runs for name in run.path],
        "llm_calls": sum(run.model_spent.calls for run in runs),
        "llm_tokens": sum(run.model_spent.tokens for run in runs),
    }


def _outcomes(connection: Database, root: str) -> list[Outcome]:
    rows = connection.execute(
        "select body from runs join personal on ref = 'outcome:' || run_id where root_arrival_id = ? order by seq", (root,)
    ).fetchall()
    return [Outcome.model_validate_json(row[0]) for row in rows]


def _acting(outcomes: list[Outcome]) -> list[Outcome]:
    """The runs that decided; a receipt only goes on with what another run of the same root decided, unless it comes by itself in the morning."""
    led = {outcome.run.root_arrival_id for outcome in outcomes if outcome.run.kind != "receipt"}
    return [outcome for outcome in outcomes if outcome.run.kind != "receipt" or outcome.run.root_arrival_id not in led]


def _failure(connection: Database, roots: tuple[str, ...]) -> str | None:
    for root in roots:
        row = connection.execute("select state, why from arrivals where arrival_id = ?", (root,)).fetchone()
        if row is not None and row[0] != "done":
            return str(row[1] or row[0])
    return None


def nothing(scenario_id: str, step: int, kind: str, latency_ms: float, error: str | None = None) -> dict[str, Any]:
    """The result of a step in which nothing happens."""
    return {
        "scenario_id": scenario_id, "step": step, "kind": kind, "case_id": None, "customer_id": None, "order_id": None, "intents": [],
        "condition": None, "conditions_all": [], "triggers": [], "handler": "none", "disposition": "none", "reason": "", "messages": [],
        "internal_notes": [], "actions": [], "escalation": None, "follow_up": None, "path": [], "llm_calls": 0, "llm_tokens": 0,
        "latency_ms": round(latency_ms, 3), "error": error,
    }  # fmt: skip


def messages_of(connection: Database, root_arrival_id: str) -> list[dict[str, Any]]:
    """The customer messages of a step, drafts of shadow mode included, dropped ones not."""
    rows = connection.execute(
        "select body from outbox join runs using (run_id) join personal on ref = 'effect:' || key "
        "where root_arrival_id = ? and outbox.kind = 'send_message' and state not in ('dropped', 'dead') order by outbox.seq",
        (root_arrival_id,),
    ).fetchall()
    return [_message(SendMessage.model_validate_json(row[0])) for row in rows]


def _message(message: SendMessage) -> dict[str, Any]:
    facts = [{"field": fact.field, "value": fact.value, "source": fact.source.value, "as_of": fact.as_of.isoformat()} for fact in message.facts]
    return {
        "at": message.at.isoformat(),
        "kind": message.message_kind,
        "channel": message.channel.value,
        "to_customer_id": message.customer_id,
        "visible": message.visible,
        "language": message.language.value,
        "text": message.text,
        "facts": facts,
    }


def _notes(connection: Database, root_arrival_id: str) -> list[str]:
    rows = connection.execute(
        "select body from outbox join runs using (run_id) join personal on ref = 'effect:' || key "
        "where root_arrival_id = ? and outbox.kind = 'write_note' order by outbox.seq",
        (root_arrival_id,),
    ).fetchall()
    return [json.loads(row[0])["text"] for row in rows]


def _actions(connection: Database, run_ids: list[str], outcomes: list[Outcome]) -> list[dict[str, Any]]:
    checks = {
        (outcome.run.run_id, verdict.action.value): [check.model_dump(mode="json") for check in verdict.checks]
        for outcome in outcomes
        for verdict in outcome.verdicts
    }
    marks = ",".join("?" * len(run_ids))
    sql = f"select body from actions join personal on ref = 'action:' || action_id where run_id in ({marks}) order by actions.rowid"
    rows = connection.execute(sql, run_ids).fetchall()
    records = [ActionRecord.model_validate_json(row[0]) for row in rows]
    return [
        {
            "action": record.wanted.action.value,
            "gate": record.gate,
            "checks": checks.get((record.run_id, record.wanted.action.value), []),
            "status": record.status,
        }
        for record in records
    ]


def _escalation(record: EscalationRecord) -> dict[str, Any]:
    return {
        "escalation_id": record.escalation_id,
        "queue": record.queue.value,
        "triggers": [trigger.value for trigger in record.triggers],
        "question": record.question,
        "recommended_action": record.recommended_action,
        "options": list(record.options),
        "deadline": record.deadline.isoformat(),
        "status": record.status.value,
    }


def _follow_up(connection: Database, case_id: str | None) -> dict[str, Any] | None:
    row = connection.execute("select doc from follow_ups where case_id = ? and status = 'open'", (case_id,)).fetchone()
    if row is None:
        return None
    follow_up = FollowUp.model_validate_json(row[0])
    due = follow_up.due_at.isoformat() if follow_up.due_at else None
    return {"due_at": due, "watch": list(follow_up.watch), "status": follow_up.status.value}
