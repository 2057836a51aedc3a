"""What was posted to Slack and where; the store's memory of it, so that nothing is posted twice."""

from __future__ import annotations

from dataclasses import dataclass

from checkpoints.database import Database

HELD_SECONDS = 60.0
"""How long another process may be busy with a post before it counts as dead."""
ROOTS = "stage in ('opened', 'expired')"


@dataclass(frozen=True)
class Posted:
    """One message of ours."""

    key: str
    escalation_id: str
    stage: str
    """`opened` or `expired` for a root message, `reply` within a thread."""
    channel: str
    ts: str
    shown: str = ""
    status: str = ""


@dataclass(frozen=True)
class Claim:
    """The right to post under a key."""

    posted: Posted | None = None
    is_ours: bool = True
    is_unknown: bool = False
    """An earlier attempt may have succeeded: look before posting."""
    since: float = 0.0


class Threads:
    """The messages of one database."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def claim(self, key: str, escalation_id: str, stage: str, channel: str, *, holder: str, now: float) -> Claim:
        """Take the right to post, unless it is posted, or another living process is at it."""
        row = self._connection.execute("select ts, holder, since from review_threads where key = ?", (key,)).fetchone()
        if row is not None and row[0] is not None:
            return Claim(self._posted("key = ?", key)[0])
        is_unknown = row is not None and row[1] != ""
        since = row[2] if is_unknown else now
        written = self._connection.execute(
            "insert into review_threads (key, escalation_id, stage, channel, holder, held_at, since) values (?, ?, ?, ?, ?, ?, ?) "
            "on conflict (key) do update set holder = excluded.holder, held_at = excluded.held_at, since = excluded.since, "
            "channel = excluded.channel where review_threads.ts is null and "
            "(review_threads.holder in ('', excluded.holder) or review_threads.held_at <= ?)",
            (key, escalation_id, stage, channel, holder, now, since, now - HELD_SECONDS),
        )
        return Claim(is_unknown=is_unknown, since=since) if written.rowcount == 1 else Claim(is_ours=False)

    def free(self, key: str) -> None:
        """Nothing was posted: the next attempt needs no look."""
        self._connection.execute("update review_threads set holder = '' where key = ? and ts is null", (key,))

    def keep(self, key: str, channel: str, ts: str, thread_ts: str | None) -> Posted:
        """A message stands in Slack."""
        sql = "update review_threads set channel = ?, ts = ?, thread_ts = ? where key = ?"
        self._connection.execute(sql, (channel, ts, thread_ts, key))
        return self._posted("key = ?", key)[0]

    def rendered(self, key: str, shown: str, status: str) -> None:
        """How a root message looks now."""
        self._connection.execute("update review_threads set shown = ?, status = ? where key = ?", (shown, status, key))

    def roots(self, escalation_id: str) -> tuple[Posted, ...]:
        """The root messages of a review, oldest first: one, and one more after an expiry."""
        return self._posted(f"escalation_id = ? and {ROOTS} and ts is not null", escalation_id)

    def review_at(self, channel: str, thread_ts: str) -> str | None:
        """The review whose thread this is."""
        found = self._posted(f"channel = ? and ts = ? and {ROOTS}", channel, thread_ts)
        return found[0].escalation_id if found else None

    def without_root(self) -> tuple[str, ...]:
        """Open reviews that nobody has seen in Slack: made while Slack was not connected, or delivered by another process."""
        rows = self._connection.execute(
            "select escalation_id from escalations where status in ('open', 'reminded', 'expired') and not exists "
            f"(select 1 from review_threads as seen where seen.escalation_id = escalations.escalation_id and {ROOTS} and ts is not null) order by seq"
        )
        return tuple(row[0] for row in rows)

    def outdated(self) -> tuple[str, ...]:
        """Reviews whose root message shows another state than they have."""
        rows = self._connection.execute(
            "select distinct escalation_id from review_threads join escalations using (escalation_id) "
            f"where {ROOTS} and ts is not null and review_threads.status != escalations.status"
        )
        return tuple(row[0] for row in rows)

    def _posted(self, where: str, *parameters: str) -> tuple[Posted, ...]:
        rows = self._connection.execute(
            f"select key, escalation_id, stage, channel, ts, shown, status from review_threads where {where} order by seq", parameters
        )
        return tuple(Posted(*row) for row in rows)
