"""Effects that wait to be delivered, each with a unique key; what was delivered stays as the record of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from checkpoints.database import Database
from checkpoints.deliveries import PAUSED, SUBJECT, Deliveries, of_roots
from checkpoints.inbox import insert_arrival
from checkpoints.transaction import transaction
from graph.arrivals import ReceiptArrived
from graph.case import ActionRecord, EscalationRecord
from graph.commit import Effect
from graph.labels import Action, ActionStatus

EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)


@dataclass(frozen=True)
class Pending:
    """An effect to deliver."""

    seq: int
    run_id: str
    root_arrival_id: str
    effect: Effect
    attempts: int = 0
    """How often it failed."""
    rests_until: datetime | None = None
    """When it is tried again, after a failure."""

    def is_resting(self, now: datetime) -> bool:
        """Whether it is not yet time to try again."""
        return self.rests_until is not None and now < self.rests_until


class Outbox:
    """The outbox of one database."""

    def __init__(self, connection: Database, wall: Callable[[], float] = time.time) -> None:
        self._connection = connection
        self.deliveries = Deliveries(connection, wall)

    @property
    def is_paused(self) -> bool:
        """Whether the pause switch stops all outbound messages and actions: they wait, nothing is lost."""
        row = self._connection.execute("select value from switches where name = 'paused'").fetchone()
        return bool(row and row[0] == "on")

    def pause(self, on: bool) -> None:
        """Turn the pause switch."""
        with transaction(self._connection):
            self._connection.execute("insert or replace into switches values ('paused', ?)", ("on" if on else "off",))

    def paused_deployments(self) -> frozenset[str]:
        """The entry points whose outbound messages and actions wait."""
        return self.deliveries.paused_deployments()

    def pause_deployment(self, name: str, on: bool) -> None:
        """Turn the switch of one entry point."""
        with transaction(self._connection):
            self._connection.execute("insert or replace into switches values (?, ?)", (PAUSED + name, "on" if on else "off"))

    def pending(self, subject: str | None = None, *, among: Iterable[str] | None = None, besides: Iterable[str] = ()) -> list[Pending]:
        """Effects to deliver (of a subject), oldest first; `among` limits them to some root arrivals, `besides` leaves out some kinds."""
        only, values = of_roots(among)
        others, more = self.deliveries.besides(besides)
        of_subject = f"and {SUBJECT} = ?" if subject is not None else ""
        rows = self._connection.execute(
            f"select outbox.seq, outbox.run_id, root_arrival_id, body, outbox.attempts, until from outbox join runs using (run_id) "
            f"join personal on ref = 'effect:' || key left join rests on rests.seq = outbox.seq where state = 'pending' {only} {others} {of_subject} "
            "order by case when outbox.attempts > 0 then 1 else 0 end, outbox.seq limit 100",
            (*values, *more, *((subject,) if subject is not None else ())),
        ).fetchall()
        return [_pending(*row) for row in rows]

    def is_pending(self, pending: Pending) -> bool:
        """Whether it still waits: a teammate's answer or an erasure may have come meanwhile."""
        return self._connection.execute("select 1 from outbox where seq = ? and state = 'pending'", (pending.seq,)).fetchone() is not None

    def delivered(self, pending: Pending, receipt: str = "") -> None:
        """Mark an effect delivered."""
        self._mark(pending, "delivered", receipt=receipt)

    def dropped(self, pending: Pending, why: str) -> None:
        """Mark an effect as not to be delivered any more, with the reason."""
        self._mark(pending, "dropped", why=why)

    def failed(self, pending: Pending, why: str, rests_until: datetime | None = None) -> None:
        """Note a failed attempt; the effect stays pending and rests for a while."""
        with transaction(self._connection):
            if rests_until is not None:
                self.deliveries.rest(pending.seq, rests_until)
            self._connection.execute(
                "update outbox set attempts = attempts + 1, why = ? where seq = ? and state = 'pending'", (why[:500], pending.seq)
            )

    def refused(self, pending: Pending, why: str, rests_until: datetime, *, most: int, at: datetime) -> bool:
        """Note that the receiver will not have it; true where that was the last time: it is a dead letter, and what comes after it goes on."""
        with transaction(self._connection):
            sql = "update outbox set attempts = attempts + 1, why = ? where key = ? and state = 'pending'"
            if not self._connection.execute(sql, (why[:500], pending.effect.key)).rowcount:
                return False
            self.deliveries.rest(pending.seq, rests_until)
            if self.deliveries.refusals(pending.seq) < most:
                return False
            self._connection.execute("update outbox set state = 'dead' where seq = ?", (pending.seq,))
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) "
                "select ?, case_id, run_id, 'service', ?, ?, json_extract(doc, '$.policy_version'), '' from runs where run_id = ?",
                (at.isoformat(), f"could not deliver: {pending.effect.key}", why[:200], pending.run_id),
            )
        return True

    def performed(self, pending: Pending, record: ActionRecord, receipt: str, at: str, late: ReceiptArrived | None) -> None:
        """Mark an action executed: record, effect, ledger and, where the customer was told it is under way, the late receipt."""
        with transaction(self._connection):
            sql = "update outbox set state = 'delivered', receipt = ? where seq = ? and state = 'pending'"
            if not self._connection.execute(sql, (receipt, pending.seq)).rowcount:
                return
            self._save_action(record)
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) "
                "select ?, ?, ?, 'service', ?, '', json_extract(doc, '$.policy_version'), ? from runs where run_id = ?",
                (at, record.case_id, record.run_id, f"executed {record.wanted.action.value}: {record.reference}", record.key, record.run_id),
            )
            if late is not None:
                insert_arrival(self._connection, late, pending.root_arrival_id, self.ordered_by(pending.run_id)[1])

    def gave_up(self, pending: Pending, record: ActionRecord, at: datetime, why: str, told: Iterable[Effect]) -> None:
        """An action will not be done: its record, the ledger, and what humans are told of it. Its key is free for a new wish."""
        with transaction(self._connection):
            key = f"{pending.effect.key}#{pending.seq}"
            sql = "update outbox set state = 'dropped', why = ?, key = ? where seq = ? and state = 'pending'"
            if not self._connection.execute(sql, (why[:500], key, pending.seq)).rowcount:
                return
            self._connection.execute("update personal set ref = ? where ref = ?", (f"effect:{key}", f"effect:{pending.effect.key}"))
            self._save_action(record)
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) "
                "select ?, ?, ?, 'service', ?, ?, json_extract(doc, '$.policy_version'), ? from runs where run_id = ?",
                (at.isoformat(), record.case_id, pending.run_id, f"gave up {record.wanted.action.value}", why[:200], record.key, pending.run_id),
            )
            for effect in told:
                self._connection.execute(
                    "insert or ignore into outbox (key, run_id, case_id, kind) values (?, ?, ?, ?)",
                    (effect.key, pending.run_id, record.case_id, effect.kind),
                )
                self._connection.execute(
                    "insert or ignore into personal (ref, customer_id, kind, body) select ?, customer_id, 'effect', ? from personal where ref = ?",
                    (f"effect:{effect.key}", effect.model_dump_json(), f"effect:{key}"),
                )

    def ticket_of(self, run_id: str) -> tuple[str | None, str | None]:
        """Ticket and customer of a run."""
        sql = "select json_extract(body, '$.return_path.ticket_id'), customer_id from personal where ref = 'outcome:' || ?"
        row = self._connection.execute(sql, (run_id,)).fetchone()
        return (row[0], row[1]) if row else (None, None)

    def review_of(self, case_id: str) -> EscalationRecord | None:
        """The newest review of a case."""
        row = self._connection.execute(
            "select body from escalations join personal on ref = 'escalation:' || escalation_id where case_id = ? order by seq desc limit 1",
            (case_id,),
        ).fetchone()
        return EscalationRecord.model_validate_json(row[0]) if row else None

    def is_announced(self, run_id: str) -> bool:
        """Whether the customer was told already what came of a run's actions."""
        return self._connection.execute("select 1 from arrivals where arrival_id = ?", (f"receipt:{run_id}",)).fetchone() is not None

    def announce(self, receipt: ReceiptArrived, root_arrival_id: str, lane: str) -> None:
        """The actions of a run were tried: their receipt arrives, once per run."""
        with transaction(self._connection):
            insert_arrival(self._connection, receipt, root_arrival_id, lane)
            self._connection.execute("delete from unannounced where run_id = ?", (receipt.run_id,))

    def action(self, action_id: str) -> ActionRecord:
        """The action of that id."""
        body = self._connection.execute("select body from personal where ref = ?", (f"action:{action_id}",)).fetchone()[0]
        return ActionRecord.model_validate_json(body)

    def actions_of(self, run_id: str) -> tuple[ActionRecord, ...]:
        """All actions that a run gated."""
        sql = "select body from actions join personal on ref = 'action:' || action_id where run_id = ? order by actions.rowid"
        rows = self._connection.execute(sql, (run_id,)).fetchall()
        return tuple(ActionRecord.model_validate_json(row[0]) for row in rows)

    def ordered_by(self, run_id: str) -> tuple[str, str, str, tuple[Action, ...]]:
        """Root arrival, lane and mode of a run, and the actions that it ordered."""
        row = self._connection.execute(
            "select arrivals.root_arrival_id, lane, json_extract(runs.doc, '$.mode') from arrivals join runs using (arrival_id) where run_id = ?",
            (run_id,),
        ).fetchone()
        bodies = self._connection.execute(
            "select json_extract(body, '$.order.action') from outbox join personal on ref = 'effect:' || key "
            "where run_id = ? and outbox.kind = 'perform_action' order by seq",
            (run_id,),
        ).fetchall()
        return row[0], row[1], row[2], tuple(Action(body[0]) for body in bodies)

    def _save_action(self, record: ActionRecord) -> None:
        self._connection.execute("update actions set status = ? where action_id = ?", (ActionStatus(record.status), record.action_id))
        self._connection.execute("update personal set body = ? where ref = ?", (record.model_dump_json(), f"action:{record.action_id}"))

    def _mark(self, pending: Pending, state: str, *, receipt: str = "", why: str = "") -> None:
        sql = "update outbox set state = ?, receipt = ?, why = ? where seq = ? and state = 'pending'"
        self._connection.execute(sql, (state, receipt, why, pending.seq))


def _pending(seq: int, run_id: str, root: str, body: str, attempts: int, until: str | None) -> Pending:
    return Pending(seq, run_id, root, EFFECT.validate_json(body), attempts, datetime.fromisoformat(until) if until else None)
