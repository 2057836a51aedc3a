"""Running scenarios: each in a house of its own, steps in order, results in the order of the file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from graph.arrivals import Arrival, DecisionArrived, EventArrived, HumanReplied, MessageArrived
from graph.facts import Patch
from server.replay.results import nothing, result_of
from server.replay.scenario import AdvanceStep, BadLine, DecisionStep, EventStep, HumanReplyStep, MessageStep, Scenario, Step, read_scenarios
from server.sweep import Sweep
from server.time_and_ids import SetClock
from server.timers import next_due
from server.wiring import Furnishing, House, build
from server.worker import drain

PATIENCE = 0.05
"""Seconds that a backend may take in a replay: the embedded ones answer without waiting, only a fault waits."""
OWNER = "replay"
Builds = Callable[[Path | None, Furnishing, SetClock], House]
"""How the house of a scenario is built."""


@dataclass
class Tally:
    """How a replay went."""

    scenarios: int = 0
    steps: int = 0
    bad_lines: int = 0
    seconds: float = 0.0


async def replay(
    scenarios: Path,
    out: TextIO,
    furnishing: Furnishing,
    *,
    concurrency: int = 4,
    state: Path | None = None,
    progress: Any = None,
    house_of: Builds = build,
) -> Tally:
    """Run a file of scenarios; one result per step. `state` keeps the databases there, so that a killed replay goes on."""
    tally, started = Tally(), time.perf_counter()
    waiting: deque[asyncio.Task[list[dict[str, Any]]]] = deque()
    try:
        for item in read_scenarios(scenarios):
            if isinstance(item, BadLine):
                tally.bad_lines += 1
                print(item, file=sys.stderr)
                continue
            if len(waiting) >= concurrency:
                _write(await waiting.popleft(), out, tally, progress)
            waiting.append(asyncio.create_task(_whatever_happens(item, state, furnishing, house_of)))
        while waiting:
            _write(await waiting.popleft(), out, tally, progress)
    finally:
        for task in waiting:
            task.cancel()
    tally.seconds = time.perf_counter() - started
    return tally


def _write(results: list[dict[str, Any]], out: TextIO, tally: Tally, progress: Any) -> None:
    for result in results:
        out.write(json.dumps(result, ensure_ascii=False) + "\n")
    out.flush()
    tally.scenarios += 1
    tally.steps += len(results)
    if progress is not None:
        progress(tally)


async def _whatever_happens(scenario: Scenario, state: Path | None, furnishing: Furnishing, house_of: Builds) -> list[dict[str, Any]]:
    """The results of a scenario; one that cannot even begin has its failure as the result of each of its steps."""
    try:
        return await run_scenario(scenario, state, furnishing, house_of)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"[:300]
        return [nothing(scenario.scenario_id, number, step.kind, 0.0, error=why) for number, step in enumerate(scenario.steps)]


async def run_scenario(scenario: Scenario, state: Path | None, furnishing: Furnishing, house_of: Builds = build) -> list[dict[str, Any]]:
    """All steps of one scenario, in databases of its own: in memory, or in a folder of `state` where there is one."""
    async with scenario_house(scenario, state, furnishing, house_of) as (house, clock):
        return await run_steps(house, clock, scenario)


@asynccontextmanager
async def scenario_house(
    scenario: Scenario, state: Path | None, furnishing: Furnishing, house_of: Builds = build
) -> AsyncIterator[tuple[House, SetClock]]:
    """A house that holds the scenario's world, closed at the end."""
    clock = SetClock(scenario.steps[0].at)
    home = state / _file_name(scenario.scenario_id) if state else None
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
    house = house_of(home, furnishing, clock)
    try:
        if house.world.is_empty():
            house.world.load(scenario.world)
        yield house, clock
    finally:
        await house.hang_up()
        house.close()


async def run_steps(house: House, clock: SetClock, scenario: Scenario) -> list[dict[str, Any]]:
    """The results of all steps, in order."""
    return [await _step_once(house, clock, scenario, number, step) for number, step in enumerate(scenario.steps)]


async def _step_once(house: House, clock: SetClock, scenario: Scenario, number: int, step: Step) -> dict[str, Any]:
    """The result of a step; one that was done before a kill is told as it was then. A failure is the step's result, not the file's end."""
    known = house.connection.execute("select value from switches where name = ?", (f"result:{number}",)).fetchone()
    if known is not None:
        return dict(json.loads(known[0]))
    try:
        result = await _run_step(house, clock, scenario, number, step)
    except Exception as error:
        return nothing(scenario.scenario_id, number, step.kind, 0.0, error=f"{type(error).__name__}: {error}"[:300])
    house.connection.execute("insert or replace into switches values (?, ?)", (f"result:{number}", json.dumps(result, ensure_ascii=False)))
    return result


