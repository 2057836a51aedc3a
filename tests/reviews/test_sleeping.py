"""A review sleeps in its checkpoint; whatever happens to it meanwhile, the decision is not lost."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from server import worker
from server.wiring import House
from server.worker import drain
from tests.doors.shop import later
from tests.reviews.desk import CANCEL, dear
from tests.reviews.houses import (
    ask,
    asks,
    change,
    decision,
    house_in,
    open_shop,
    order_status,
    paths,
    performed,
    work,
    work_elsewhere,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with one dear order in the world."""
    open_shop(tmp_path, dear())
    return tmp_path


def thread_of(folder: Path, arrival_id: str = "m1") -> str:
    return str(ask(folder, "select run_id from runs where arrival_id = ?", arrival_id)[0][0])


def sleeps(house: House, thread: str) -> bool:
    """Whether a thread waits in its checkpoint for a reviewer."""
    snapshot = asyncio.run(house.graph.aget_state({"configurable": {"thread_id": thread}}))
    return bool(snapshot.interrupts) and snapshot.next == ("await_reviewer",)


def assert_cancelled_once(folder: Path) -> None:
    assert (order_status(folder), performed(folder)) == ("cancelled", 1)
    assert ask(folder, "select count(*) from actions where status = 'executed'") == [(1,)]
    assert ask(folder, "select count(*) from arrivals where state != 'done'") == [(0,)]
    assert ask(folder, "select count(*) from outbox where state = 'pending'") == [(0,)]
    assert ask(folder, "select count(*) from ledger where what like 'executed cancel%'") == [(1,)]
    said = "select count(*) from contacts where json_extract(document, '$.author') = 'automation'"
    assert ask(folder, said, file="world.sqlite") == [(2,)]


def test_the_interrupt_is_in_the_checkpoint(home: Path) -> None:
    work(home, asks())
    with house_in(home) as house:
        thread = thread_of(home)
        snapshot = asyncio.run(house.graph.aget_state({"configurable": {"thread_id": thread}}))

        assert sleeps(house, thread)
        assert snapshot.interrupts[0].value["escalation_id"] == ask(home, "select escalation_id from escalations")[0][0]


def test_a_checkpoint_has_plain_values_only(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    work(home, asks())
    with house_in(home) as house:
        values = asyncio.run(house.graph.aget_state({"configurable": {"thread_id": thread_of(home)}})).values

    assert {type(value) for value in values.values()} <= {str, int, bool, list, type(None)}


def test_the_decision_in_another_process_wakes_that_very_thread(home: Path) -> None:
    work(home, asks())
    assert work_elsewhere(home, decision(), at=later(1)) == 0

    assert paths(home, "d1")[0] == "await_reviewer"
    assert_cancelled_once(home)
    with house_in(home) as house:
        assert not sleeps(house, thread_of(home))


def test_a_refused_decision_lets_the_thread_sleep_on(home: Path) -> None:
    work(home, asks())
    work_elsewhere(home, decision(by="U0NOBODY"), at=later(1))
    with house_in(home) as house:
        assert sleeps(house, thread_of(home))
    work_elsewhere(home, decision(arrival_id="d2"), at=later(2))

    assert paths(home, "d2")[0] == "await_reviewer"
    assert_cancelled_once(home)


@pytest.mark.parametrize("words", ["any news on 1042?", "1042: you will hear from my lawyer!", CANCEL])
def test_messages_do_not_disturb_the_sleeping_thread(home: Path, words: str) -> None:
    work(home, asks())
    work(home, asks(words, "m2").model_copy(update={"at": later(1)}), at=later(1))
    with house_in(home) as house:
        assert sleeps(house, thread_of(home))
        assert not sleeps(house, thread_of(home, "m2"))
    work(home, decision(), at=later(2))

    assert paths(home, "d1")[0] == "await_reviewer"
    assert (order_status(home), performed(home)) == ("cancelled", 1)


def test_without_the_checkpoint_the_row_alone_starts_the_decision(home: Path) -> None:
    work(home, asks())
    with house_in(home) as house:
        asyncio.run(house.graph.checkpointer.adelete_thread(thread_of(home)))
    assert work_elsewhere(home, decision(), at=later(1)) == 0

    assert paths(home, "d1")[0] != "await_reviewer"
    assert "recall_review" in paths(home, "d1")
    assert_cancelled_once(home)


def test_without_any_checkpoint_file(home: Path) -> None:
    work(home, asks())
    for file in home.glob("checkpoints.sqlite*"):
        file.unlink()
    work(home, decision(), at=later(1))

    assert_cancelled_once(home)


def test_a_kill_between_the_commit_and_the_interrupts_checkpoint(home: Path) -> None:
    assert work_elsewhere(home, asks(), crash_at="after_commit:1") == -signal.SIGKILL
    assert ask(home, "select status from escalations") == [("open",)]
    with house_in(home) as house:
        assert not sleeps(house, thread_of(home))
    work_elsewhere(home, decision(), at=later(1))

    assert_cancelled_once(home)


@pytest.mark.parametrize("point", ["before_commit", "inside_commit", "after_commit", "before_action", "after_action"])
def test_a_kill_while_the_decision_is_worked_on(home: Path, point: str) -> None:
    work(home, asks())
    assert work_elsewhere(home, decision(), at=later(1), crash_at=f"{point}:1") == -signal.SIGKILL
    assert work_elsewhere(home, at=later(1)) == 0

    assert_cancelled_once(home)


@pytest.mark.parametrize("point", ["before_commit:2", "inside_commit:2", "after_commit:2", "before_delivery", "after_delivery"])
def test_a_kill_while_the_receipt_is_worked_on(home: Path, point: str) -> None:
    work(home, asks())
    assert work_elsewhere(home, decision(), at=later(1), crash_at=point) == -signal.SIGKILL
    assert work_elsewhere(home, at=later(1)) == 0

    assert_cancelled_once(home)


def test_a_checkpoint_of_another_graph_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work(home, asks())
    monkeypatch.setattr(worker, "GRAPH_VERSION", 99)
    work(home, decision(), at=later(1))

    assert_cancelled_once(home)


def test_a_checkpoint_that_cannot_be_read(home: Path) -> None:
    work(home, asks())
    change(home, "update checkpoints set checkpoint = x'c1c1c1'", file="checkpoints.sqlite")
    work(home, decision(), at=later(1))

    assert_cancelled_once(home)


def test_a_decision_that_could_not_be_written_is_not_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work(home, asks())
    with house_in(home, later(1)) as house:
        house.inbox.put(decision())
        monkeypatch.setattr(house.store._rows, "write", _full)
        with pytest.raises(OSError, match="full"):
            asyncio.run(drain(house, "w"))
        monkeypatch.undo()
        assert house.inbox.state("d1") == "waiting"
        asyncio.run(drain(house, "w"))

    assert_cancelled_once(home)


def _full(commit: object) -> None:
    raise OSError("the disk is full")


def test_nothing_of_a_person_sleeps_in_the_checkpoint(home: Path) -> None:
    work(home, asks())
    blobs = ask(home, "select checkpoint, metadata from checkpoints", file="checkpoints.sqlite")
    blobs += ask(home, "select value, channel from writes", file="checkpoints.sqlite")
    kept = b" ".join(part if isinstance(part, bytes) else str(part).encode() for row in blobs for part in row)

    for secret in (b"ava@", b"Lindqvist", b"Addison", b"please cancel"):
        assert secret not in kept
