"""The investigate subgraph: ask again, then a bounded loop in which a model may look at facts and sums them up for the reviewer.

The loop runs only where a human reads its result: a trigger holds, or a review is open. Its result is one more line of the review. No rule, gate,
text or promise reads it; the one thing that it can add is the trigger `low_confidence`, which asks the same humans (specification, section 4).
"""

from __future__ import annotations

import json
import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.arrivals import Arrival
from graph.commit import Memory
from graph.context import OrderContext
from graph.labels import Handler, Trigger
from graph.language_model import ModelCall, ModelUse
from graph.masking import masked
from graph.proposals import Investigated
from graph.reading import Reading
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.routing import handler_for
from graph.rules.triggers import in_order
from graph.working import Gap, Sender, Understanding
from nodes.consulting import Consulting
from nodes.deps import Deps
from nodes.investigating.asking_again import ask_again
from nodes.investigating.tools import TOOLS
from prompts.runbook import load_runbooks

_LONGEST = 600


class InvestigationInput(TypedDict, total=False):
    """What is handed in."""

    run_id: str
    arrival: Arrival
    sender: Sender
    reading: Reading
    understanding: Understanding
    memory: Memory
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    model_calls: tuple[ModelCall, ...]


class InvestigationState(InvestigationInput, total=False):
    """The investigation under way."""

    gaps: tuple[Gap, ...]
    seen: dict[str, list[str]]
    steps: int
    asks_for: tuple[str, ...]
    path: Annotated[list[str], operator.add]


class InvestigationOutput(TypedDict, total=False):
    """What is handed back: today's facts, the contradictions and holes, and what the reviewer reads about them."""

    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    gaps: tuple[Gap, ...]
    model_calls: tuple[ModelCall, ...]
    path: Annotated[list[str], operator.add]


async def again(state: InvestigationState, runtime: Runtime[Deps]) -> InvestigationState:
    """Silent systems once more, then every contradiction and hole with both sides."""
    return await ask_again(state, runtime)  # type: ignore[arg-type, return-value]


async def consider(state: InvestigationState, runtime: Runtime[Deps]) -> InvestigationState:
    """One step of the model: it names what it wants to see, or sums up."""
    steps, last = state.get("steps", 0) + 1, runtime.context.policy.investigation.steps
    consulting = Consulting(state["run_id"], state["memory"], state.get("model_calls", ()), runtime.context)
    asked = await consulting.consult(ModelUse.INVESTIGATING, _content(state, looks_left=steps < last), Investigated)
    found: InvestigationState = {"steps": steps, "asks_for": (), "path": ["investigate.consider"]}
    if asked.value is None:
        return {**found, "model_calls": (*consulting.calls, asked.call)}
    wanted = tuple(name for name in dict.fromkeys(asked.value.look_at) if name in _may_look_at(state) and name not in state.get("seen", {}))
    if wanted and steps < last:
        return {**found, "asks_for": wanted, "model_calls": (*consulting.calls, asked.call)}
    gap = _gap(asked.value, state)
    if gap is None:
        return {**found, "model_calls": (*consulting.calls, asked.refused("it sums up nothing"))}
    doubt = () if asked.value.is_sure else (Fired(trigger=Trigger.LOW_CONFIDENCE, because=Because(rule="investigation_not_sure")),)
    fired = in_order([*state["fired"], *doubt])
    return {**found, "gaps": (*state["gaps"], gap), "fired": fired, "model_calls": (*consulting.calls, asked.call)}


async def look(state: InvestigationState, runtime: Runtime[Deps]) -> InvestigationState:
    """Show what was asked for."""
    context = state["context"]
    assert context is not None
    seen = {name: TOOLS[name].look(context) for name in state["asks_for"]}
    return {"path": ["investigate.look"], "seen": {**state.get("seen", {}), **seen}}


def _may_look_at(state: InvestigationState) -> tuple[str, ...]:
    return load_runbooks()[_handler(state)].tools


def _handler(state: InvestigationState) -> Handler:
    assessment = state["assessment"]
    assert assessment is not None
    return handler_for(assessment.condition, tuple(fired.trigger for fired in state["fired"]))


def _content(state: InvestigationState, *, looks_left: bool) -> str:
    runbook, names = load_runbooks()[_handler(state)], _names(state)
    gaps = [masked(f"{gap.what}: {' / '.join(gap.sides)}. {gap.settled_by}", names) for gap in state["gaps"]]
    content = {
        "does_not_fit": gaps,
        "runbook": [runbook.instructions, *runbook.knowledge],
        "may_look_at": [name for name in runbook.tools if name not in state.get("seen", {})] if looks_left else [],
        "seen": state.get("seen", {}),
    }
    return json.dumps(content, ensure_ascii=False)


def _names(state: InvestigationState) -> tuple[str, ...]:
    context = state["context"]
    return (context.customer.name,) if context is not None and context.customer is not None else ()


def _gap(answer: Investigated, state: InvestigationState) -> Gap | None:
    """What the reviewer reads, marked as what it is: one line, no links."""
    summary, advice = (" ".join(masked(text, _names(state)).split())[:_LONGEST] for text in (answer.summary, answer.recommendation))
    if not summary:
        return None
    doubt = "" if answer.is_sure else " It is not sure."
    return Gap(what="a language model's view (unproven)", sides=(summary,), settled_by=f"It suggests: {advice or 'nothing'}.{doubt}")


def _has_reader(state: InvestigationState, runtime: Runtime[Deps]) -> str:
    known = state["memory"].escalation
    is_read = bool(state["fired"]) or (known is not None and known.is_open)
    return "consider" if state["gaps"] and is_read and runtime.context.model.serves(ModelUse.INVESTIGATING) else END


def _goes_on(state: InvestigationState) -> str:
    return "look" if state["asks_for"] else END


def draw_investigation() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(InvestigationState, context_schema=Deps, input_schema=InvestigationInput, output_schema=InvestigationOutput)
    builder.add_node("ask_again", again)
    builder.add_node("consider", consider)
    builder.add_node("look", look)
    builder.add_edge(START, "ask_again")
    builder.add_conditional_edges("ask_again", _has_reader, ["consider", END])
    builder.add_conditional_edges("consider", _goes_on, ["look", END])
    builder.add_edge("look", "consider")
    return builder.compile()