async def _run_step(house: House, clock: SetClock, scenario: Scenario, number: int, step: Step) -> dict[str, Any]:
    """The patch is true first, then what falls due up to the step's time fires, then the step itself: to advance is to sweep."""
    started = time.perf_counter()
    root = f"{scenario.scenario_id}:{number}"
    _patch_once(house, number, getattr(step, "patch", None))
    fired = await _let_time_pass(house, clock, step.at, root)
    if isinstance(step, AdvanceStep):
        swept = await Sweep(house, OWNER, under=root).look_everywhere()
        fired = tuple(dict.fromkeys((*fired, *swept.looked_again, *swept.found)))
    arrival = _arrival_of(step, root, scenario)
    if arrival is not None:
        house.inbox.put(arrival)
        await drain(house, OWNER, among=(root,))
    roots = (*fired, *((root,) if arrival is not None else ()))
    return result_of(house.connection, scenario.scenario_id, number, step.kind, roots, (time.perf_counter() - started) * 1000)


async def _let_time_pass(house: House, clock: SetClock, until: datetime, step_root: str) -> tuple[str, ...]:
    """Everything that falls due up to `until`, each with the clock at its own time; done before the step's own arrival is in."""
    while house.inbox.state(step_root) is None and (due := next_due(house.connection, until, house.deps.policy)) is not None:
        clock.set(due.at)
        root = f"{step_root}/{due.arrival.arrival_id}"
        house.inbox.put(due.arrival, root)
        await drain(house, OWNER, among=(root,))
        if house.inbox.state(due.arrival.arrival_id) not in {"done", "dead"}:
            break
    clock.set(until)
    rows = house.connection.execute(
        "select root_arrival_id from arrivals where root_arrival_id like ? || '/%' group by root_arrival_id order by min(seq)", (step_root,)
    ).fetchall()
    fired = tuple(row[0] for row in rows)
    await drain(house, OWNER, among=fired)
    return fired


def _arrival_of(step: Step, root: str, scenario: Scenario) -> Arrival | None:
    if isinstance(step, MessageStep):
        return MessageArrived(arrival_id=root, mode=scenario.mode, **step.model_dump(exclude={"kind", "expect"}))
    if isinstance(step, DecisionStep):
        return DecisionArrived(arrival_id=root, mode=scenario.mode, **step.model_dump(exclude={"kind", "expect"}))
    if isinstance(step, EventStep):
        fields = step.model_dump(exclude={"kind", "expect", "patch", "occurred_at"})
        return EventArrived(arrival_id=root, mode=scenario.mode, occurred_at=happened_at(step), **fields)
    if isinstance(step, HumanReplyStep):
        return HumanReplied(arrival_id=root, mode=scenario.mode, at=step.at, ticket_id=step.ticket_id, text=step.text)
    return None


def happened_at(step: EventStep) -> datetime:
    """When an event happened: as said, else the newest `at` or `updated_at` of its patch, else the step's time."""
    if step.occurred_at is not None:
        return step.occurred_at
    patch = step.patch
    if patch is None:
        return step.at
    moments = [order.updated_at for order in patch.orders if order.updated_at]
    moments += [task.updated_at for task in patch.fulfillments]
    moments += [row.updated_at for row in patch.supply]
    moments += [scan.at for parcel in patch.shipments for scan in parcel.events]
    return max(moments, default=step.at)


def _patch_once(house: House, number: int, patch: Patch | None) -> None:
    """A patch is true before its step, once: a replay that goes on after a kill must not undo what came later."""
    row = house.connection.execute("select value from switches where name = 'replayed_step'").fetchone()
    if row is not None and number <= int(row[0]):
        return
    if patch is not None:
        house.world.patch(patch)
    house.connection.execute("insert or replace into switches values ('replayed_step', ?)", (str(number),))


def _file_name(scenario_id: str) -> str:
    """A folder name of its own for every scenario id, however it is spelled."""
    readable = "".join(character if character.isalnum() or character in "-_" else "_" for character in scenario_id)[:60]
    return f"{readable}-{hashlib.sha256(scenario_id.encode()).hexdigest()[:10]}"
