"""The case store: recall before a run, one commit after it."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from checkpoints.crash_points import reached
from checkpoints.database import Database
from checkpoints.inbox import Lease, insert_arrival
from checkpoints.transaction import snapshot, transaction
from graph.case import ActionRecord, CaseRecord, ContactRecord, EscalationRecord, FollowUp, TicketRecord
from graph.commit import Commit, Memory, Outcome, RunRecord
from graph.context import OrderContext
from graph.remembering import LostRace
from graph.rollout import Rollout

Doc = TypeVar("Doc", bound=BaseModel)


def utc(at: datetime) -> str:
    """A moment as text that sorts by time."""
    return at.astimezone(UTC).isoformat()


_ACTIONS = "select body from actions join personal on ref = 'action:' || action_id where case_id = ? order by actions.rowid"
_OPEN_FOLLOW_UP = "select doc from follow_ups where case_id = ? and status = 'open'"
LEASE: ContextVar[Lease | None] = ContextVar("LEASE", default=None)
"""The right under which the current task commits; without one nothing is fenced."""


class CaseStore:
    """Cases of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    async def recall(self, *, customer_id: str | None, order_id: str | None, ticket_id: str | None) -> Memory:
        """The newest case of a customer and order, or of the ticket where the customer is unknown, with its open matters.

        Without a ticket the one that the case's customer wrote in last (or the case's own thread).
        """
        with snapshot(self._connection):
            return self._remembered(customer_id, order_id, ticket_id)

    def _remembered(self, customer_id: str | None, order_id: str | None, ticket_id: str | None) -> Memory:
        case = self._case(customer_id, order_id, ticket_id)
        case_id = case.wismo_case_id if case else None
        ticket_id = ticket_id or (case.ticket_id or case_id if case else None)
        return Memory(
            case=case,
            ticket=_maybe(TicketRecord, self._one("select doc from tickets where ticket_id = ?", ticket_id)) if ticket_id else None,
            escalation=self._escalation(case_id) if case_id else None,
            follow_up=_maybe(FollowUp, self._one(_OPEN_FOLLOW_UP, case_id)) if case_id else None,
            actions=tuple(ActionRecord.model_validate_json(body) for body in self._all(_ACTIONS, case_id)) if case_id else (),
            contacts=self._contacts(order_id),
            rollout=_maybe(Rollout, self._one("select value from switches where name = 'rollout'")),
        )

    async def recall_review(self, escalation_id: str | None, order_id: str | None) -> tuple[Memory, Outcome | None]:
        """The named review, or the newest of the order's newest case, whatever its status; and the run that opened it."""
        with snapshot(self._connection):
            return self._review(escalation_id, order_id)

    def _review(self, escalation_id: str | None, order_id: str | None) -> tuple[Memory, Outcome | None]:
        if escalation_id is None:
            sql = (
                "select escalation_id from escalations join cases using (case_id) where order_id = ? "
                "order by cases.rowid desc, escalations.seq desc limit 1"
            )
            escalation_id = self._one(sql, order_id)
        escalation = _maybe(EscalationRecord, self._one("select body from personal where ref = ?", f"escalation:{escalation_id}"))
        if escalation is None:
            return Memory(case=_maybe(CaseRecord, self._one("select doc from cases where order_id = ? order by rowid desc", order_id))), None
        case = _maybe(CaseRecord, self._one("select doc from cases where case_id = ?", escalation.case_id))
        assert case is not None
        whole = self._remembered(case.customer_id, case.order_id, escalation.request.ticket_id)
        body = self._one("select body from personal where ref = ?", f"outcome:{escalation.request.run_id}")
        opened = _maybe(Outcome, body)
        return whole.model_copy(update={"case": case, "escalation": escalation}), opened

    async def outcome(self, run_id: str) -> tuple[Outcome, OrderContext | None]:
        """What an earlier run decided, and on which facts. Raises `KeyError` for an unknown run."""
        body = self._one("select body from personal where ref = ?", f"outcome:{run_id}")
        if body is None:
            raise KeyError(run_id)
        context = self._one("select body from personal where ref = ?", f"context:{run_id}")
        return Outcome.model_validate_json(body), OrderContext.model_validate_json(context) if context else None

    async def commit(self, commit: Commit) -> None:
        """Write everything of a run in one transaction; a run that is written already changes nothing."""
        reached("before_commit")
        with transaction(self._connection):
            self._check_lease()
            if self._write_run(commit.run):
                self._write(commit)
            self._execute("update arrivals set state = 'done', why = '' where arrival_id = ?", commit.run.arrival_id)
            reached("inside_commit")
        reached("after_commit")

    def has_seen(self, source: str, event_id: str) -> bool:
        """Whether that event was worked on already."""
        return self._one("select 1 from events where source = ? and event_id = ?", source, event_id) is not None

    def newest_event_at(self, subject: str) -> datetime | None:
        """When the newest event of a subject happened."""
        newest = self._one("select max(occurred_at) from events where subject = ?", subject)
        return datetime.fromisoformat(newest) if newest else None

    def proactive_since(self, since: datetime) -> int:
        """How many messages went out unasked since then."""
        sql = "select count(*) from runs where json_extract(doc, '$.disposition') = 'notify' and at >= ?"
        return int(self._one(sql, since.isoformat()))

    def cases_of_ticket(self, ticket_id: str) -> tuple[Memory, ...]:
        """The cases that a ticket is about, with their open promises."""
        ticket = _maybe(TicketRecord, self._one("select doc from tickets where ticket_id = ?", ticket_id))
        found = []
        for case_id in ticket.case_ids if ticket else ():
            case = _maybe(CaseRecord, self._one("select doc from cases where case_id = ?", case_id))
            follow_up = _maybe(FollowUp, self._one(_OPEN_FOLLOW_UP, case_id))
            found.append(Memory(case=case, ticket=ticket, follow_up=follow_up))
        return tuple(found)

    def deferred_since(self, order_id: str) -> datetime | None:
        """When the event happened that a held-back message of the order is about."""
        since = self._one("select since from deferred where order_id = ?", order_id)
        return datetime.fromisoformat(since) if since else None

    def runs_of(self, escalation_id: str) -> tuple[str, ...]:
        """The runs that may sleep for a review, the newest first."""
        sql = "select run_id from runs where json_extract(doc, '$.escalation_id') = ? order by seq desc"
        return tuple(self._all(sql, escalation_id))

    def _write_run(self, run: RunRecord) -> bool:
        """False where it is written already."""
        return bool(
            self._execute(
                "insert or ignore into runs (run_id, arrival_id, root_arrival_id, case_id, at, doc) values (?, ?, ?, ?, ?, ?)",
                run.run_id, run.arrival_id, run.root_arrival_id, run.case_id, run.at.isoformat(), run.model_dump_json(),
            )
        )  # fmt: skip

    def _write(self, commit: Commit) -> None:
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

    def _check_lease(self) -> None:
        """The lease holds, and nobody takes the lane before this transaction ends: its row is written. Nor was erased what we are working on."""
        lease = LEASE.get()
        if lease is None:
            return
        held = "update lanes set epoch = epoch where lane = ? and owner = ? and epoch = ?"
        mine = f"{held} and exists (select 1 from personal where ref = 'arrival:' || ?)"
        if self._execute(mine, lease.lane, lease.owner, lease.epoch, lease.arrival.arrival_id) != 1:
            raise LostRace(lease.lane)

    def _case(self, customer_id: str | None, order_id: str | None, ticket_id: str | None) -> CaseRecord | None:
        if customer_id is not None:
            sql = "select doc from cases where customer_id = ? and order_id is ? order by opened_at desc, rowid desc limit 1"
            doc = self._one(sql, customer_id, order_id)
        else:
            doc = self._one("select doc from cases where ticket_id = ? and customer_id is null order by rowid desc limit 1", ticket_id)
        return _maybe(CaseRecord, doc)

    def _escalation(self, case_id: str | None) -> EscalationRecord | None:
        sql = (
            "select body from escalations join personal on ref = 'escalation:' || escalation_id where case_id = ? "
            "and status in ('open', 'reminded', 'expired', 'taken_over') order by seq desc limit 1"
        )
        return _maybe(EscalationRecord, self._one(sql, case_id))

    def _contacts(self, order_id: str | None) -> tuple[ContactRecord, ...]:
        if order_id is None:
            return ()
        rows = self._connection.execute("select ticket_id, order_id, at, counts from contacts where order_id = ?", (order_id,)).fetchall()
        return tuple(ContactRecord(ticket_id=row[0], order_id=row[1], at=row[2], counts=bool(row[3])) for row in rows)

    def _one(self, sql: str, *parameters: Any) -> Any:
        row = self._connection.execute(sql, parameters).fetchone()
        return row[0] if row else None

    def _all(self, sql: str, *parameters: Any) -> list[Any]:
        return [row[0] for row in self._connection.execute(sql, parameters).fetchall()]

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


def _maybe(kind: type[Doc], doc: str | None) -> Doc | None:
    return kind.model_validate_json(doc) if doc is not None else None
