"""Arrivals, kept durably before anybody works on them; one lane (customer or ticket) is worked on at a time."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter

from checkpoints.crash_points import reached
from checkpoints.database import Database
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

    def __init__(self, connection: Database, wall: Callable[[], float], lease_seconds: float = 60.0) -> None:
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

    def claim(self, owner: str, *, among: Iterable[str] | None = None, lane: str | None = None, besides: Iterable[str] = ()) -> Lease | None:
        """Lease the oldest waiting arrival whose lane is free (or ours).

        `among` limits it to some roots, `lane` to one lane, and `besides` leaves lanes alone.
        """
        roots = tuple(among) if among is not None else None
        if roots == ():
            return None
        only, values = _only(roots, lane, tuple(besides))
        while (free := self._free_lane(owner, only, values)) is not None:
            with transaction(self._connection):
                lease = self._lease(free, owner, only, values)
            if lease is not None:
                return lease
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
        self._connection.execute("update lanes set until = 0 where lane = ? and owner = ? and epoch = ?", (lease.lane, lease.owner, lease.epoch))

    def fail(self, lease: Lease, why: str) -> None:
        """Put an arrival back after a failure; after too many it goes to the dead letters with the reason."""
        self._connection.execute(
            "update arrivals set state = case when attempts >= ? then 'dead' else 'waiting' end, why = ? where arrival_id = ? "
            "and state = 'working' and exists (select 1 from lanes where lane = ? and owner = ? and epoch = ?)",
            (MAX_ATTEMPTS, why[:500], lease.arrival.arrival_id, lease.lane, lease.owner, lease.epoch),
        )

    def put_back(self, lease: Lease, why: str) -> None:
        """Put an arrival back that failed through no fault of its own: the attempt does not count."""
        self._connection.execute(
            "update arrivals set state = 'waiting', attempts = attempts - 1, why = ? where arrival_id = ? and state = 'working' "
            "and exists (select 1 from lanes where lane = ? and owner = ? and epoch = ?)",
            (why[:500], lease.arrival.arrival_id, lease.lane, lease.owner, lease.epoch),
        )

    def state(self, arrival_id: str) -> str | None:
        """`waiting`, `working`, `done`, `dead` or `erased`; None for an unknown arrival."""
        row = self._connection.execute("select state from arrivals where arrival_id = ?", (arrival_id,)).fetchone()
        return row[0] if row else None

    def _free_lane(self, owner: str, only: str, values: tuple[str, ...]) -> str | None:
        row = self._connection.execute(
            f"select lane from arrivals where state in ('waiting', 'working') {only} and not exists "
            "(select 1 from lanes where lanes.lane = arrivals.lane and lanes.owner != ? and lanes.until > ?) order by seq limit 1",
            (*values, owner, self._wall()),
        ).fetchone()
        return str(row[0]) if row else None

    def _lease(self, lane: str, owner: str, only: str, values: tuple[str, ...]) -> Lease | None:
        """Take the lane first: from then on nobody else changes its arrivals. None where somebody was faster."""
        self._connection.execute(
            "update arrivals set state = 'dead', why = 'every attempt ended the worker' where state in ('waiting', 'working') "
            "and lane = ? and state = 'working' and attempts >= ? and kind != 'decision' "
            "and not exists (select 1 from lanes where lane = arrivals.lane and until > ?)",
            (lane, MAX_ATTEMPTS, self._wall()),
        )
        epoch = self._take(lane, owner)
        if epoch is None:
            return None
        row = self._connection.execute(
            f"select arrival_id, root_arrival_id, attempts from arrivals where state in ('waiting', 'working') {only} and lane = ? "
            "order by seq limit 1",
            (*values, lane),
        ).fetchone()
        if row is None:
            self._connection.execute("update lanes set until = 0 where lane = ?", (lane,))
            return None
        arrival_id, root, attempts = row
        self._connection.execute("update arrivals set state = 'working', attempts = attempts + 1 where arrival_id = ?", (arrival_id,))
        arrival = self._readable(arrival_id)
        if arrival is None:
            self._connection.execute("update lanes set until = 0 where lane = ?", (lane,))
            return None
        return Lease(arrival, root, lane, owner, epoch, attempts + 1)

    def _take(self, lane: str, owner: str) -> int | None:
        now = self._wall()
        row = self._connection.execute(
            "insert into lanes values (?, ?, ?, 1) on conflict (lane) do update set owner = excluded.owner, until = excluded.until, "
            "epoch = lanes.epoch + 1 where lanes.owner = excluded.owner or lanes.until <= ? returning epoch",
            (lane, owner, now + self._lease_seconds, now),
        ).fetchone()
        return int(row[0]) if row else None


def _only(roots: tuple[str, ...] | None, lane: str | None, besides: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Which arrivals a claim is about, as a condition and its values."""
    conditions = [f"and {column} {test} ({','.join('?' * len(ids))})" for column, test, ids in _limits(roots, lane, besides)]
    return " ".join(conditions), tuple(one for _, _, ids in _limits(roots, lane, besides) for one in ids)


def _limits(roots: tuple[str, ...] | None, lane: str | None, besides: tuple[str, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    limits = [("lane", "in", () if lane is None else (lane,)), ("root_arrival_id", "in", roots or ()), ("lane", "not in", besides)]
    return [limit for limit in limits if limit[2]]


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


def insert_arrival(connection: Database, arrival: Arrival, root_arrival_id: str, lane: str | None = None) -> bool:
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


def load_arrival(connection: Database, arrival_id: str) -> Arrival:
    """The arrival of that id."""
    body = connection.execute("select body from personal where ref = ?", (f"arrival:{arrival_id}",)).fetchone()[0]
    return ARRIVAL.validate_json(body)
