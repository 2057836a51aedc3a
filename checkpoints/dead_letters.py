"""Arrivals that could not be worked on, with the reason; and putting them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoints.database import Database
from checkpoints.transaction import transaction


@dataclass(frozen=True)
class DeadLetter:
    """One arrival that nobody works on any more."""

    seq: int
    arrival_id: str
    kind: str
    at: datetime
    attempts: int
    why: str
    """The last failure, in its own words: for operators, never for a log."""


class DeadLetters:
    """The dead letters of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def some(self, after: int, limit: int) -> tuple[DeadLetter, ...]:
        """A page, the oldest first."""
        rows = self._connection.execute(
            "select seq, arrival_id, kind, at, attempts, why from arrivals where state = 'dead' and seq > ? order by seq limit ?", (after, limit)
        ).fetchall()
        return tuple(DeadLetter(row[0], row[1], row[2], datetime.fromisoformat(row[3]), row[4], row[5]) for row in rows)

    def redrive(self, arrival_id: str, *, by: str, at: datetime) -> bool:
        """Put one back with all its attempts, before what waits in its lane; false if no dead letter has that id. The ledger says who did."""
        with transaction(self._connection):
            sql = "update arrivals set state = 'waiting', attempts = 0 where arrival_id = ? and state = 'dead'"
            if not self._connection.execute(sql, (arrival_id,)).rowcount:
                return False
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, null, '', ?, ?, '', '', '')",
                (at.isoformat(), by, f"put back: {arrival_id}"),
            )
        return True
