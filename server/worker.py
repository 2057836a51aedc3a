"""The worker: leases one lane at a time, runs the graph, and delivers what was committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from langgraph.types import Command

from checkpoints.case_store import LEASE
from checkpoints.inbox import Lease
from graph.arrivals import DecisionArrived, EventArrived, HumanReplied, LookArrived, MessageArrived
from graph.commit import Memory
from graph.remembering import LostRace
from graph.state import GRAPH_VERSION, CaseState
from nodes.monitoring.monitor import examine_event, examine_look
from nodes.monitoring.quiet import copies, human_commit, quiet_commit, untaken_commit
from server.delivery import deliver
from server.human_answers import keep_human_answer
from server.wiring import House

MAX_RACES = 5
_log = logging.getLogger("wismo.worker")


async def drain(house: House, owner: str, *, among: Iterable[str] | None = None, told: Callable[[], None] | None = None) -> int:
    """Work until nothing waits (of these root arrivals); returns the number of runs. `told` is called after each."""
    roots = tuple(among) if among is not None else None
    runs = 0
    await deliver(house, owner=owner, among=roots)
    while (lease := house.inbox.claim(owner, among=roots)) is not None:
        await work_on(house, lease)
        await deliver(house, owner=owner, among=roots)
        runs += 1
        if told is not None:
            told()
    return runs


async def work_on(house: House, lease: Lease) -> None:
    """Run the graph for one arrival; a lost race is run again, a failure goes back to the inbox."""
    token = LEASE.set(lease)
    try:
        for attempt in range(MAX_RACES):
            if await _try(house, lease, attempt):
                return
        house.inbox.fail(lease, "lost the race for the case too often")
    except Exception as error:
        house.inbox.fail(lease, f"{type(error).__name__}: {error}")
        raise
    finally:
        LEASE.reset(token)
        house.inbox.release(lease)


async def _try(house: House, lease: Lease, attempt: int) -> bool:
    """One attempt at an arrival, if an entry point takes it; false where the race was lost."""
    admitted = house.entrance.admit(lease.arrival) if house.entrance is not None else lease.arrival
    if admitted is None:
        return await _leave(house, lease)
    lease = replace(lease, arrival=admitted)
    return await (_look(house, lease) if isinstance(admitted, MONITORED) else _run(house, lease, attempt))


async def _leave(house: House, lease: Lease) -> bool:
    """No entry point takes it: kept, and nothing is started."""
    assert isinstance(lease.arrival, MessageArrived | EventArrived)
    try:
        await house.store.commit(untaken_commit(lease.arrival, lease.root_arrival_id, house.deps))
    except LostRace:
        return False
    return True


MONITORED = (EventArrived, LookArrived, HumanReplied)


async def _look(house: House, lease: Lease) -> bool:
    """The monitor decides before any graph runs; what it keeps quiet costs no run."""
    arrival, root, deps, store = lease.arrival, lease.root_arrival_id, house.deps, house.store
    try:
        if isinstance(arrival, HumanReplied):
            keep_human_answer(house, arrival)
            for memory in store.cases_of_ticket(arrival.ticket_id) or (Memory(),):
                await store.commit(human_commit(arrival, root, memory, deps))
            return True
        assert isinstance(arrival, EventArrived | LookArrived)
        if isinstance(arrival, EventArrived):
            examined = await examine_event(arrival, deps, store)
        else:
            examined = await examine_look(arrival, deps, store)
        if examined.start is None:
            await store.commit(quiet_commit(arrival, root, examined, deps))
            return True
    except LostRace:
        return False
    start: CaseState = {**examined.start, "copies": copies(arrival, examined.others), "event": examined.event}
    return await _run(house, lease, 0, start)


async def _run(house: House, lease: Lease, attempt: int, with_facts: CaseState | None = None) -> bool:
    arrival = lease.arrival
    run_id = house.deps.ids.new("run", arrival.arrival_id)
    start: CaseState = {
        "graph_version": GRAPH_VERSION,
        "arrival_id": arrival.arrival_id,
        "root_arrival_id": lease.root_arrival_id,
        "run_id": run_id,
        "path": [],
        "arrival": arrival,
        **(with_facts or {}),
    }
    thread = run_id if not attempt and lease.attempts == 1 else f"{run_id}.{lease.attempts}.{attempt}"
    sleeping = await _sleeping_thread(house, arrival) if isinstance(arrival, DecisionArrived) else None
    entry: Any = start if sleeping is None else Command(resume=True, update={**start, "path": []})
    config = {"configurable": {"thread_id": sleeping or thread}}
    try:
        await house.graph.ainvoke(entry, config, context=house.deps, durability="exit")
    except LostRace:
        return False
    return True


async def _snapshot(house: House, thread: str) -> Any:
    """What sleeps in a thread; None where its checkpoint cannot be read (damaged, or of a version that is no more)."""
    try:
        return await house.graph.aget_state({"configurable": {"thread_id": thread}})
    except (ValueError, TypeError, LookupError, ImportError, AttributeError) as unreadable:
        _log.warning("checkpoint of %s cannot be read (%s): its review is answered from its row", thread, type(unreadable).__name__)
        return None


async def _sleeping_thread(house: House, arrival: DecisionArrived) -> str | None:
    """The thread that sleeps until this review is answered; None where it was lost: the review's row alone starts the run."""
    memory, _ = await house.store.recall_review(arrival.escalation_id, arrival.order_id)
    if memory.escalation is None:
        return None
    runs = house.store.runs_of(memory.escalation.escalation_id)
    for thread in (thread for run_id in runs for thread in house.saver.threads_of_run(run_id)):
        snapshot = await _snapshot(house, thread)
        if snapshot is not None and snapshot.interrupts and snapshot.values.get("graph_version") == GRAPH_VERSION:
            return thread
    return None
