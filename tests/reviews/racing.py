"""Many approvals, each answered several times at once, by two processes on one folder that are killed again and again."""

from __future__ import annotations

import asyncio
import os
import random
import traceback
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from checkpoints.crash_points import CRASH_AT, POINTS
from graph.arrivals import Arrival, DecisionArrived, MessageArrived
from graph.facts import World
from server.delivery import deliver
from server.worker import drain, work_on
from tests.doors.shop import NOW, Scene, item, later
from tests.reviews.desk import CX, SHIPPING
from tests.reviews.houses import PROCESSES, ask, finish, house_in, started

LEASE = 61.0
"""More than the seconds of a lease: as far as the shared clock moves when a worker dies."""
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """Who decides what, and who dies when."""

    approvals: int
    kills: int
    seed: int

    @property
    def orders(self) -> list[str]:
        return [f"O-{5000 + number}" for number in range(self.approvals)]

    def decisions(self, escalations: dict[str, str]) -> list[DecisionArrived]:
        """2 to 4 decisions for each review: mixed, by number or by name, some of nobody who may; some arrivals twice."""
        dice, made = random.Random(self.seed), []
        for order_id in self.orders:
            for number in range(dice.randint(2, 4)):
                named = {"order_id": order_id} if dice.random() < 0.5 else {"escalation_id": escalations[order_id]}
                verb = dice.choice(("approve", "deny"))
                by = SHIPPING if dice.random() < 0.05 else CX
                fields = {"arrival_id": f"d:{order_id}:{number}", "at": later(1), "mode": "live", "reviewer": by, "decision": verb}
                made.append(DecisionArrived.model_validate({**fields, **named}))
                if dice.random() < 0.2:
                    made.append(made[-1])
        return made


@dataclass
class Aftermath:
    """What is left when all is over."""

    folder: Path
    plan: Plan
    decisions: list[DecisionArrived]
    kills: int = 0
    errors: list[str] = field(default_factory=list)


def scene(plan: Plan) -> Scene:
    """One dear order per customer."""
    made = Scene()
    for number, order_id in enumerate(plan.orders):
        customer = f"R-{number}"
        made.customer(customer, f"Customer {number}", f"{customer.lower()}@mailbox.example")
        made.order(order_id.removeprefix("O-"), item(price="300.00"), customer=customer).task().reserved()
    return made.stock()


def prepare(folder: Path, plan: Plan) -> dict[str, str]:
    """Everybody asks to cancel; the reviews by order."""
    with house_in(folder) as house:
        house.world.load(World.model_validate(scene(plan).world))
        for number, order_id in enumerate(plan.orders):
            fields = {"channel": "email", "ticket_id": f"T-{number}", "from_email": f"r-{number}@mailbox.example", "mode": "live", "at": NOW}
            text = f"please cancel {order_id.removeprefix('O-')}"
            house.inbox.put(MessageArrived.model_validate({"arrival_id": f"m:{number}", "text": text, **fields}))
        asyncio.run(drain(house, "preparing"))
    rows = ask(folder, "select json_extract(doc, '$.order_id'), escalation_id from escalations join cases using (case_id)")
    return dict(rows)


def labour(folder: Path, name: str, arrivals: list[Arrival], seed: int, wall: Any, crash_at: str | None, ready: Any) -> None:
    """One worker: hears its arrivals a few at a time, and works on whatever is free, until nothing is."""
    os.environ.pop(CRASH_AT, None)
    try:
        with house_in(folder, later(1), wall=lambda: wall.value) as house:
            if crash_at is not None:
                os.environ[CRASH_AT] = crash_at
            ready.wait()
            asyncio.run(_labour(house, name, arrivals, random.Random(seed)))
    except Exception:
        (folder / f"error-{name}-{os.getpid()}.txt").write_text(traceback.format_exc(), encoding="utf-8")
        raise


async def _labour(house: Any, name: str, arrivals: list[Arrival], dice: random.Random) -> None:
    waiting = list(arrivals)
    while waiting:
        for _ in range(dice.randint(1, 4)):
            if waiting:
                house.inbox.put(waiting.pop())
        for _ in range(dice.randint(1, 4)):
            lease = house.inbox.claim(name)
            if lease is not None:
                await work_on(house, lease)
        await deliver(house)
    await drain(house, name)


class Race:
    """Two workers; each is started again as often as it dies."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.after = Aftermath(folder, plan, plan.decisions(prepare(folder, plan)))
        self._dice = random.Random(plan.seed + 1)
        self._wall = PROCESSES.Value("d", 1_000.0)
        self._ready = PROCESSES.Event()
        self._names = 0

    def run(self) -> Aftermath:
        workers = [self._start(), self._start()]
        self._ready.set()
        while workers:
            workers = [again for worker in workers if (again := self._wait(worker)) is not None]
        with self._wall.get_lock():
            self._wall.value += LEASE
        assert finish(started(labour, self.after.folder, "last", [], 0, self._wall, None, self._ready), PATIENCE_SECONDS) == 0
        self.after.errors = [path.read_text(encoding="utf-8") for path in sorted(self.after.folder.glob("error-*.txt"))]
        return self.after

    def _start(self) -> BaseProcess:
        """A worker under a new name; while there are kills left, most of them die by themselves at a named point."""
        self._names += 1
        arrivals = self.after.decisions[:]
        self._dice.shuffle(arrivals)
        mortal = self.after.kills < self.after.plan.kills and (self.after.kills < 4 or self._dice.random() < 0.7)
        crash_at = f"{self._dice.choice(POINTS)}:{self._dice.randint(1, 8)}" if mortal else None
        name = f"worker-{self._names}"
        return started(labour, self.after.folder, name, arrivals, self._dice.random(), self._wall, crash_at, self._ready)

    def _wait(self, worker: BaseProcess) -> BaseProcess | None:
        """Wait for a random moment; kill the worker then, if it is its turn. A dead one comes back under another name."""
        worker.join(self._dice.uniform(0.05, 0.5))
        if worker.exitcode is None and self.after.kills < self.after.plan.kills and self._dice.random() < 0.6:
            worker.kill()
            worker.join()
        if worker.exitcode is None:
            return worker
        code = worker.exitcode
        worker.close()
        if code == 0:
            return None
        self.after.kills += 1
        with self._wall.get_lock():
            self._wall.value += LEASE
        return self._start()


def race(folder: Path, plan: Plan) -> Aftermath:
    """Run it to its end."""
    return Race(folder, plan).run()
