"""Reviews as the store has them: the open ones in the order of their urgency, one by its id, and what came of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from checkpoints.database import Database
from checkpoints.inbox import ARRIVAL
from graph.arrivals import DecisionArrived
from graph.case import ActionRecord, EscalationRecord
from graph.commit import Outcome
from graph.labels import ActionStatus, Mode, Queue

_OPEN = "('open', 'reminded', 'expired')"


@dataclass(frozen=True)
class Answered:
    """What a run made of a reviewer's answer."""

    arrival: DecisionArrived
    outcome: Outcome | None
    """None where the arrival could not be worked on at all."""


def urgency(record: EscalationRecord) -> tuple[int, bool, datetime, str]:
    """Sorts reviews: by queue, important customers first, then by deadline."""
    return list(Queue).index(record.queue), not record.request.is_vip, record.deadline.astimezone(UTC), record.escalation_id


class Reviews:
    """The reviews of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def record(self, escalation_id: str) -> EscalationRecord | None:
        """One review as it stands now."""
        body = self._one("select body from personal where ref = ?", f"escalation:{escalation_id}")
        return EscalationRecord.model_validate_json(body) if body else None

    def open_reviews(self) -> tuple[EscalationRecord, ...]:
        """All that wait for somebody: by queue, important customers first, then by deadline."""
        sql = f"select body from escalations join personal on ref = 'escalation:' || escalation_id where status in {_OPEN}"
        records = [EscalationRecord.model_validate_json(row[0]) for row in self._connection.execute(sql)]
        return tuple(sorted(records, key=urgency))

    def mode(self, escalation_id: str) -> Mode:
        """The mode of the run that opened the review: in shadow a decision executes nothing."""
        sql = "select json_extract(runs.doc, '$.mode') from escalations join runs using (run_id) where escalation_id = ?"
        return Mode(self._one(sql, escalation_id) or Mode.SHADOW)

    def approved_action(self, record: EscalationRecord) -> ActionRecord | None:
        """The action that the review's decision lets go ahead, as far as it has come; None where there is none."""
        verb, _, action = record.decision.partition(" ")
        if verb != "approve" or action in {"", "wait"} or self.mode(record.escalation_id) is Mode.SHADOW:
            return None
        sql = (
            "select body from actions join personal on ref = 'action:' || action_id where case_id = ? and action = ? "
            "order by actions.rowid desc limit 1"
        )
        body = self._one(sql, record.case_id, action)
        return ActionRecord.model_validate_json(body) if body else None

    def is_settled(self, record: EscalationRecord) -> bool:
        """Whether nothing more will come of the review: decided, and what was approved is executed."""
        action = self.approved_action(record)
        return not record.is_open and (action is None or action.status == ActionStatus.EXECUTED)

    def answered(self, arrival_id: str) -> Answered | None:
        """What came of an answer; None while it waits."""
        row = self._connection.execute(
            "select state, body from arrivals join personal on ref = 'arrival:' || arrival_id where arrival_id = ?", (arrival_id,)
        ).fetchone()
        if row is None or row[0] not in {"done", "dead"}:
            return None
        arrival = ARRIVAL.validate_json(row[1])
        assert isinstance(arrival, DecisionArrived)
        body = self._one("select body from runs join personal on ref = 'outcome:' || run_id where arrival_id = ?", arrival_id)
        return Answered(arrival, Outcome.model_validate_json(body) if body else None)

    def _one(self, sql: str, *parameters: str) -> str | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return row[0] if row else None
