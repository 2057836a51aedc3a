"""Houses on files: what sleeps in one process is decided in another."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from checkpoints.crash_points import CRASH_AT
from graph.arrivals import Arrival, DecisionArrived, MessageArrived
from graph.facts import World
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import House, build, furnish
from server.worker import drain
from tests.doors.shop import AVA, NOW, Scene, later
from tests.reviews.desk import CANCEL, CX

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.reviews.warm"])


@contextmanager
def house_in(folder: Path, at: datetime = NOW, **more: Any) -> Iterator[House]:
    """A house on a folder, with its checkpoints; everything is closed at the end."""
    furnishing = furnish(read_policy(None), folder=folder, patience=PATIENCE)
    house = build(folder, furnishing, SetClock(at), **more)
    try:
        yield house
    finally:
        house.close()
        furnishing.close()


def open_shop(folder: Path, scene: Scene) -> None:
    """The world of the scene."""
    with house_in(folder) as house:
        house.world.load(World.model_validate(scene.world))


def work(folder: Path, *arrivals: Arrival, at: datetime = NOW) -> None:
    """Put these arrivals and work until nothing waits."""
    with house_in(folder, at) as house:
        for arrival in arrivals:
            house.inbox.put(arrival)
        asyncio.run(drain(house, "worker"))


def _work(folder: Path, arrivals: tuple[Arrival, ...], at: datetime, crash_at: str | None) -> None:
    os.environ.pop(CRASH_AT, None)
    if crash_at is not None:
        os.environ[CRASH_AT] = crash_at
    work(folder, *arrivals, at=at)


def work_elsewhere(folder: Path, *arrivals: Arrival, at: datetime = NOW, crash_at: str | None = None) -> int:
    """The same in a process of its own, which may be killed at a point; its exit code."""
    return finish(started(_work, folder, arrivals, at, crash_at))


def started(what: Callable[..., None], *args: Any) -> BaseProcess:
    """A process at work."""
    process = PROCESSES.Process(target=what, args=args)
    process.start()
    return process


def finish(process: BaseProcess, seconds: float = 60) -> int:
    """Wait for a process; its exit code, negative for a signal."""
    process.join(seconds)
    code = process.exitcode
    process.kill()
    process.join()
    process.close()
    assert code is not None, "the process did not come to an end"
    return code


def asks(text: str = CANCEL, arrival_id: str = "m1") -> MessageArrived:
    """Ava's message."""
    fields = {"arrival_id": arrival_id, "at": NOW, "mode": "live", "channel": "email", "ticket_id": "T-1", "from_email": AVA, "text": text}
    return MessageArrived.model_validate(fields)


def decision(verb: str = "approve", arrival_id: str = "d1", by: str = CX, **more: Any) -> DecisionArrived:
    """A reviewer's answer about Ava's order."""
    fields = {"arrival_id": arrival_id, "at": later(1), "mode": "live", "order_id": "O-1042", "reviewer": by, "decision": verb, **more}
    return DecisionArrived.model_validate(fields)


def ask(folder: Path, sql: str, *values: Any, file: str = "wismo.sqlite") -> list[tuple[Any, ...]]:
    """What a database holds."""
    with closing(sqlite3.connect(folder / file)) as connection:
        return connection.execute(sql, values).fetchall()


def change(folder: Path, sql: str, *values: Any, file: str = "wismo.sqlite") -> None:
    """Change a database behind the service's back."""
    with closing(sqlite3.connect(folder / file)) as connection:
        connection.execute(sql, values)
        connection.commit()


def order_status(folder: Path) -> str:
    """The state of Ava's order in the OMS."""
    return str(ask(folder, "select json_extract(document, '$.status') from orders where order_id = 'O-1042'", file="world.sqlite")[0][0])


def performed(folder: Path) -> int:
    """How often a backend acted."""
    return int(ask(folder, "select count(*) from performed", file="world.sqlite")[0][0])


def paths(folder: Path, arrival_id: str) -> list[str]:
    """The steps of the run of an arrival."""
    rows = ask(folder, "select value from runs, json_each(doc, '$.path') where arrival_id = ?", arrival_id)
    return [str(row[0]) for row in rows]
