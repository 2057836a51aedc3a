"""The await_reviewer node: nothing but `interrupt()`. The graph sleeps in its checkpoint until a decision resumes it."""

from __future__ import annotations

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graph.state import CaseState
from nodes.deps import Deps


async def await_reviewer(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Sleep; what wakes it is the decision's arrival, which comes in as the state's new arrival."""
    interrupt({"escalation_id": state["escalation_id"], "case_id": state["case_id"], "graph_version": state["graph_version"]})
    return {"path": ["await_reviewer"]}
