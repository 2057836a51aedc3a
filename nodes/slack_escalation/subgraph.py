"""The slack_escalation subgraph: read the answer, then see whether it stands."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.arrivals import Arrival, DecisionArrived
from graph.commit import Memory, Outcome
from graph.decisions import ReviewerDecision, refusal_of
from graph.labels import Action
from graph.language_model import ModelCall
from graph.working import Sender
from nodes.consulting import Consulting
from nodes.deps import Deps
from nodes.slack_escalation.meaning import may_mean, what_is_meant
from nodes.slack_escalation.reading import read_decision


class SlackInput(TypedDict, total=False):
    """What is handed in."""

    run_id: str
    arrival: Arrival
    sender: Sender
    memory: Memory
    model_calls: tuple[ModelCall, ...]
    earlier: Outcome | None


class SlackState(SlackInput, total=False):
    """The decision in the making."""

    decision: ReviewerDecision | None
    path: Annotated[list[str], operator.add]


class SlackOutput(TypedDict, total=False):
    """What is handed back."""

    model_calls: tuple[ModelCall, ...]
    decision: ReviewerDecision | None
    path: Annotated[list[str], operator.add]


async def read(state: SlackState, runtime: Runtime[Deps]) -> SlackState:
    """Structured fields as they are, words only where they are unmistakable."""
    arrival = state["arrival"]
    assert isinstance(arrival, DecisionArrived)
    memory, path, calls = state["memory"], ["slack_escalation.read"], state.get("model_calls", ())
    decision = read_decision(arrival, memory.escalation)
    consulting = Consulting(state["run_id"], memory, calls, runtime.context)
    if memory.escalation is not None and may_mean(decision, memory.escalation, runtime.context.policy, consulting):
        customer = state["sender"].customer
        names = (customer.name,) if customer else ()
        decision, call = await what_is_meant(decision, memory.escalation, names, consulting)
        path, calls = [*path, "slack_escalation.ask_meaning"], (*calls, call)
    return {"path": path, "decision": decision, "model_calls": calls}


async def authorise(state: SlackState, runtime: Runtime[Deps]) -> SlackState:
    """Listed for the queue, within the limit, among the options, first: else nothing changes."""
    decision, escalation = state["decision"], state["memory"].escalation
    assert decision is not None
    refusal = refusal_of(decision, escalation, _amount(decision, state), runtime.context.policy)
    return {"path": ["slack_escalation.authorise"], "decision": decision.model_copy(update={"refusal": refusal})}


def _amount(decision: ReviewerDecision, state: SlackState) -> Decimal:
    """The value of the approved action, as it was gated when the review was opened or last looked at."""
    rows = [row for row in state["memory"].actions if row.wanted.action.value == decision.action]
    worth = Decimal(rows[-1].amount) if rows else Decimal(0)
    less = decision.wanted.amount if decision.wanted is not None and decision.wanted.action is Action.REFUND else None
    return worth if less is None else min(worth, less)


def draw_slack_escalation() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(SlackState, context_schema=Deps, input_schema=SlackInput, output_schema=SlackOutput)
    builder.add_node("read", read)
    builder.add_node("authorise", authorise)
    builder.add_edge(START, "read")
    builder.add_edge("read", "authorise")
    builder.add_edge("authorise", END)
    return builder.compile()
