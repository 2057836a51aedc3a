"""What must not be left when all is over: work that nobody does, and cases whose order has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.wiring import House
from tests.simulation.systems import Systems, is_delivered

LONG_ENOUGH = timedelta(hours=48)
"""A lost event is found by the next day's sweep, and a message waits for one night at most."""


def unfinished_work(house: House) -> Iterator[str]:
    """Whatever came in was worked on, and whatever was to go out went out or was dropped for a reason."""
    for row in house.connection.execute("select arrival_id, state, why from arrivals where state != 'done'"):
        yield f"arrival {row[0]} is {row[1]}: {row[2]}"
    for row in house.connection.execute("select key, state, why from outbox where state not in ('delivered', 'dropped')"):
        yield f"effect {row[0]} is {row[1]}: {row[2]}"


def open_though_delivered(house: House, systems: Systems, end: datetime) -> Iterator[str]:
    """A case is closed when everything is there, unless a human has it or the customer says that it is not there."""
    rows = house.connection.execute(
        "select case_id, order_id from cases where is_open = 1 and not json_extract(doc, '$.taken_over') and not json_extract(doc, '$.disputed') "
        "and case_id not in (select case_id from escalations where status in ('open', 'reminded', 'expired'))"
    )
    for case_id, order_id in rows.fetchall():
        arrived = _arrived_at(systems, order_id) if order_id else None
        if arrived is not None and end - arrived > LONG_ENOUGH:
            yield f"case {case_id} of {order_id} is open since everything arrived at {arrived}"


def _arrived_at(systems: Systems, order_id: str) -> datetime | None:
    """When the last of all items was handed over; None where something is missing."""
    order = systems.order(order_id)
    wanted = {line.line_id for line in order.lines} - {line.replaces for line in order.lines}
    there = {
        part.line_id: max(scan.at for scan in parcel.events) for parcel in systems.parcels(order_id) if is_delivered(parcel) for part in parcel.lines
    }
    return max(there[line_id] for line_id in wanted) if wanted <= there.keys() else None
