"""Arrivals that could not be worked on and deliveries that the receiver will not have, with the reason; and putting them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checkpoints.database import Database
from checkpoints.transaction import transaction

_ALL = (
    "select 0 as list, seq, arrival_id as id, kind, at, attempts, why from arrivals where state = 'dead' union all "
    "select 1, outbox.seq, outbox.key, outbox.kind, runs.at, outbox.attempts, outbox.why from outbox join runs using (run_id) where state = 'dead'"
)
COUNTED = f"({_ALL}) as dead"
"""For `select count(*) from`."""

_OVERTAKEN = (
    "select seq, case_id, run_id, exists (select 1 from outbox as later where later.kind = outbox.kind and later.seq > outbox.seq "
    "and coalesce(later.case_id, later.run_id) = coalesce(outbox.case_id, outbox.run_id) and later.state in ('pending', 'delivered') "
    "and outbox.kind != 'write_note') from outbox where key = ? and state = 'dead'"
)
"""A dead delivery, and whether a later one of its kind made it untrue: a text or an assignment; notes only add up."""
Redriven = Literal["waiting", "dropped"]
"""What becomes of a dead letter that is put back."""
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

    def redrive(self, letter_id: str, *, by: str, at: datetime) -> Redriven | None:
        """Put one back with all its attempts, an arrival before what waits in its lane; None if none has that id. The ledger says who did.

        A delivery that a later one of its kind has overtaken is no longer true: it is dropped instead.
        """
        with transaction(self._connection):
            case_id, run_id, became = self._arrival(letter_id) or self._delivery(letter_id) or (None, "", None)
            if became is None:
                return None
            said = "put back" if became == "waiting" else "overtaken"
            self._connection.execute(
                "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, ?, ?, ?, ?, '', '', '')",
                (at.isoformat(), case_id, run_id, by, f"{said}: {letter_id}"),
            )
        return became

    def _arrival(self, arrival_id: str) -> tuple[str | None, str, Redriven] | None:
        sql = "update arrivals set state = 'waiting', attempts = 0 where arrival_id = ? and state = 'dead'"
        return (None, "", "waiting") if self._connection.execute(sql, (arrival_id,)).rowcount else None

    def _delivery(self, key: str) -> tuple[str | None, str, Redriven] | None:
        row = self._connection.execute(_OVERTAKEN, (key,)).fetchone()
        if row is None:
            return None
        seq, case_id, run_id, is_overtaken = row
        state, why = ("dropped", "overtaken") if is_overtaken else ("pending", "")
        self._connection.execute("update outbox set state = ?, attempts = 0, why = ? where seq = ?", (state, why, seq))
        for table in ("rests", "refusals"):
            self._connection.execute(f"delete from {table} where seq = ?", (seq,))
        return case_id, run_id, "dropped" if is_overtaken else "waiting"
