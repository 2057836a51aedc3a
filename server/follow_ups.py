"""The promises that stand: what was promised, by when, to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoints.database import Database
from graph.case import FollowUp


@dataclass(frozen=True)
class Promise:
    """One promised update of an open case. `by` is when it is due."""

    follow_up: FollowUp
    by: datetime
    order_id: str | None
    customer_id: str | None

    def is_late(self, now: datetime) -> bool:
        """Whether its time is past and nothing was sent."""
        return self.follow_up.is_missed(now)


def open_promises(connection: Database) -> tuple[Promise, ...]:
    """The promised updates of open cases that automation has to keep, the next one first."""
    rows = connection.execute(f"select follow_ups.doc, order_id, customer_id {_STANDING} and due_at is not null").fetchall()
    follow_ups = [(FollowUp.model_validate_json(doc), order_id, customer_id) for doc, order_id, customer_id in rows]
    promises = [Promise(row, row.due_at, order_id, customer_id) for row, order_id, customer_id in follow_ups if row.due_at is not None]
    return tuple(sorted(promises, key=lambda promise: (promise.by, promise.follow_up.follow_up_id)))


def count_of_watches(connection: Database) -> int:
    """How many open cases are watched without a promise."""
    return int(connection.execute(f"select count(*) {_STANDING} and due_at is null").fetchone()[0])


_STANDING = "from follow_ups join cases using (case_id) where follow_ups.status = 'open' and is_open = 1"
