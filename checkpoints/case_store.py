"""The case store: recall before a run, one commit after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from checkpoints.commit_rows import CommitRows
from checkpoints.crash_points import reached
from checkpoints.database import Database
from checkpoints.transaction import snapshot, transaction
from graph.case import ActionRecord, CaseRecord, ContactRecord, EscalationRecord, FollowUp, TicketRecord
from graph.commit import Commit, Memory, Outcome
from graph.context import OrderContext
from graph.rollout import Rollout

Doc = TypeVar("Doc", bound=BaseModel)


_ACTIONS = "select body from actions join personal on ref = 'action:' || action_id where case_id = ? order by actions.rowid"
_OPEN_FOLLOW_UP = "select doc from follow_ups where case_id = ? and status = 'open'"


class CaseStore:
    """Cases of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._rows = CommitRows(connection)

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
            self._rows.check_lease()
            if self._rows.write_run(commit.run):
                self._rows.write(commit)
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


def _maybe(kind: type[Doc], doc: str | None) -> Doc | None:
    return kind.model_validate_json(doc) if doc is not None else None
