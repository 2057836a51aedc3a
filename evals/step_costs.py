"""What single steps cost: gathering from slow systems, reading a message, proving a text."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from evals.paraphrase_eval import CORPUS
from evals.throughput import Story
from graph.arrivals import MessageArrived
from graph.context import Knowledge, OrderContext, SystemAnswer
from graph.facts import Order, World
from graph.labels import Channel, Language, System
from graph.ports import Backends
from nodes.communications.guard import prove
from nodes.communications.subgraph import forbidden_texts
from nodes.deps import Deps
from nodes.gather import fill
from nodes.reading import read_message
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import Furnishing, build, furnish

_AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def gather_ms(stories: Sequence[Story], slow_ms: float) -> float:
    """Milliseconds of gathering from six systems of which each takes `slow_ms`."""
    furnishing = furnish(read_policy(None), patience=PATIENCE)
    house = build(None, furnishing, SetClock(_AT))
    deps = Deps(**{**vars(house.deps), "backends": _slow_backends(slow_ms / 1000), "patience": 5.0})
    context = OrderContext(now=_AT, customer=None, order=_order_with_substitute(stories), systems={system: _known() for system in System})
    try:
        return asyncio.run(_timed(lambda: fill(context, "C-1", deps, retries=0)))
    finally:
        house.close()
        furnishing.close()


def _known() -> SystemAnswer:
    return SystemAnswer(knowledge=Knowledge.KNOWN, as_of=_AT, attempts=1)


def _order_with_substitute(stories: Sequence[Story]) -> Order:
    """An order about which all six systems are asked."""
    orders = (order for story in stories for order in World.model_validate(story["world"]).orders)
    return next(order for order in orders if any(line.approved_substitutes for line in order.lines))


def _slow_backends(seconds: float) -> Backends:
    async def nothing(*_: object) -> tuple[()]:
        await asyncio.sleep(seconds)
        return ()

    asked = ("catalog_items", "fulfillments", "supply", "levels", "allocations", "parcels", "contacts")
    system = SimpleNamespace(**dict.fromkeys(asked, nothing))
    return cast(Backends, SimpleNamespace(**{name.value: system for name in System}))


async def _timed(step: Callable[[], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    await step()
    return (time.perf_counter() - started) * 1000


def reading_ms() -> float:
    """Mean milliseconds of reading one message of the paraphrase corpus."""
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    for row in rows[:: len(rows) // (4 * len(Language))]:
        _read(row)
    started = time.perf_counter()
    for row in rows:
        _read(row)
    return (time.perf_counter() - started) * 1000 / len(rows)


def _read(row: dict[str, Any]) -> None:
    channel = Channel(row["channel"])
    read_message(text=row["text"], subject=row["subject"], channel=channel, metadata=row["metadata"], received_at=_AT)


def guard_ms(stories: Sequence[Story]) -> float:
    """Mean milliseconds of proving one customer text, over the texts that the public scenarios bring forth."""
    furnishing = furnish(read_policy(None), patience=PATIENCE)
    try:
        texts = [state for story in stories if (state := asyncio.run(_first_run(story, furnishing))).get("draft") is not None]
        costs = [_proving(state, furnishing) for state in texts for _ in range(2)]
    finally:
        furnishing.close()
    return statistics.mean(costs[2:])


def _proving(state: dict[str, Any], furnishing: Furnishing) -> float:
    draft, forbidden = state["draft"], forbidden_texts(state.get("context"))
    started = time.perf_counter()
    prove(draft, draft.text, furnishing.textbook, forbidden=forbidden)
    return (time.perf_counter() - started) * 1000


async def _first_run(story: Story, furnishing: Furnishing) -> dict[str, Any]:
    """The state of the graph after the first message of a story."""
    step = {key: value for key, value in story["steps"][0].items() if key not in {"kind", "expect"}}
    arrival = MessageArrived.model_validate({**step, "arrival_id": story["scenario_id"], "mode": story.get("mode", "live")})
    house = build(None, furnishing, SetClock(arrival.at))
    try:
        house.world.load(World.model_validate(story["world"]))
        start = {"graph_version": 1, "arrival_id": arrival.arrival_id, "root_arrival_id": arrival.arrival_id, "path": [], "arrival": arrival}
        config = {"configurable": {"thread_id": f"guard-{story['scenario_id']}"}}
        return cast(
            dict[str, Any], await house.graph.ainvoke({**start, "run_id": story["scenario_id"]}, config, context=house.deps, durability="exit")
        )
    finally:
        house.close()
