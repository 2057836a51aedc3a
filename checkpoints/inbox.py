"""Arrivals, kept durably before anybody works on them; one lane (customer or ticket) is worked on at a time."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter

from checkpoints.crash_points import reached
from checkpoints.transaction import transaction
from graph.arrivals import Arrival, DecisionArrived, EventArrived, HumanReplied, LookArrived, MessageArrived, ReceiptArrived

ARRIVAL: TypeAdapter[Arrival] = TypeAdapter(Arrival)
MAX_ATTEMPTS = 5
_log = logging.getLogger("wismo.inbox")


@dataclass(frozen=True)
class Lease:
    """The right to work on one arrival: holds while nobody took the lane with a higher epoch."""

    arrival: Arrival
    root_arrival_id: str
    lane: str
    owner: str
    epoch: int
    attempts: int = 1
    """Which attempt at this arrival it is."""


class Inbox:
    """The inbox of one database."""

    def __init__(self, connection: sqlite3.Connection, wall: Callable[[], float], lease_seconds: float = 60.0) -> None:
        self._connection = connection
        self._wall = wall
        self._lease_seconds = lease_seconds

    def put(self, arrival: Arrival, root_arrival_id: str | None = None) -> bool:
        """Keep an arrival; false if its id is known already: the same id is the same arrival."""
        reached("before_inbox")
        with transaction(self._connection):
            fresh = insert_arrival(self._connection, arrival, root_arrival_id or arrival.arrival_id)
        reached("after_inbox")
        return fresh

    def claim(self, owner: str, *, among: Iterable[str] | None = None, besides: Iterable[str] = ()) -> Lease | None:
        """Lease the oldest waiting arrival whose lane is free (or ours); `among` limits it to some roots, `besides` leaves lanes alone."""
        roots = tuple(among) if among is not None else ()
        if among is not None and not roots:
            return None
        only = f"and root_arrival_id in ({','.join('?' * len(roots))})" if roots else ""
        with transaction(self._connection):
            self._connection.execute(
                "update arrivals set state = 'dead', why = 'every attempt ended the worker' where state = 'working' and attempts >= ? "
                "and kind != 'decision' and not exists (select 1 from lanes where lanes.lane = arrivals.lane and until > ?)",
                (MAX_ATTEMPTS, self._wall()),
            )
            rows = self._connection.execute(
                f"select arrival_id, root_arrival_id, lane, attempts from arrivals where state in ('waiting', 'working') {only} order by seq",
                roots,
            ).fetchall()
            busy = set(besides)
            for arrival_id, root, lane, attempts in rows:
                epoch = None if lane in busy else self._take(lane, owner)
                busy.add(lane)
                if epoch is None:
                    continue
                self._connection.execute("update arrivals set state = 'working', attempts = attempts + 1 where arrival_id = ?", (arrival_id,))
                arrival = self._readable(arrival_id)
                if arrival is not None:
                    return Lease(arrival, root, lane, owner, epoch, attempts + 1)
                busy.discard(lane)
        return None

    def _readable(self, arrival_id: str) -> Arrival | None:
        """The arrival; one that cannot be read at all must not hold up the others: it is a dead letter at once."""
        try:
            return load_arrival(self._connection, arrival_id)
        except (ValueError, TypeError) as unreadable:
            _log.error("arrival %s cannot be read (%s): it is a dead letter", arrival_id, type(unreadable).__name__)
            why = f"its content cannot be read: {type(unreadable).__name__}"
            self._connection.execute("update arrivals set state = 'dead', why = ? where arrival_id = ?", (why, arrival_id))
            return None

    def release(self, lease: Lease) -> None:
        """Give the lane back."""
        with transaction(self._connection):
            self._connection.execute("update lanes set until = 0 where lane = ? and owner = ? and epoch = ?", (lease.lane, lease.owner, lease.epoch))

    def fail(self, lease: Lease, why: str) -> None:
        """Put an arrival back after a failure; after too many it goes to the dead letters with the reason."""
        with transaction(self._connection):
            self._connection.execute(
                "update arrivals set state = case when attempts >= ? then 'dead' else 'waiting' end, why = ? where arrival_id = ? "
                "and state = 'working' and exists (select 1 from lanes where lane = ? and owner = ? and epoch = ?)",
                (MAX_ATTEMPTS, why[:500], lease.arrival.arrival_id, lease.lane, lease.owner, lease.epoch),
            )

    def put_back(self, lease: Lease, why: str) -> None:
        """Put an arrival back that failed through no fault of its own: the attempt does not count."""
        with transaction(self._connection):
            self._connection.execute(
                "update arrivals set state = 'waiting', attempts = attempts - 1, why = ? where arrival_id = ? and state = 'working' "
                "and exists (select 1 from lanes where lane = ? and owner = ? and epoch = ?)",
                (why[:500], lease.arrival.arrival_id, lease.lane, lease.owner, lease.epoch),
            )

    def state(self, arrival_id: str) -> str | None:
        """`waiting`, `working`, `done`, `dead` or `erased`; None for an unknown arrival."""
        row = self._connection.execute("select state from arrivals where arrival_id = ?", (arrival_id,)).fetchone()
        return row[0] if row else None

    def _take(self, lane: str, owner: str) -> int | None:
        now = self._wall()
        row = self._connection.execute("select owner, until, epoch from lanes where lane = ?", (lane,)).fetchone()
        if row and row[0] != owner and row[1] > now:
            return None
        epoch = (row[2] if row else 0) + 1
        self._connection.execute(
            "insert into lanes values (?, ?, ?, ?) on conflict (lane) do update set owner = excluded.owner, "
            "until = excluded.until, epoch = excluded.epoch",
            (lane, owner, now + self._lease_seconds, epoch),
        )
        return epoch


def lane_of(arrival: Arrival) -> str:
    """Which arrivals must wait for each other: those of one customer or sender, else of one ticket."""
    if isinstance(arrival, MessageArrived):
        if arrival.authenticated_customer_id:
            return f"customer:{arrival.authenticated_customer_id}"
        sender = (arrival.from_email or "").strip().lower()
        return f"sender:{hashlib.sha256(sender.encode()).hexdigest()[:24]}" if sender else f"ticket:{arrival.ticket_id}"
    if isinstance(arrival, ReceiptArrived):
        return f"run:{arrival.run_id}"
    if isinstance(arrival, HumanReplied):
        return f"ticket:{arrival.ticket_id}"
    if isinstance(arrival, EventArrived | LookArrived):
        return f"order:{arrival.order_id}" if arrival.order_id else f"subject:{getattr(arrival, 'subject', '')}"
    named = arrival.order_id if isinstance(arrival, DecisionArrived) and arrival.escalation_id is None else arrival.escalation_id
    return f"review:{named}"


def insert_arrival(connection: sqlite3.Connection, arrival: Arrival, root_arrival_id: str, lane: str | None = None) -> bool:
    """Insert an arrival inside a transaction of the caller; its body goes to the personal table."""
    cursor = connection.execute(
        "insert or ignore into arrivals (arrival_id, root_arrival_id, kind, lane, at) values (?, ?, ?, ?, ?)",
        (arrival.arrival_id, root_arrival_id, arrival.kind, lane or lane_of(arrival), arrival.at.isoformat()),
    )
    if cursor.rowcount:
        connection.execute(
            "insert or replace into personal values (?, null, 'arrival', ?)", (f"arrival:{arrival.arrival_id}", arrival.model_dump_json())
        )
    return bool(cursor.rowcount)


def load_arrival(connection: sqlite3.Connection, arrival_id: str) -> Arrival:
    """The arrival of that id."""
    body = connection.execute("select body from personal where ref = ?", (f"arrival:{arrival_id}",)).fetchone()[0]
    return ARRIVAL.validate_json(body)
