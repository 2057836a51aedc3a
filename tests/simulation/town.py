"""The town: one house of the service on a simulated clock, the shop's systems around it, customers, colleagues and crashes."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from graph.arrivals import Arrival, DecisionArrived, HumanReplied
from graph.facts import CatalogItem, Contact, InventoryLevel, World
from graph.labels import Mode, System
from server.policy_file import read_policy
from server.sweep import Sweep
from server.time_and_ids import SetClock
from server.timers import next_due
from server.wiring import House, build, furnish
from server.worker import drain
from tests.simulation import people
from tests.simulation.agenda import Act, Agenda, Life, hours
from tests.simulation.callers import Caller
from tests.simulation.colleagues import Reviewer, teammate_life
from tests.simulation.dying import Died, Reaper
from tests.simulation.goods import COMMON, SCARCE, SUBSTITUTE, new_order
from tests.simulation.lives import Shop, order_life, replacing_life, supplier_life
from tests.simulation.post import Post
from tests.simulation.systems import WAREHOUSE, Systems
from tests.simulation.witness import Witness

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday; daylight saving begins and ends in the weeks after it."""
OWNER = "town"
QUIET_DAYS = 14
"""In the last days nobody buys, writes or fails any more: what was begun comes to an end."""
PATIENCE = 5.0
SWEEP_HOURS = 6
ENDLESS = 500
"""So much does not fall due at one moment."""


