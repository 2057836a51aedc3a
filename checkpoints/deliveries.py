"""Who is delivering what, and what rests after a failure: shared by all processes, so that two never deliver the same at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from checkpoints.database import Database

SUBJECT = "coalesce(outbox.case_id, outbox.run_id)"
PAUSED = "paused:"
"""Begins the name of the switch of one entry point."""
_NOT_PAUSED = (
    f"and (not exists (select 1 from switches where name like '{PAUSED}%' and value = 'on') or not exists "
    f"(select 1 from switches where name = '{PAUSED}' || coalesce(json_extract(runs.doc, '$.deployment'), '') and value = 'on')) "
)
HELD_SECONDS = 60.0
"""How long a deliverer may be busy with one subject before it counts as dead."""


class Deliveries:
    """The deliverers of one database. A subject is the case that effects belong to, or the run where there is no case."""

    def __init__(self, connection: Database, wall: Callable[[], float]) -> None:
        self._connection = connection
        self._wall = wall

    def paused_deployments(self) -> frozenset[str]:
        """The entry points whose outbound messages and actions wait."""
        rows = self._connection.execute("select name from switches where substr(name, 1, ?) = ? and value = 'on'", (len(PAUSED), PAUSED)).fetchall()
        return frozenset(name.removeprefix(PAUSED) for (name,) in rows)

    @staticmethod
    def besides(kinds: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """The condition that leaves out some kinds of effects, and those of entry points that are paused; and its values."""
        left_out = tuple(kinds)
        sql = f"and outbox.kind not in ({','.join('?' * len(left_out))}) " if left_out else ""
        return f"{sql}{_NOT_PAUSED}", left_out

    def subjects(self, *, among: Iterable[str] | None = None, besides: Iterable[str] = ()) -> list[str]:
        """What has effects to deliver, or actions to announce: first what was never tried, then the oldest; `among` limits the effects."""
        only, roots = of_roots(among)
        others, values = self.besides(besides)
        rows = self._connection.execute(
            f"select {SUBJECT} from outbox join runs using (run_id) where state = 'pending' {only} {others} "
            "group by 1 order by min(case when outbox.attempts > 0 then 1 else 0 end), min(outbox.seq) limit 100",
            (*roots, *values),
        ).fetchall()
        return list(dict.fromkeys((*(row[0] for row in rows), *(subject for _, subject in self._unannounced(only, *roots)))))

    def unannounced(self, subject: str) -> tuple[str, ...]:
        """Runs of a subject whose actions were tried, but whose customer does not hear of it yet."""
        return tuple(run_id for run_id, _ in self._unannounced(f"and {SUBJECT} = ?", subject))

    @contextmanager
    def held(self, subject: str, holder: str) -> Iterator[bool]:
        """Whether the effects of a subject may be delivered here, now; nobody else delivers them inside."""
        is_ours = self._take(subject, holder)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._connection.execute("delete from deliveries where subject = ? and holder = ?", (subject, holder))

    def rest(self, seq: int, until: datetime) -> None:
        """An effect that failed is not tried again before then."""
        sql = "insert into rests values (?, ?) on conflict (seq) do update set until = excluded.until"
        self._connection.execute(sql, (seq, until.astimezone(UTC).isoformat()))

    def refusals(self, seq: int) -> int:
        """One refusal more of an effect: how many there were."""
        sql = "insert into refusals values (?, 1) on conflict (seq) do update set times = refusals.times + 1 returning times"
        return int(self._connection.execute(sql, (seq,)).fetchone()[0])

    def _unannounced(self, only: str = "", *values: str) -> list[tuple[str, str]]:
        return self._connection.execute(
            f"select distinct outbox.run_id, {SUBJECT} from unannounced join outbox using (run_id) join runs using (run_id) "
            f"where outbox.kind = 'perform_action' and (state != 'pending' or attempts > 0) {only}",
            values,
        ).fetchall()

    def _take(self, subject: str, holder: str) -> bool:
        now = self._wall()
        written = self._connection.execute(
            "insert into deliveries values (?, ?, ?) on conflict (subject) do update set holder = excluded.holder, until = excluded.until "
            "where deliveries.holder = excluded.holder or deliveries.until <= ?",
            (subject, holder, now + HELD_SECONDS, now),
        )
        return written.rowcount == 1


def of_roots(among: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that limits runs to some root arrivals, and its values."""
    roots = tuple(among) if among is not None else ()
    return (f"and root_arrival_id in ({','.join('?' * len(roots))})" if roots else ""), roots
