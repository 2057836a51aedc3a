"""The worker: leases one lane at a time, runs the graph, and delivers what was committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from langgraph.types import Command

from checkpoints.commit_rows import LEASE
from checkpoints.inbox import Lease
from checkpoints.transaction import is_unavailable
from graph.arrivals import DecisionArrived, EventArrived, HumanReplied, LookArrived, MessageArrived
from graph.commit import Memory, RunRecord
from graph.remembering import LostRace
from graph.state import GRAPH_VERSION, CaseState
from nodes.monitoring.asked_at_night import kept_for_the_morning
from nodes.monitoring.monitor import examine_event, examine_look
from nodes.monitoring.quiet import copies, human_commit, quiet_commit, untaken_commit
from server.delivery import deliver
from server.human_answers import keep_human_answer
from server.journal import about, fields
from server.spans import span, step_spans
from server.trouble import trouble
from server.wiring import House

MAX_RACES = 5
_log = logging.getLogger("wismo.worker")


async def drain(
    house: House,
    owner: str,
    *,
    among: Iterable[str] | None = None,
    told: Callable[[], None] | None = None,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Work until nothing waits (of these root arrivals), or the process is ending; returns the number of runs. `told` is called after each.

    An arrival that fails holds up its own lane only: the others are worked on, then the first failure is raised.
    """
    roots = tuple(among) if among is not None else None
    runs, failures = 0, dict[str, Exception]()
    await deliver(house, owner=owner, among=roots)
    while not is_ending() and (lease := house.inbox.claim(owner, among=roots, besides=failures)) is not None:
        try:
            await work_on(house, lease)
        except Exception as error:
            if is_unavailable(error):
                raise
            failures[lease.lane] = error
        await deliver(house, owner=owner, among=roots)
        runs += 1
        if told is not None:
            told()
    for failure in failures.values():
        raise failure
    return runs


async def work_on(house: House, lease: Lease) -> None:
    """Run the graph for one arrival; a lost race is run again, a failure goes back to the inbox. A database that is away is nobody's failure."""
    token, arrival = LEASE.set(lease), lease.arrival
    run_id = house.deps.ids.new("run", arrival.arrival_id)
    ids = {"arrival": arrival.arrival_id, "run": run_id}
    with about(**ids), span(f"arrival {arrival.kind}", **ids, attempt=lease.attempts):
        try:
            for attempt in range(MAX_RACES):
                if await _try(house, lease, attempt):
                    _tell(house, arrival.kind, run_id)
                    return
            house.inbox.fail(lease, "lost the race for the case too often")
            _log.error("%s lost the race for its case too often", arrival.kind)
        except Exception as error:
            back = house.inbox.put_back if is_unavailable(error) else house.inbox.fail
            back(lease, f"{type(error).__name__}: {error}")
            _log.error("%s failed: %s", arrival.kind, trouble(error), extra=fields(attempt=lease.attempts))
            raise
        finally:
            LEASE.reset(token)
            house.inbox.release(lease)


def _tell(house: House, kind: str, run_id: str) -> None:
    """What came of an arrival, in the log: by ids and labels."""
    if not _log.isEnabledFor(logging.INFO):
        return
    row = house.connection.execute("select case_id, doc from runs where run_id = ?", (run_id,)).fetchone()
    if row is not None:
        run = RunRecord.model_validate_json(row[1])
        said = fields(case=row[0], disposition=run.disposition.value, reason=run.reason.value or None, review=run.escalation_id, mode=run.mode.value)
        _log.info("%s is done: %s", kind, run.disposition.value, extra=said)


async def _try(house: House, lease: Lease, attempt: int) -> bool:
    """One attempt at an arrival, if an entry point takes it; false where the race was lost."""
    admitted = house.entrance.admit(lease.arrival) if house.entrance is not None else lease.arrival
    if admitted is None:
        return await _leave(house, lease)
    lease = replace(lease, arrival=admitted)
    if isinstance(admitted, MessageArrived) and admitted.asked_again_for is not None:
        return await _ask_again(house, lease, admitted, attempt)
    return await (_look(house, lease) if isinstance(admitted, MONITORED) else _run(house, lease, attempt))


async def _ask_again(house: House, lease: Lease, message: MessageArrived, attempt: int) -> bool:
    """An earlier question is worked on again, by day."""
    kept = await kept_for_the_morning(message, lease.root_arrival_id, house.deps)
    if kept is None:
        return await _run(house, lease, attempt)
    try:
        await house.store.commit(kept)
    except LostRace:
        return False
    return True


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
    told = house.tracing.config(thread, sleeping)
    config = {**told, "configurable": {"thread_id": sleeping or thread}, "callbacks": [*told.get("callbacks", ()), *step_spans()]}
    try:
        with house.tracing.scope():
            await house.graph.ainvoke(entry, config, context=house.deps, durability="exit")
    except LostRace:
        return False
    if isinstance(arrival, DecisionArrived):
        house.tracing.decided((await house.store.outcome(run_id))[0])
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
