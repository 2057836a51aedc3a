"""What reviewers say in Slack: kept before it is acknowledged, made an arrival when it is known who says it."""

from __future__ import annotations

from dataclasses import dataclass

from checkpoints.database import Database
from checkpoints.inbox import Inbox
from checkpoints.transaction import transaction
from graph.arrivals import DecisionArrived
from server.slack.groups import Groups


@dataclass(frozen=True)
class Heard:
    """An answer that came from a thread, and where its reply goes."""

    arrival_id: str
    escalation_id: str
    channel: str
    thread_ts: str
    reviewer: str


class Hearing:
    """The answers of one database. Keeping needs no network; the same answer again is the same answer."""

    def __init__(self, connection: Database, inbox: Inbox, groups: Groups) -> None:
        self._connection = connection
        self._inbox = inbox
        self._groups = groups

    def keep(self, said: DecisionArrived, channel: str, thread_ts: str) -> bool:
        """Keep an answer; false if it is known already."""
        with transaction(self._connection):
            cursor = self._connection.execute(
                "insert or ignore into slack_answers (arrival_id, escalation_id, channel, thread_ts, reviewer) values (?, ?, ?, ?, ?)",
                (said.arrival_id, said.escalation_id, channel, thread_ts, said.reviewer),
            )
            if cursor.rowcount:
                body = (_ref(said.arrival_id), said.model_dump_json())
                self._connection.execute("insert or replace into personal values (?, null, 'heard', ?)", body)
        return bool(cursor.rowcount)

    async def hand_in(self) -> None:
        """Everything that was kept arrives, with the groups of who said it."""
        for heard in self._in_state("heard"):
            body = self._connection.execute("select body from personal where ref = ?", (_ref(heard.arrival_id),)).fetchone()
            if body is not None:
                said = DecisionArrived.model_validate_json(body[0])
                self._inbox.put(said.model_copy(update={"memberships": await self._groups.of(said.reviewer)}))
            self._move(heard, "handed in")

    def handed_in(self) -> tuple[Heard, ...]:
        """Answers whose result nobody has been told yet."""
        return self._in_state("handed in")

    def told(self, heard: Heard) -> None:
        """The result was told, or is seen in the thread."""
        self._move(heard, "told")

    def _move(self, heard: Heard, state: str) -> None:
        with transaction(self._connection):
            self._connection.execute("update slack_answers set state = ? where arrival_id = ?", (state, heard.arrival_id))
            self._connection.execute("delete from personal where ref = ?", (_ref(heard.arrival_id),))

    def _in_state(self, state: str) -> tuple[Heard, ...]:
        rows = self._connection.execute(
            "select arrival_id, escalation_id, channel, thread_ts, reviewer from slack_answers where state = ? order by rowid", (state,)
        )
        return tuple(Heard(*row) for row in rows)


def _ref(arrival_id: str) -> str:
    return f"heard:{arrival_id}"
