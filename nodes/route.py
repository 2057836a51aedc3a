"""The route node: the same question goes to the specialist of the order's actual state."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.labels import Handler
from graph.rules.routing import handler_for
from graph.state import CaseState
from nodes.deps import Deps


async def route(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Choose the specialist; without an order only a human can help."""
    assessment = state.get("assessment")
    triggers = tuple(fired.trigger for fired in state["fired"])
    handler = Handler.PRIORITY_ESCALATION if assessment is None else handler_for(assessment.condition, triggers)
    return {"path": ["route"], "handler": handler}
