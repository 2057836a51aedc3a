"""Races that are played move by move: two workers at the very moments at which they could hurt each other."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from checkpoints.inbox import Inbox
from checkpoints.saver import open_checkpoints
from checkpoints.schema import connect
from graph.arrivals import MessageArrived
from graph.commit import PerformAction
from server import delivery
from server.wiring import House
from server.worker import drain, work_on
from tests.doors.shop import later
from tests.reviews.desk import SHIPPING, dear
from tests.reviews.houses import (
    PROCESSES,
    ask,
    asks,
    decision,
    finish,
    house_in,
    open_shop,
    order_status,
    performed,
    started,
    work,
)

ACCEPTED = "select who, what from ledger where what like 'decision:%' and (what like 'decision: ' || why || '%')"


class Wall:
    """The clock of leases."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder in which Ava's request to cancel is under review."""
    open_shop(tmp_path, dear())
    work(tmp_path, asks())
    return tmp_path


@pytest.fixture
def houses(home: Path) -> Iterator[tuple[House, House, Wall]]:
    """Two workers' houses on the folder, an hour later."""
    wall = Wall()
    with ExitStack() as stack:
        yield stack.enter_context(house_in(home, later(1), wall=wall)), stack.enter_context(house_in(home, later(1), wall=wall)), wall


def meanwhile(house: House, *roots: str) -> None:
    """The other worker works, while this one stands still in the middle of something."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(drain(house, "other", among=roots or None))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failures == []


def between(monkeypatch: pytest.MonkeyPatch, house: House, first: str, act: Callable[[], None]) -> None:
    """Something happens once, right after this house's store has read what `first` begins with."""
    plain, waiting = house.store._one, [act]

    def read(sql: str, *values: Any) -> Any:
        found = plain(sql, *values)
        if waiting and values and str(values[0]).startswith(first):
            waiting.pop()()
        return found

    monkeypatch.setattr(house.store, "_one", read)


def review_of(home: Path) -> str:
    return str(ask(home, "select escalation_id from escalations")[0][0])


@pytest.mark.parametrize(("mine", "theirs"), [("approve", "deny"), ("deny", "approve")])
def test_a_decision_between_two_reads_of_another(
    home: Path, houses: tuple[House, House, Wall], monkeypatch: pytest.MonkeyPatch, mine: str, theirs: str
) -> None:
    one, other, _ = houses
    one.inbox.put(decision(mine, "mine"))
    one.inbox.put(decision(theirs, "theirs", order_id=None, escalation_id=review_of(home)))

    def at_the_second_read() -> None:
        between(monkeypatch, one, "escalation:", lambda: meanwhile(other, "theirs"))

    between(monkeypatch, one, "escalation:", at_the_second_read)
    asyncio.run(drain(one, "one", among=("mine",)))

    assert len(ask(home, ACCEPTED)) == 1
    assert (order_status(home), performed(home)) == (("cancelled", 1) if theirs == "approve" else ("processing", 0))


