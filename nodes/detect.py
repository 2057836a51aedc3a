"""The detect node: what state the order is really in, and why a human might have to look."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import MessageArrived
from graph.commit import Memory
from graph.context import OrderContext
from graph.labels import Intent, Trigger
from graph.reading import Reading, ToneFlag
from graph.rules.conditions import assess
from graph.rules.conflicts import is_delivered
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.triggers import Circumstances, fire_triggers, in_order, tone_triggers
from graph.state import CaseState
from graph.working import Understanding
from nodes.deps import Deps
from nodes.identify.understanding import asked_actions


async def detect(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Judge the facts. Without an order only what was said can be judged."""
    context = state.get("context")
    if context is None:
        said = list(tone_triggers(_tones(state)))
        return {"path": ["detect"], "fired": in_order(said + _unreadable(state["understanding"]))}
    assessment, fired = judge_facts(context, state, runtime.context)
    return {"path": ["detect"], "assessment": assessment, "fired": fired}


def judge_facts(context: OrderContext, state: CaseState, deps: Deps) -> tuple[Assessment, tuple[Fired, ...]]:
    """Condition and triggers on one set of facts."""
    understanding = state["understanding"]
    assessment = assess(context, disputed=_is_disputed(context, understanding, state["memory"]), policy=deps.policy, calendar=deps.calendar)
    if not isinstance(state["arrival"], MessageArrived):
        facts_failed = bool(state["memory"].case and state["memory"].case.facts_failed_before)
        return assessment, fire_triggers(context, assessment, Circumstances(facts_failed_before=facts_failed), deps.policy)
    circumstances = _circumstances(state["arrival"], state["reading"], understanding, state["memory"])
    return assessment, fire_triggers(context, assessment, circumstances, deps.policy)


def _tones(state: CaseState) -> tuple[ToneFlag, ...]:
    reading = state.get("reading")
    return reading.tones if reading is not None else ()


def _is_disputed(context: OrderContext, understanding: Understanding, memory: Memory) -> bool:
    """Said outright, now or earlier in this case; or "not received" although every parcel counts as delivered."""
    if understanding.disputes_delivery:
        return True
    if understanding.withdraws:
        return False
    if memory.case is not None and memory.case.is_open and memory.case.disputed:
        return True
    everything = bool(context.shipments) and all(is_delivered(parcel) for parcel in context.shipments)
    return understanding.says_not_received and everything


def _circumstances(arrival: object, reading: Reading, understanding: Understanding, memory: Memory) -> Circumstances:
    return Circumstances(
        intents=understanding.intents or ((Intent.ORDER_STATUS,) if reading.tones else ()),
        tones=reading.tones,
        ticket_id=arrival.ticket_id if isinstance(arrival, MessageArrived) else None,
        contacts=memory.contacts,
        answers_in_ticket=memory.ticket.answers if memory.ticket else 0,
        answers_our_question=understanding.answers_our_question,
        unreadable_again=understanding.unreadable_again,
        facts_failed_before=bool(memory.case and memory.case.facts_failed_before),
        asks_action=bool(asked_actions(understanding.intents)),
    )


def _unreadable(understanding: Understanding) -> list[Fired]:
    because = Because(rule="still_no_readable_intent")
    return [Fired(trigger=Trigger.LOW_CONFIDENCE, because=because)] if understanding.unreadable_again else []
