"""Arrivals that could not be worked on and deliveries that the receiver will not have, with the reason; and putting them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoints.database import Database
from checkpoints.transaction import transaction

_ALL = (
    "select 0 as list, seq, arrival_id as id, kind, at, attempts, why from arrivals where state = 'dead' union all "
    "select 1, outbox.seq, outbox.key, outbox.kind, runs.at, outbox.attempts, outbox.why from outbox join runs using (run_id) where state = 'dead'"
)
COUNTED = f"({_ALL}) as dead"
"""For `select count(*) from`."""

Place = tuple[int, int]
"""Where a page ended: first the arrivals, then the deliveries."""
BEGINNING: Place = (0, 0)


@dataclass(frozen=True)
class DeadLetter:
    """One arrival, or one delivery, that nobody works on any more."""

    place: Place
    letter_id: str
    """The arrival's id, or the delivery's key."""
    kind: str
    at: datetime
    """When it arrived, or was decided."""
    attempts: int
    why: str
    """The last failure, in its own words: for operators, never for a log."""


class DeadLetters:
    """The dead letters of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def some(self, after: Place, limit: int) -> tuple[DeadLetter, ...]:
        """A page, the oldest first; arrivals before deliveries."""
        rows = self._connection.execute(
            f"select list, seq, id, kind, at, attempts, why from ({_ALL}) as dead where (list, seq) > (?, ?) order by list, seq limit ?",
            (*after, limit),
        ).fetchall()
        return tuple(DeadLetter((row[0], row[1]), row[2], row[3], datetime.fromisoformat(row[4]), *row[5:]) for row in rows)

    def redrive(self, letter_id: str, *, by: str, at: datetime) -> bool:
        """Put one back with all its attempts, an arrival before what waits in its lane; false if none has that id. The ledger says who did."""
        with transaction(self._connection):
            if not (self._arrival_is_back(letter_id) or self._delivery_is_back(letter_id)):
                return False
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, null, '', ?, ?, '', '', '')",
                (at.isoformat(), by, f"put back: {letter_id}"),
            )
        return True

    def _arrival_is_back(self, arrival_id: str) -> bool:
        sql = "update arrivals set state = 'waiting', attempts = 0 where arrival_id = ? and state = 'dead'"
        return self._connection.execute(sql, (arrival_id,)).rowcount == 1

    def _delivery_is_back(self, key: str) -> bool:
        sql = "update outbox set state = 'pending', attempts = 0 where key = ? and state = 'dead' returning seq"
        row = self._connection.execute(sql, (key,)).fetchone()
        if row is None:
            return False
        for table in ("rests", "refusals"):
            self._connection.execute(f"delete from {table} where seq = ?", row)
        return True