def test_a_withdrawal_between_two_reads_of_an_approval(home: Path, houses: tuple[House, House, Wall], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, _ = houses
    withdrawal = asks("Please don't cancel 1042, keep the order.", "m2").model_dump() | {"at": later(1)}
    one.inbox.put(MessageArrived.model_validate(withdrawal))
    one.inbox.put(decision())

    def at_the_second_read() -> None:
        between(monkeypatch, one, "escalation:", lambda: meanwhile(other, "m2"))

    between(monkeypatch, one, "escalation:", at_the_second_read)
    asyncio.run(drain(one, "one", among=("d1",)))

    assert (order_status(home), performed(home)) == ("processing", 0)
    assert ask(home, "select json_extract(doc, '$.reason') from runs where arrival_id = 'd1'") == [("already_decided",)]


def test_a_worker_whose_lease_ran_out_takes_nothing_back(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, wall = houses
    one.inbox.put(decision())
    lease = one.inbox.claim("one")
    assert lease is not None
    wall.seconds += 61
    meanwhile(other)
    assert one.inbox.state("d1") == "done"
    asyncio.run(work_on(one, lease))

    assert one.inbox.state("d1") == "done"
    assert (order_status(home), performed(home)) == ("cancelled", 1)


def test_a_worker_whose_lease_ran_out_often_does_not_bury_the_decision(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, wall = houses
    one.inbox.put(decision())
    leases = []
    for number in range(5):
        leases.append(one.inbox.claim(f"slow-{number}"))
        wall.seconds += 61
    meanwhile(other)
    for lease in leases:
        assert lease is not None
        asyncio.run(work_on(one, lease))

    assert one.inbox.state("d1") == "done"


def test_a_worker_whose_lease_ran_out_does_not_free_what_another_works_on(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, wall = houses
    one.inbox.put(decision())
    stale = one.inbox.claim("one")
    wall.seconds += 61
    fresh = other.inbox.claim("other")
    assert stale is not None
    assert fresh is not None
    one.inbox.fail(stale, "lost the race for the case too often")
    one.inbox.release(stale)

    assert one.inbox.state("d1") == "working"
    assert one.inbox.claim("third") is None


def test_two_who_deliver_the_same_action(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, _ = houses
    one.outbox.pause(True)
    one.inbox.put(decision())
    asyncio.run(drain(one, "one"))
    one.outbox.pause(False)
    seen = [(house, pending) for house in (one, other) for pending in house.outbox.pending()]
    for house, pending in seen:
        if isinstance(pending.effect, PerformAction):
            asyncio.run(delivery._perform(house, pending, pending.effect))
    meanwhile(other)

    assert (order_status(home), performed(home)) == ("cancelled", 1)
    assert ask(home, "select count(*) from ledger where what like 'executed cancel%'") == [(1,)]


def test_who_delivers_late_does_not_tell_the_customer_again(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, _ = houses
    one.outbox.pause(True)
    one.inbox.put(decision())
    asyncio.run(drain(one, "one"))
    one.outbox.pause(False)
    (slow,) = [row for row in one.outbox.pending() if isinstance(row.effect, PerformAction)]
    meanwhile(other)
    asyncio.run(delivery._perform(one, slow, slow.effect))  # type: ignore[arg-type]
    meanwhile(other)

    assert ask(home, "select count(*) from arrivals where kind = 'receipt'") == [(1,)]
    assert ask(home, "select count(*) from outbox where kind = 'send_message'") == [(2,)]


@pytest.mark.parametrize("deaths", [5, 6])
def test_workers_that_die_do_not_bury_a_decision(home: Path, houses: tuple[House, House, Wall], deaths: int) -> None:
    one, other, wall = houses
    one.inbox.put(decision())
    for number in range(deaths):
        one.inbox.claim(f"killed-{number}")
        wall.seconds += 61
    meanwhile(other)

    assert (one.inbox.state("d1"), order_status(home)) == ("done", "cancelled")


def test_a_decision_that_somebody_works_on_is_not_buried(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, wall = houses
    one.inbox.put(decision())
    for number in range(4):
        one.inbox.claim(f"killed-{number}")
        wall.seconds += 61
    lease = one.inbox.claim("alive")
    assert lease is not None
    assert other.inbox.claim("other") is None

    assert one.inbox.state("d1") == "working"


def test_two_who_deliver_at_once(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, _ = houses
    one.outbox.pause(True)
    one.inbox.put(decision())
    asyncio.run(drain(one, "one"))
    one.outbox.pause(False)

    async def both() -> None:
        await asyncio.gather(drain(one, "one"), drain(other, "other"))

    asyncio.run(both())

    assert (order_status(home), performed(home)) == ("cancelled", 1)
    assert ask(home, "select count(*) from ledger where what like 'executed cancel%'") == [(1,)]
    assert ask(home, "select count(*) from outbox where kind = 'send_message'") == [(2,)]


def test_a_kill_between_the_record_of_an_execution_and_its_receipt(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, _ = houses
    one.outbox.pause(True)
    one.inbox.put(decision())
    asyncio.run(drain(one, "one"))
    one.outbox.pause(False)
    (pending,) = [row for row in one.outbox.pending() if isinstance(row.effect, PerformAction)]
    asyncio.run(delivery._perform(one, pending, pending.effect))  # type: ignore[arg-type]
    meanwhile(other)

    assert ask(home, "select count(*) from outbox where kind = 'send_message'") == [(2,)]


def test_decisions_at_once_in_one_process(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, other, _ = houses
    one.inbox.put(decision("approve", "a"))
    one.inbox.put(decision("deny", "b", order_id=None, escalation_id=review_of(home)))
    one.inbox.put(decision("approve", "c", by=SHIPPING, order_id=None, escalation_id=review_of(home)))

    async def both() -> None:
        await asyncio.gather(drain(one, "one", among=("a",)), drain(other, "other", among=("b", "c")))

    asyncio.run(both())

    assert len(ask(home, ACCEPTED)) == 1
    assert ask(home, "select arrival_id from arrivals where state != 'done'") == []


def test_a_review_wakes_its_thread_after_its_opening_run_lost_a_race(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_shop(tmp_path, dear())
    with house_in(tmp_path) as one, house_in(tmp_path) as other:
        work(tmp_path, asks("where is 1042?", "m0"))
        one.inbox.put(asks())
        moved = MessageArrived.model_validate(asks("any news on 1042?", "m2").model_dump() | {"authenticated_customer_id": "C-1"})
        one.inbox.put(moved)
        between(monkeypatch, one, "C-1", lambda: meanwhile(other, "m2"))
        asyncio.run(drain(one, "one", among=("m1",)))
    work(tmp_path, decision(), at=later(1))
    first = ask(tmp_path, "select value from runs, json_each(doc, '$.path') where arrival_id = 'd1'")[0][0]

    assert (order_status(tmp_path), performed(tmp_path)) == ("cancelled", 1)
    assert first == "await_reviewer"


FOLDERS = 60
DATABASES: dict[str, Callable[[Path], Any]] = {"wismo.sqlite": lambda path: connect(path).conn, "checkpoints.sqlite": open_checkpoints}


def _open_new(folder: Path, barrier: Any, failures: Any) -> None:
    for number in range(FOLDERS):
        home = folder / str(number)
        barrier.wait()
        home.mkdir(exist_ok=True)
        for name, opened in DATABASES.items():
            try:
                opened(home / name).close()
            except sqlite3.Error as error:
                failures.put(f"{number}: {name}: {error}")


def test_processes_that_open_a_new_folder_at_once(tmp_path: Path) -> None:
    """Rare: the switch to WAL does not wait for others. `EmbeddedStore` asks again; the case store and the checkpoints do not."""
    barrier, failures = PROCESSES.Barrier(3), PROCESSES.Queue()
    processes = [started(_open_new, tmp_path, barrier, failures) for _ in range(3)]

    assert [finish(process) for process in processes] == [0, 0, 0]
    assert failures.empty(), failures.get()


@pytest.mark.parametrize("name", DATABASES)
def test_a_new_folder_that_another_process_writes_to(tmp_path: Path, name: str) -> None:
    """The same move by move: the other process has made the file and holds its write lock for a moment."""
    other = sqlite3.connect(tmp_path / name, isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    other.execute("create table just_made (one integer)")
    freed = threading.Timer(0.2, other.execute, ("commit",))
    freed.start()
    try:
        DATABASES[name](tmp_path / name).close()
    finally:
        freed.join()
        other.close()


def test_inboxes_take_the_seconds_of_a_lease(home: Path, houses: tuple[House, House, Wall]) -> None:
    one, _, wall = houses
    short = Inbox(one.connection, wall, lease_seconds=5)
    one.inbox.put(decision())
    assert short.claim("a") is not None
    assert short.claim("b") is None
    wall.seconds += 6
    assert short.claim("b") is not None
