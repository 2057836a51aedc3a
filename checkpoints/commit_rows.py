"""The rows of one commit: what a run leaves in the store, written inside the transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from checkpoints.database import Database
from checkpoints.inbox import Lease, insert_arrival
from graph.case import CaseRecord, EscalationRecord, FollowUp, TicketRecord
from graph.commit import Commit, PerformAction, RunRecord
from graph.remembering import LostRace

LEASE: ContextVar[Lease | None] = ContextVar("LEASE", default=None)
"""The right under which the current task commits; without one nothing is fenced."""


def utc(at: datetime) -> str:
    """A moment as text that sorts by time."""
    return at.astimezone(UTC).isoformat()


class CommitRows:
    """Writes commits to one database. Raises `LostRace` where somebody else was faster."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def check_lease(self) -> None:
        """The lease holds, and nobody takes the lane before this transaction ends: its row is written. Nor was erased what we are working on."""
        lease = LEASE.get()
        if lease is None:
            return
        held = "update lanes set epoch = epoch where lane = ? and owner = ? and epoch = ?"
        mine = f"{held} and exists (select 1 from personal where ref = 'arrival:' || ?)"
        if self._execute(mine, lease.lane, lease.owner, lease.epoch, lease.arrival.arrival_id) != 1:
            raise LostRace(lease.lane)

    def write_run(self, run: RunRecord) -> bool:
        """False where it is written already."""
        return bool(
            self._execute(
                "insert or ignore into runs (run_id, arrival_id, root_arrival_id, case_id, at, doc) values (?, ?, ?, ?, ?, ?)",
                run.run_id, run.arrival_id, run.root_arrival_id, run.case_id, run.at.isoformat(), run.model_dump_json(),
            )
        )  # fmt: skip

    def write(self, commit: Commit) -> None:
        run = commit.run
        self._write_case(commit.absorbed)
        self._write_case(commit.case)
        self._write_ticket(commit.ticket)
        self._keep_personal(run.customer_id, _bodies(commit))
        self._execute("update personal set customer_id = ? where ref = ?", run.customer_id, f"arrival:{run.arrival_id}")
        if commit.contact is not None:
            row = commit.contact
            self._execute(
                "insert or replace into contacts values (?, ?, ?, ?, ?)",
                run.arrival_id, row.ticket_id, row.order_id, row.at.isoformat(), row.counts,
            )  # fmt: skip
        for follow_up in commit.follow_ups:
            self._write_follow_up(follow_up)
        if commit.escalation is not None:
            self._write_escalation(commit.escalation, run.run_id)
        self._write_events(commit)
        if run.kind == "receipt":
            self._execute("delete from held_texts where arrival_id = ?", run.arrival_id)
        if (held := commit.held_text) is not None:
            kept = (held.receipt.arrival_id, utc(held.due_at), held.receipt.model_dump_json())
            self._execute("insert or ignore into held_texts values (?, ?, ?)", *kept)
        for action in commit.actions:
            self._execute(
                "insert or replace into actions values (?, ?, ?, ?, ?)",
                action.action_id, action.case_id, action.run_id, action.status, action.wanted.action,
            )  # fmt: skip
        self._write_effects(commit)

    def _write_events(self, commit: Commit) -> None:
        run, event, deferred = commit.run, commit.event, commit.deferred
        if event is not None:
            self._execute(
                "insert or ignore into events values (?, ?, ?, ?, ?)",
                event.source, event.event_id, event.subject, utc(event.occurred_at), run.arrival_id,
            )  # fmt: skip
        if run.kind == "look":
            self._execute("delete from deferred where order_id = ? and due_at <= ?", run.order_id, utc(run.at))
        if deferred is not None:
            self._execute(
                "insert into deferred values (?, ?, ?, ?, ?, ?) on conflict (order_id) do update set "
                "due_at = case when excluded.due_at < deferred.due_at then excluded.due_at else deferred.due_at end, reason = excluded.reason, "
                "since = case when excluded.since > deferred.since then excluded.since else deferred.since end",
                deferred.order_id, deferred.customer_id, utc(deferred.due_at), deferred.reason, utc(deferred.since), run.mode,
            )  # fmt: skip

    def _write_effects(self, commit: Commit) -> None:
        run = commit.run
        for effect in commit.effects:
            self._execute(
                "insert or ignore into outbox (key, run_id, case_id, kind) values (?, ?, ?, ?)",
                effect.key, run.run_id, run.case_id, effect.kind,
            )  # fmt: skip
        if any(isinstance(effect, PerformAction) for effect in commit.effects):
            self._execute("insert or ignore into unannounced values (?)", run.run_id)
        lease = LEASE.get()
        for arrival in commit.derived:
            insert_arrival(self._connection, arrival, run.root_arrival_id, lease.lane if lease else None)
        self._insert(
            "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values",
            [
                (run.at.isoformat(), run.case_id, run.run_id, entry.who, entry.what, entry.why, run.policy_version, entry.fingerprint)
                for entry in commit.ledger
            ],
        )

    def _write_case(self, case: CaseRecord | None) -> None:
        if case is None:
            return
        written = case.model_copy(update={"version": case.version + 1})
        try:
            count = self._execute(*(_new_case(written) if case.version == 0 else _changed_case(written)))
        except self._connection.IntegrityError as error:
            raise LostRace(case.wismo_case_id) from error
        if count != 1:
            raise LostRace(case.wismo_case_id)

    def _write_ticket(self, ticket: TicketRecord | None) -> None:
        if ticket is None:
            return
        written = ticket.model_copy(update={"version": ticket.version + 1})
        if ticket.version == 0:
            sql = "insert into tickets (version, doc, ticket_id) values (?, ?, ?) on conflict (ticket_id) do nothing"
        else:
            sql = f"update tickets set version = ?, doc = ? where ticket_id = ? and version = {ticket.version:d}"
        if self._execute(sql, written.version, written.model_dump_json(), ticket.ticket_id) != 1:
            raise LostRace(ticket.ticket_id)

    def _write_follow_up(self, row: FollowUp) -> None:
        self._execute(
            "insert or replace into follow_ups values (?, ?, ?, ?, ?)",
            row.follow_up_id, row.case_id, row.due_at.isoformat() if row.due_at else None, row.status, row.model_dump_json(),
        )  # fmt: skip

    def _write_escalation(self, row: EscalationRecord, run_id: str) -> None:
        self._execute(
            "insert into escalations (escalation_id, case_id, status, queue, deadline, run_id) values (?, ?, ?, ?, ?, ?) "
            "on conflict (escalation_id) do update set status = excluded.status, queue = excluded.queue, deadline = excluded.deadline",
            row.escalation_id, row.case_id, row.status, row.queue, row.deadline.isoformat(), run_id,
        )  # fmt: skip

    def _keep_personal(self, customer_id: str | None, bodies: dict[tuple[str, str], str]) -> None:
        rows = [(f"{kind}:{name}", customer_id, kind, body) for (kind, name), body in bodies.items()]
        self._insert("insert or replace into personal values", rows)

    def _insert(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """All rows by one statement."""
        if rows:
            marks = f"({', '.join('?' * len(rows[0]))})"
            self._execute(f"{sql} {', '.join([marks] * len(rows))}", *(value for row in rows for value in row))

    def _execute(self, sql: str, *parameters: Any) -> int:
        return self._connection.execute(sql, parameters).rowcount


def _bodies(commit: Commit) -> dict[tuple[str, str], str]:
    """What a run keeps of a person, by kind and name."""
    bodies: dict[tuple[str, str], BaseModel | None] = {
        ("outcome", commit.run.run_id): commit.outcome,
        ("context", commit.run.run_id): commit.context,
        **{("action", action.action_id): action for action in commit.actions},
        **{("effect", effect.key): effect for effect in commit.effects},
    }
    if commit.escalation is not None:
        bodies["escalation", commit.escalation.escalation_id] = commit.escalation
    return {name: body.model_dump_json() for name, body in bodies.items() if body is not None}


def _new_case(case: CaseRecord) -> tuple[Any, ...]:
    sql = "insert into cases values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (case_id) do nothing"
    whose = (case.wismo_case_id, case.customer_id, case.order_id, case.ticket_id)
    return sql, *whose, case.is_open, case.opened_at.isoformat(), case.version, case.model_dump_json()


def _changed_case(case: CaseRecord) -> tuple[Any, ...]:
    sql = "update cases set is_open = ?, version = ?, doc = ?, ticket_id = ?, order_id = ? where case_id = ? and version = ?"
    return sql, case.is_open, case.version, case.model_dump_json(), case.ticket_id, case.order_id, case.wismo_case_id, case.version - 1
