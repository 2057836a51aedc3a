"""The map of the graph: the names of its rooms and the ways between them. It knows no node, only where each one leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.graph import END, START, StateGraph

from graph.arrivals import ReceiptArrived
from graph.labels import Handler
from graph.state import CaseState
from graph.working import ChoiceKind

SPECIALISTS = tuple(handler.value for handler in Handler if handler is not Handler.NONE)
STEPS = (
    "intake",
    "identify",
    "recall_run",
    "gather",
    "detect",
    "investigate",
    "route",
    *SPECIALISTS,
    "resolution_eligibility",
    "escalation",
    "slack_escalation",
    "conclude",
    "customer_communications",
    "plan_follow_up",
    "commit",
)


def after_intake(state: CaseState) -> str:
    """A message is identified; a receipt continues the run that ordered the actions."""
    return "recall_run" if isinstance(state["arrival"], ReceiptArrived) else "identify"


def after_identify(state: CaseState) -> str:
    """What can be settled without the order is settled; what needs a human but has no order is judged by its words."""
    settlement, choice = state.get("settlement"), state.get("choice")
    if settlement is not None:
        return "customer_communications" if settlement.statements else "commit"
    looks_at_order = choice is not None and choice.kind in {ChoiceKind.ONE, ChoiceKind.OMS_SILENT}
    return "gather" if looks_at_order else "detect"


def after_detect(state: CaseState) -> str:
    """Contradictions and holes are investigated before anybody answers."""
    assessment = state.get("assessment")
    needs_look = assessment is not None and (assessment.conflicts or assessment.missing or assessment.because.rule == "no_condition")
    return "investigate" if needs_look else "route"


def after_route(state: CaseState) -> str:
    """The specialist that the route node chose."""
    return state["handler"].value


def after_eligibility(state: CaseState) -> str:
    """An escalation is opened, joined or ended where a trigger holds, or one is open already."""
    known = state["memory"].escalation
    return "escalation" if state["fired"] or (known is not None and known.is_open) else "conclude"


def after_escalation(state: CaseState) -> str:
    """Reviewers read about a review that opens, grows or ends."""
    return "slack_escalation" if state.get("escalation") is not None else "conclude"


def after_conclude(state: CaseState) -> str:
    """Actions that go ahead are committed first: their receipt brings the text. A human's answer needs none of ours."""
    return "commit" if state["defers_text"] else "customer_communications"


def draw(nodes: Mapping[str, Any], context_schema: type[Any] | None = None) -> StateGraph[CaseState, Any, CaseState, CaseState]:
    """The map with these nodes in its rooms; compile it with a checkpointer to run it."""
    builder: StateGraph[CaseState, Any, CaseState, CaseState] = StateGraph(CaseState, context_schema=context_schema)
    for step in STEPS:
        builder.add_node(step, nodes[step])
    builder.add_edge(START, "intake")
    builder.add_conditional_edges("intake", after_intake, ["identify", "recall_run"])
    builder.add_conditional_edges("identify", after_identify, ["gather", "detect", "customer_communications", "commit"])
    builder.add_edge("recall_run", "customer_communications")
    builder.add_edge("gather", "detect")
    builder.add_conditional_edges("detect", after_detect, ["investigate", "route"])
    builder.add_edge("investigate", "route")
    builder.add_conditional_edges("route", after_route, list(SPECIALISTS))
    for specialist in SPECIALISTS:
        builder.add_edge(specialist, "resolution_eligibility")
    builder.add_conditional_edges("resolution_eligibility", after_eligibility, ["escalation", "conclude"])
    builder.add_conditional_edges("escalation", after_escalation, ["slack_escalation", "conclude"])
    builder.add_edge("slack_escalation", "conclude")
    builder.add_conditional_edges("conclude", after_conclude, ["customer_communications", "commit"])
    builder.add_edge("customer_communications", "plan_follow_up")
    builder.add_edge("plan_follow_up", "commit")
    builder.add_edge("commit", END)
    return builder