class Town:
    """Some orders live through some days."""

    def __init__(self, folder: Path, reaper: Reaper, *, seed: int, orders: int, days: int, policy: Path | None) -> None:
        self.seed, self.orders, self._policy = seed, orders, policy
        self.end = START + timedelta(days=days)
        self.busy_until = self.end - timedelta(days=QUIET_DAYS)
        self._folder, self._reaper = folder, reaper
        self.rng = self.luck("town")
        self.clock = SetClock(START)
        self.agenda = Agenda()
        self.counts: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._asked = 0
        self.house = self._open()
        self.systems = Systems(lambda: self.house.world, self.clock.now, self._notice)
        self.post = Post(self.luck("post"), self.agenda, self.arrives)
        self.witness = Witness(self.systems, self.house.deps.textbook)

    def luck(self, *names: object) -> Random:
        """The luck of somebody: the same in every run of the same seed, whatever happens to others."""
        return Random(f"{self.seed}:{':'.join(map(str, names))}")

    # Its course

    async def lives(self) -> None:
        """All the days."""
        self._begins()
        while (happening := self.agenda.pop(self.end)) is not None:
            at, act = happening
            await self._lets_time_pass(at)
            waiting = act()
            if waiting is not None:
                await waiting
        await self._lets_time_pass(self.end)

    def _begins(self) -> None:
        customers = tuple(people.customer(number, self.rng) for number in range(max(6, self.orders * 2 // 3)))
        goods = {**COMMON, **SCARCE, SUBSTITUTE[0]: SUBSTITUTE[1:]}
        stock = tuple(InventoryLevel(sku=sku, warehouse=WAREHOUSE, on_hand=500, available=500) for sku in goods)
        catalog = tuple(CatalogItem.model_validate({"sku": sku, "title": title, "unit_price": price}) for sku, (title, price) in goods.items())
        self.house.world.load(World(customers=customers, inventory=stock, catalog=catalog))
        for sku in SCARCE:
            self.agenda.follow(START, supplier_life(sku, self._shop("supplier", sku)))
        self.agenda.follow(START + hours(6), replacing_life(self._order_ids, self._shop("mornings")))
        self.agenda.follow(START, self._outages())
        self.agenda.follow(START, self._crashes())
        self.agenda.follow(START, self._sweeping())
        self._placed: list[str] = []
        span = self.busy_until - START - timedelta(days=12)
        for place in range(self.orders):
            luck = self.luck("order", place)
            at = START + hours(span / hours(1) * luck.random())
            order = new_order(1000 + place, customers[luck.randrange(len(customers))].customer_id, at, luck)
            self._placed.append(order.order_id)
            self.agenda.follow(at, order_life(order, self._shop("life", place)))
            self.agenda.follow(at, Caller(order.order_id, self, self.luck("customer", place)).life())
            self.agenda.follow(at, teammate_life(order.order_id, self, self.luck("teammate", place)))

    def _shop(self, *names: object) -> Shop:
        return Shop(self.systems, self.clock.now, lambda life: self.agenda.follow(self.clock.now(), life), self.luck(*names))

    def _order_ids(self) -> list[str]:
        known = {row[0] for row in self.house.connection.execute("select distinct order_id from cases")}
        return [order_id for order_id in self._placed if order_id in known]

    async def _lets_time_pass(self, until: datetime) -> None:
        """Everything that falls due up to then, each with the clock at its own time."""
        policy, seen = self.house.deps.policy, Counter[datetime]()
        while (due := next_due(self.house.connection, until, policy)) is not None:
            self.clock.set(max(due.at, self.clock.now()))
            seen[self.clock.now()] += 1
            assert seen[self.clock.now()] < ENDLESS, f"time stands still: {due.arrival}"
            self.counts[f"due: {getattr(due.arrival, 'why', getattr(due.arrival, 'what', ''))}"] += 1
            await self._survives(lambda: Sweep(self.house, OWNER).let_time_pass())
        self.clock.set(until)

    # What arrives

    async def arrives(self, arrival: Arrival) -> None:
        """Something comes in and is worked on; senders send again what was not taken."""

        async def works() -> None:
            self.house.inbox.put(arrival)
            await drain(self.house, OWNER)

        await self._survives(works)

    async def _sweeps(self) -> None:
        self.counts["sweeps"] += 1
        await self._survives(lambda: Sweep(self.house, OWNER).once())

    async def _survives(self, works: Callable[[], Awaitable[object]]) -> None:
        """Whoever dies over the work is replaced by somebody who works off what lies about, and begins it again."""
        while True:
            try:
                await works()
            except (Died, sqlite3.ProgrammingError):
                if not self._reaper.has_come:
                    raise
            if not self._reaper.has_come:
                break
            self.reopens()
            await drain(self.house, OWNER)
        self.witness.looks(self.house, self.clock.now())
        self._asks_reviewers()

    def reopens(self) -> None:
        """A new process on the same folder."""
        self.counts["reopened"] += 1
        self.close()
        self.house = self._open()

    def close(self) -> None:
        """The house is left as it stands; nothing is worked off."""
        self.house.close()
        self.house.saver.conn.close()

    def _open(self) -> House:
        furnishing = furnish(read_policy(self._policy), folder=self._folder, patience=PATIENCE)
        house = build(self._folder, furnishing, self.clock)
        self._reaper.watch(house)
        return house

    def _notice(self, source: str, type_: str, now: datetime, **about: Any) -> None:
        self.post.send(source, type_, now, **about)

    def _sweeping(self) -> Life:
        while True:
            yield hours(SWEEP_HOURS)
            self.soon(self._sweeps)

    # Who interferes

    def _crashes(self) -> Life:
        """Now and then the process is killed, between two arrivals or in the midst of one."""
        while True:
            yield hours(self.rng.expovariate(1 / 40))
            if self.rng.random() < 0.2:
                self.reopens()
            else:
                self.counts["deadly points"] += 1
                self._reaper.lurk(self.rng)

    def _outages(self) -> Life:
        """Now and then a system does not answer for some hours."""
        while self.clock.now() < self.busy_until:
            yield hours(self.rng.expovariate(1 / 100))
            system = self.rng.choice(list(System))
            self.systems.fail(system, self.rng.choice(("error", "malformed")))
            self.counts[f"outage: {system}"] += 1
            yield hours(self.rng.uniform(0.2, 5))
            self.systems.fail(system, None)

    async def teammate_answers(self, order_id: str) -> None:
        """A teammate writes to the customer, in the ticket of the case if there is one."""
        row = self.house.connection.execute(
            "select coalesce(ticket_id, case_id), customer_id from cases where order_id = ? order by rowid desc", (order_id,)
        ).fetchone()
        if row is None:
            return
        self.counts["teammate answers"] += 1
        now = self.clock.now()
        contact = {"contact_id": f"human:{order_id}:{now.isoformat()}", "ticket_id": row[0], "customer_id": row[1], "order_id": order_id, "at": now}
        text = "I'm looking into it and will be in touch."
        self.house.world.add_contact(Contact.model_validate({**contact, "direction": "outbound", "author": "human", "text": text}))
        self.witness.hears_teammate(order_id, now)
        await self.arrives(HumanReplied(arrival_id=f"reply:{order_id}:{now.isoformat()}", at=now, mode=Mode.LIVE, ticket_id=row[0]))

    def teammate_answers_review(self, escalation_id: str) -> None:
        """The teammate who took a case over writes to its customer."""
        sql = "select cases.order_id from cases join escalations using (case_id) where escalation_id = ?"
        order_id = self.house.connection.execute(sql, (escalation_id,)).fetchone()[0]
        if order_id is not None:
            self.soon(lambda: self.teammate_answers(order_id))

    def _asks_reviewers(self) -> None:
        rows = self.house.connection.execute("select seq, escalation_id from escalations where seq > ? order by seq", (self._asked,))
        for seq, escalation_id in rows.fetchall():
            self._asked = seq
            self.counts["reviews"] += 1
            reviewer = Reviewer(escalation_id, self, self.luck("reviewer", escalation_id))
            self.agenda.follow(self.clock.now(), reviewer.life())

    def queue_of(self, escalation_id: str) -> str:
        """Whose reviewers a review asks now."""
        row = self.house.connection.execute("select queue from escalations where escalation_id = ?", (escalation_id,)).fetchone()
        return str(row[0])

    def reviewer_says(self, escalation_id: str, **fields: Any) -> None:
        """A reviewer answers."""
        self.soon(lambda: self._decision_arrives(escalation_id, **fields))

    async def _decision_arrives(self, escalation_id: str, **fields: Any) -> None:
        now, arrival_id = self.clock.now(), f"decision:{escalation_id}:{next(self._numbers)}"
        known = {"arrival_id": arrival_id, "at": now, "mode": Mode.LIVE, "escalation_id": escalation_id}
        decision = DecisionArrived.model_validate({**known, **fields})
        await self.arrives(decision)
        self.witness.hears_decision(self.house, escalation_id, decision.deadline, arrival_id, now)

    def soon(self, act: Act) -> None:
        """It happens next."""
        self.agenda.note(self.clock.now(), act)


@contextmanager
def lived(folder: Path, *, seed: int, orders: int, days: int, policy: Path | None = None) -> Iterator[Town]:
    """A town that has lived all its days."""
    with Reaper() as reaper:
        town = Town(folder, reaper, seed=seed, orders=orders, days=days, policy=policy)
        try:
            asyncio.run(town.lives())
            yield town
        finally:
            town.close()
