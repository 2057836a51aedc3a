"""Which workers live: each gives a sign every few seconds; what a silent one held is free for the others.

A worker that only slept loses nothing by it but its work: the epoch of a lease that somebody else took refuses its commit.
"""

from __future__ import annotations

from checkpoints.database import Database

BEATS_EVERY = 2.0
SILENT_AFTER = 8.0
"""Seconds without a sign of life after which a worker counts as dead, by the clock of the database."""

WORKERS = "create table if not exists workers (worker text primary key, beat timestamptz not null);"

_IS_SILENT = "beat < clock_timestamp() - make_interval(secs => ?)"
_OF_SILENT = "exists (select 1 from workers where {whose} like worker || ':%' and {is_silent})"


class Liveness:
    """The workers of one database. The owner of a lease or a delivery begins with its worker's name and a colon."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def beat(self, worker: str) -> None:
        """This worker lives."""
        sql = "insert into workers values (?, clock_timestamp()) on conflict (worker) do update set beat = excluded.beat"
        self._connection.execute(sql, (worker,))

    def leave(self, worker: str) -> None:
        """This worker ends, and holds nothing."""
        self._connection.execute("delete from workers where worker = ?", (worker,))

    def bury(self) -> tuple[str, ...]:
        """Free what silent workers held; who they were."""
        for sql, whose in (("update lanes set until = 0 where until > 0 and", "owner"), ("delete from deliveries where", "holder")):
            self._connection.execute(f"{sql} {_OF_SILENT.format(whose=whose, is_silent=_IS_SILENT)}", (SILENT_AFTER,))
        rows = self._connection.execute(f"delete from workers where {_IS_SILENT} returning worker", (SILENT_AFTER,)).fetchall()
        return tuple(row[0] for row in rows)

    def living(self) -> int:
        """How many workers live."""
        row = self._connection.execute(f"select count(*) from workers where not ({_IS_SILENT})", (SILENT_AFTER,)).fetchone()
        return int(row[0])
