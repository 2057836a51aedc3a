"""What every specialist is: a subgraph that says what is known, then recommends what to do."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.context import OrderContext
from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Handler
from graph.rules.findings import Assessment, Fired
from graph.statements import Statement
from graph.working import Advice, Choice, Understanding
from nodes.deps import Deps
from prompts.runbook import load_runbooks


class SpecialistState(TypedDict, total=False):
    """What a specialist sees and produces."""

    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    choice: Choice
    understanding: Understanding
    said: tuple[Statement, ...]
    advice: Advice | None
    path: Annotated[list[str], operator.add]


class SpecialistInput(TypedDict, total=False):
    """What is handed in."""

    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    choice: Choice
    understanding: Understanding


class SpecialistOutput(TypedDict, total=False):
    """What is handed back."""

    advice: Advice | None
    path: Annotated[list[str], operator.add]


class Specialist(Protocol):
    """What one specialist knows: what to say, and what to recommend."""

    handler: Handler

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """The statements of the answer; `view` is None where there is no order to look at."""
        ...

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """The recommended actions, and an internal note for another team (may be empty)."""
        ...


Node = Callable[[SpecialistState, Runtime[Deps]], Awaitable[SpecialistState]]


def draw_specialist(specialist: Specialist) -> Any:
    """The specialist's compiled subgraph: say, then recommend."""
    name, runbook = specialist.handler.value, load_runbooks()[specialist.handler]

    async def say(state: SpecialistState, runtime: Runtime[Deps]) -> SpecialistState:
        return {"path": [f"{name}.say"], "said": specialist.say(view_of(state, runtime.context), state)}

    async def recommend(state: SpecialistState, runtime: Runtime[Deps]) -> SpecialistState:
        recommended, note = specialist.recommend(view_of(state, runtime.context), state)
        advice = Advice(
            statements=state["said"],
            recommended=recommended,
            options=runbook.options,
            runbook_version=f"{name}/{runbook.version}",
            note=note,
        )
        return {"path": [f"{name}.recommend"], "advice": advice}

    builder = StateGraph(SpecialistState, context_schema=Deps, input_schema=SpecialistInput, output_schema=SpecialistOutput)
    builder.add_node("say", say)
    builder.add_node("recommend", recommend)
    builder.add_edge(START, "say")
    builder.add_edge("say", "recommend")
    builder.add_edge("recommend", END)
    return builder.compile()


def view_of(state: SpecialistState, deps: Deps) -> CustomerView | None:
    """The allow-list view of the run's facts; None without an order."""
    context, assessment = state.get("context"), state.get("assessment")
    if context is None or assessment is None or context.order is None:
        return None
    return CustomerView(context=context, assessment=assessment, policy=deps.policy, calendar=deps.calendar)
