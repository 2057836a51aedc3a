"""A worker dies with an arrival in its hands: the sweep takes it up once the lease has run out, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable

from server.sweep import Sweep, Swept
from server.worker import work_on
from tests.durability.houses import Street, rows, said

Build = Callable[[str], Street]
LEASE_SECONDS = 60


async def test_an_arrival_left_behind_is_worked_on_when_its_lease_has_run_out(street: Build) -> None:
    place = street("pub-042")
    dead, alive = place.house(), place.house()
    dead.inbox.put(place.message("m1"))
    assert dead.inbox.claim("dead") is not None
    await Sweep(alive, "sweep").once()
    assert (alive.inbox.state("m1"), said(alive)) == ("working", [])
    place.wall.seconds += LEASE_SECONDS + 1
    assert (await Sweep(alive, "sweep").once()).left_behind == ("m1",)
    assert (alive.inbox.state("m1"), len(said(alive))) == ("done", 1)
    assert await Sweep(alive, "sweep").once() == Swept()


async def test_who_comes_back_from_the_dead_changes_nothing(street: Build) -> None:
    place = street("pub-042")
    slow, alive = place.house(), place.house()
    slow.inbox.put(place.message("m1"))
    lease = slow.inbox.claim("slow")
    assert lease is not None
    place.wall.seconds += LEASE_SECONDS + 1
    await Sweep(alive, "sweep").once()
    await work_on(slow, lease)
    assert rows(alive, "select count(*) from runs where arrival_id = 'm1'") == [(1,)]
    assert len(said(alive)) == 1


async def test_a_text_that_was_committed_but_not_delivered_goes_out_once(street: Build) -> None:
    place = street("pub-042")
    dead, alive = place.house(), place.house()
    dead.inbox.put(place.message("m1"))
    lease = dead.inbox.claim("dead")
    assert lease is not None
    await work_on(dead, lease)
    assert said(alive) == []
    await Sweep(alive, "sweep").once()
    await Sweep(alive, "sweep").once()
    assert len(said(alive)) == 1
