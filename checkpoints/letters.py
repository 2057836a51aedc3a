"""Effects that are delivered to the shop's helpdesk: the first of each case, until it has arrived, then the next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from checkpoints.database import Database
from checkpoints.deliveries import SUBJECT
from checkpoints.outbox import EFFECT, Pending

KINDS = ("send_message", "write_note", "assign_ticket")
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)


@dataclass(frozen=True)
class Waiting:
    """One effect that is the next of its case."""

    pending: Pending
    subject: str
    """The case, or the run where there is none."""
    case_id: str | None
    at: datetime
    """When its run decided it."""


def next_letters(connection: Database, *, now: datetime, besides: Collection[int], held: Collection[str], limit: int) -> list[Waiting]:
    """The next effect of each case, oldest first; what rests, and the cases behind it, wait. `held` names entry points that are paused."""
    heads = connection.execute(
        f"select heads.seq from (select min(seq) as seq from outbox where state = 'pending' and kind in ({_KINDS}) group by {SUBJECT}) as heads "
        "left join rests on rests.seq = heads.seq where rests.until is null or rests.until <= ? order by heads.seq",
        (now.astimezone(UTC).isoformat(),),
    ).fetchall()
    wanted = [seq for (seq,) in heads if seq not in besides]
    found: list[Waiting] = []
    while wanted and len(found) < limit:
        part, wanted = wanted[:limit], wanted[limit:]
        rows = connection.execute(
            f"select outbox.seq, outbox.run_id, root_arrival_id, body, outbox.attempts, {SUBJECT}, outbox.case_id, runs.at, "
            "coalesce(json_extract(runs.doc, '$.deployment'), '') from outbox join runs using (run_id) join personal on ref = 'effect:' || key "
            f"where outbox.seq in ({','.join('?' * len(part))}) order by outbox.seq",
            part,
        ).fetchall()
        found += [_waiting(*row[:8]) for row in rows if row[8] not in held]
    return found[:limit]


def still_waits(connection: Database, waiting: Waiting) -> bool:
    """Whether nobody has delivered it meanwhile."""
    row = connection.execute("select 1 from outbox where seq = ? and state = 'pending'", (waiting.pending.seq,)).fetchone()
    return row is not None


def _waiting(seq: int, run_id: str, root: str, body: str, attempts: int, subject: str, case_id: str | None, at: str) -> Waiting:
    return Waiting(Pending(seq, run_id, root, EFFECT.validate_json(body), attempts), subject, case_id, datetime.fromisoformat(at))
