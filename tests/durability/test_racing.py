"""Two workers on one case, and a store that fails: one of them wins, nothing is half written."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from checkpoints.commit_rows import LEASE
from graph.commit import Commit
from graph.facts import Patch
from server.wiring import House
from server.worker import drain
from tests.durability.houses import Street, rows, said

Build = Callable[[str], Street]


class RecordedLedger:
    """The case store, which also keeps under whose lease each run was written."""

    def __init__(self, house: House, failures: int = 0) -> None:
        self._house = house
        self._failures = failures
        self.written: list[tuple[str, str | None]] = []

    async def commit(self, commit: Commit) -> None:
        """Write, after the disk was full a few times."""
        if self._failures:
            self._failures -= 1
            raise sqlite3.OperationalError("database or disk is full")
        lease = LEASE.get()
        self.written.append((commit.run.arrival_id, lease.arrival.arrival_id if lease else None))
        await self._house.store.commit(commit)


def with_ledger(house: House, failures: int = 0) -> tuple[House, RecordedLedger]:
    """The house with a ledger that is watched."""
    ledger = RecordedLedger(house, failures)
    return replace(house, deps=replace(house.deps, ledger=ledger)), ledger


async def test_two_runs_on_one_case_do_not_overwrite_each_other(street: Build) -> None:
    place = street("pub-046")
    one, other = place.house(), place.house()
    one.world.patch(Patch(faults={"inventory": "timeout"}))
    email = place.story["world"]["customers"][0]["emails"][0]
    one.inbox.put(place.message("m1", ticket_id="T-1"))
    one.inbox.put(place.message("m2", ticket_id="T-2", authenticated_customer_id=None, from_email=email))
    await asyncio.gather(drain(one, "a", among=("m1",)), drain(other, "b", among=("m2",)))
    assert sorted(rows(one, "select arrival_id, state from arrivals where kind = 'message'")) == [("m1", "done"), ("m2", "done")]
    assert rows(one, "select count(distinct case_id), count(*) from runs") == [(1, 2)]
    assert rows(one, "select version, is_open from cases") == [(2, 1)]
    assert len(said(one)) == 2
    threads = [thread for (run_id,) in rows(one, "select run_id from runs") for thread in one.saver.threads_of_run(run_id)]
    assert sum(thread.endswith(".1") for thread in threads) == 1, "the loser ran once more, on a thread of its own"


async def test_an_arrival_that_comes_back_writes_nothing_twice(street: Build) -> None:
    place = street("pub-028")
    house = place.house()
    house.inbox.put(place.message("m1"))
    await drain(house, "w")
    before = {table: rows(house, f"select * from {table}") for table in ("runs", "outbox", "ledger", "actions", "escalations", "cases")}
    house.connection.execute("update arrivals set state = 'waiting'")
    assert await drain(house, "w") > 0
    assert {table: rows(house, f"select * from {table}") for table in before} == before
    assert len(said(house)) == 1


async def test_effects_have_unique_keys(street: Build) -> None:
    place = street("pub-028")
    house = place.house()
    house.inbox.put(place.message("m1"))
    await drain(house, "w")
    keys = [key for (key,) in rows(house, "select key from outbox")]
    assert len(keys) == len(set(keys)) >= 4
    with pytest.raises(house.connection.IntegrityError, match=r"(?i)unique"):
        house.connection.execute("insert into outbox (key, run_id, kind) values (?, 'another run', 'send_message')", (keys[0],))


@pytest.mark.parametrize(
    "forgery",
    [
        "update ledger set why = 'forged'",
        "delete from ledger",
        "insert or replace into ledger select seq, at, case_id, run_id, 'forged', what, why, policy_version, fingerprint from ledger",
    ],
)
async def test_the_ledger_is_only_added_to(street: Build, forgery: str) -> None:
    place = street("pub-042")
    house = place.house()
    house.inbox.put(place.message("m1"))
    await drain(house, "w")
    before = rows(house, "select * from ledger")
    with pytest.raises(house.connection.Error, match="append-only"):
        house.connection.execute(forgery)
    assert rows(house, "select * from ledger") == before != []


async def test_a_full_disk_delays_an_answer(street: Build) -> None:
    place = street("pub-028")
    real = place.house()
    house, _ = with_ledger(real, failures=1)
    real.inbox.put(place.message("m1"))
    with pytest.raises(sqlite3.OperationalError):
        await drain(house, "w")
    assert (real.inbox.state("m1"), said(real), rows(real, "select * from runs")) == ("waiting", [], [])
    await drain(house, "w")
    assert (real.inbox.state("m1"), len(said(real))) == ("done", 1)


async def test_the_path_of_a_repeated_run_is_its_own(street: Build) -> None:
    place = street("pub-042")
    real = place.house()
    house, _ = with_ledger(real, failures=1)
    real.inbox.put(place.message("m1"))
    with pytest.raises(sqlite3.OperationalError):
        await drain(house, "w")
    await drain(house, "w")
    ((path,),) = rows(real, "select json_extract(doc, '$.path') from runs where arrival_id = 'm1'")
    assert path.count("intake") == 1


async def test_every_commit_is_fenced_by_its_own_lease(street: Build) -> None:
    place = street("pub-046")
    real = place.house()
    house, ledger = with_ledger(real)
    real.world.patch(Patch(faults={"inventory": "timeout"}))
    real.inbox.put(place.message("m1"))
    real.inbox.put(place.message("m2", ticket_id="T-2", authenticated_customer_id="nobody"))
    await asyncio.gather(drain(house, "a", among=("m1",)), drain(house, "b", among=("m2",)))
    assert [wrong for wrong in ledger.written if wrong[0] != wrong[1]] == []
