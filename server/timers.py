"""What falls due by itself: reviewers' reminders and deadlines. Level-triggered: asking twice or late does nothing wrong."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.arrivals import TimerArrived
from graph.case import EscalationRecord
from graph.labels import Mode


@dataclass(frozen=True)
class Due:
    """One moment that a case waits for."""

    at: datetime
    what: Literal["reminder", "expiry"]
    escalation_id: str
    mode: Mode

    def arrival(self) -> TimerArrived:
        """The arrival that says that the moment has come; the same moment is the same arrival."""
        key = f"timer:{self.what}:{self.escalation_id}:{self.at.isoformat()}"
        return TimerArrived(arrival_id=key, at=self.at, mode=self.mode, what=self.what, escalation_id=self.escalation_id)


def next_due(connection: sqlite3.Connection, until: datetime) -> Due | None:
    """The earliest moment up to `until`; None when nothing waits."""
    rows = connection.execute(
        "select escalations.status, body, json_extract(runs.doc, '$.mode') from escalations join personal on ref = 'escalation:' || escalation_id "
        "join runs on runs.run_id = escalations.run_id where escalations.status in ('open', 'reminded', 'expired') order by escalations.seq"
    ).fetchall()
    moments = [due for row in rows for due in _moments(EscalationRecord.model_validate_json(row[1]), Mode(row[2])) if due.at <= until]
    known = {due.arrival().arrival_id for due in moments}
    done = _seen(connection, known)
    waiting = [due for due in moments if due.arrival().arrival_id not in done]
    return min(waiting, key=lambda due: (due.at, due.what), default=None)


def _moments(record: EscalationRecord, mode: Mode) -> list[Due]:
    reminder = Due(record.reminder_at, "reminder", record.escalation_id, mode)
    if record.status == "open":
        return [reminder, Due(record.deadline, "expiry", record.escalation_id, mode)]
    if record.status == "reminded":
        return [Due(record.deadline, "expiry", record.escalation_id, mode)]
    return [reminder]


def _seen(connection: sqlite3.Connection, ids: set[str]) -> set[str]:
    marks = ",".join("?" * len(ids))
    return {row[0] for row in connection.execute(f"select arrival_id from arrivals where arrival_id in ({marks})", tuple(ids))}
