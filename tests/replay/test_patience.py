"""A system that answers at once is never taken for silent, however busy the machine is: replay is exact."""

from __future__ import annotations

import asyncio
import time

from graph.context import Knowledge, OrderContext, SystemAnswer
from graph.facts import World
from graph.labels import System
from nodes.gather import fill
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock, SystemClock
from server.wiring import build, furnish
from tests.replay.playing import story_of


async def busy_neighbours(turns: int = 8) -> None:
    """Other scenarios of the same process, on a slow machine."""
    for _ in range(turns):
        time.sleep(PATIENCE * 1.2)  # noqa: ASYNC251  it is the point that nobody else gets a turn
        await asyncio.sleep(0)


async def test_a_busy_machine_changes_no_facts() -> None:
    now, world = SystemClock().now(), World.model_validate(story_of("pub-076")["world"])
    furnishing = furnish(read_policy(None), patience=PATIENCE)
    house = build(None, furnishing, SetClock(now))
    house.world.load(world)
    known = SystemAnswer(knowledge=Knowledge.KNOWN, as_of=now, attempts=1)
    blank = OrderContext(now=now, customer=world.customers[0], order=world.orders[0], systems=dict.fromkeys(System, known))
    context, _ = await asyncio.gather(fill(blank, world.customers[0].customer_id, house.deps, retries=0), busy_neighbours())
    house.close()
    furnishing.close()
    assert {system.value for system, answer in context.systems.items() if answer.knowledge is not Knowledge.KNOWN} == set()
