"""Effects that are delivered to the shop's helpdesk: the first of each case, until it has arrived, then the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from checkpoints.outbox import EFFECT, Pending

KINDS = ("send_message", "write_note", "assign_ticket")
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)


@dataclass(frozen=True)
class Waiting:
    """One effect that is the next of its case."""

    pending: Pending
    case_id: str | None
    at: datetime
    """When its run decided it."""


def next_letters(connection: sqlite3.Connection, *, besides: Collection[int], held: Collection[str], limit: int) -> list[Waiting]:
    """The next effect of each case, oldest first; what rests, and the cases behind it, wait. `held` names entry points that are paused."""
    heads = connection.execute(
        f"select min(seq) from outbox where state = 'pending' and kind in ({_KINDS}) group by coalesce(case_id, run_id) order by 1"
    ).fetchall()
    wanted = [seq for (seq,) in heads if seq not in besides]
    found: list[Waiting] = []
    while wanted and len(found) < limit:
        part, wanted = wanted[:limit], wanted[limit:]
        rows = connection.execute(
            "select outbox.seq, outbox.run_id, root_arrival_id, body, outbox.attempts, outbox.case_id, runs.at, "
            "coalesce(json_extract(runs.doc, '$.deployment'), '') from outbox join runs using (run_id) join personal on ref = 'effect:' || key "
            f"where outbox.seq in ({','.join('?' * len(part))}) order by outbox.seq",
            part,
        ).fetchall()
        found += [_waiting(*row[:7]) for row in rows if row[7] not in held]
    return found[:limit]


def _waiting(seq: int, run_id: str, root: str, body: str, attempts: int, case_id: str | None, at: str) -> Waiting:
    return Waiting(Pending(seq, run_id, root, EFFECT.validate_json(body), attempts), case_id, datetime.fromisoformat(at))
