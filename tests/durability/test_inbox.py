"""The inbox: an arrival is kept once, and one lane is worked on by one worker at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checkpoints.commit_rows import LEASE
from checkpoints.inbox import Lease
from graph.remembering import LostRace
from graph.state import CaseState
from server.wiring import House
from server.worker import drain, work_on
from tests.durability.houses import Street, rows

Build = Callable[[str], Street]
TABLES = ("runs", "cases", "tickets", "outbox", "ledger", "actions", "escalations", "follow_ups", "contacts")


def claimed(house: House, owner: str) -> Lease:
    """A lease that must be there."""
    lease = house.inbox.claim(owner)
    assert lease is not None
    return lease


async def test_the_same_id_is_the_same_arrival(street: Build) -> None:
    place = street("pub-042")
    house, message = place.house(), place.message("m1")
    assert (house.inbox.put(message), house.inbox.put(message)) == (True, False)
    assert house.inbox.put(place.message("m1", text="something else")) is False
    await drain(house, "w")
    assert house.inbox.put(message) is False
    assert await drain(house, "w") == 0
    assert rows(house, "select arrival_id, state from arrivals where kind = 'message'") == [("m1", "done")]
    assert rows(house, "select count(*) from runs where arrival_id = 'm1'") == [(1,)]


def test_one_lane_is_worked_on_by_one_at_a_time(street: Build) -> None:
    place = street("pub-042")
    first, second = place.house(), place.house()
    for name in ("m1", "m2"):
        first.inbox.put(place.message(name))
    first.inbox.put(place.message("other", authenticated_customer_id="C-other"))
    lease = claimed(first, "a")
    assert lease.arrival.arrival_id == "m1"
    assert claimed(second, "b").arrival.arrival_id == "other"
    assert second.inbox.claim("c") is None
    first.connection.execute("update arrivals set state = 'done' where arrival_id = 'm1'")
    first.inbox.release(lease)
    assert claimed(second, "c").arrival.arrival_id == "m2"


def test_an_expired_lease_is_taken_by_another(street: Build) -> None:
    place = street("pub-042")
    first, second = place.house(), place.house()
    first.inbox.put(place.message("m1"))
    lease = claimed(first, "a")
    place.wall.seconds += 59
    assert second.inbox.claim("b") is None
    place.wall.seconds += 2
    taken = claimed(second, "b")
    assert (taken.arrival, taken.epoch) == (lease.arrival, lease.epoch + 1)
    first.inbox.release(lease)
    assert first.inbox.claim("a") is None, "giving back a lost lease must not free the lane"


async def test_who_lost_the_lease_writes_nothing(street: Build) -> None:
    place = street("pub-042")
    late, quick = place.house(), place.house()
    late.inbox.put(place.message("m1"))
    lost = claimed(late, "late")
    place.wall.seconds += 61
    claimed(quick, "quick")
    token = LEASE.set(lost)
    start: CaseState = {"arrival_id": "m1", "root_arrival_id": "m1", "run_id": "run_late", "path": [], "arrival": lost.arrival}
    try:
        with pytest.raises(LostRace):
            await late.graph.ainvoke(start, {"configurable": {"thread_id": "run_late"}}, context=late.deps, durability="exit")
    finally:
        LEASE.reset(token)
    assert {table: rows(late, f"select count(*) from {table}") for table in TABLES} == {table: [(0,)] for table in TABLES}


async def test_who_lost_the_lease_leaves_the_arrival_alone(street: Build) -> None:
    place = street("pub-042")
    late, quick = place.house(), place.house()
    late.inbox.put(place.message("m1"))
    lost = claimed(late, "late")
    place.wall.seconds += 61
    await work_on(quick, claimed(quick, "quick"))
    assert quick.inbox.state("m1") == "done"
    await work_on(late, lost)
    assert quick.inbox.state("m1") == "done"


async def test_nothing_is_done_among_nothing(street: Build) -> None:
    place = street("pub-042")
    house = place.house()
    house.inbox.put(place.message("m1"))
    assert await drain(house, "w", among=()) == 0
