"""The map of the graph: the names of its rooms and the ways between them. It knows no node, only where each one leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.graph import END, START, StateGraph

from graph.arrivals import EventArrived, LookArrived, MessageArrived, ReceiptArrived, TimerArrived
from graph.decisions import Verb
from graph.labels import Handler, Reason
from graph.state import CaseState
from graph.working import ChoiceKind

SPECIALISTS = tuple(handler.value for handler in Handler if handler is not Handler.NONE)
STEPS = (
    "intake",
    "identify",
    "recall_run",
    "recall_review",
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
    "await_reviewer",
)


def after_intake(state: CaseState) -> str:
    """A message is identified; a receipt continues the run that ordered the actions; a decision or deadline its review.

    An event or a look comes with the facts that the monitor decided on.
    """
    arrival = state["arrival"]
    if isinstance(arrival, MessageArrived):
        return "identify"
    if isinstance(arrival, EventArrived | LookArrived):
        return after_detect(state)
    return "recall_run" if isinstance(arrival, ReceiptArrived) else "recall_review"


def after_recall_run(state: CaseState) -> str:
    """The text is written at once, or held back for the night; in the morning the order is looked at again first."""
    if state["defers_text"]:
        return "commit"
    return "gather" if isinstance(arrival := state["arrival"], ReceiptArrived) and arrival.from_the_night else "customer_communications"


def after_recall_review(state: CaseState) -> str:
    """An answer is read first; a reminder needs no facts; an expiry tells the customer with fresh ones."""
    arrival, known = state["arrival"], state["memory"].escalation
    if isinstance(arrival, TimerArrived):
        if known is None or not known.is_open:
            return "commit"
        return "escalation" if arrival.what == "reminder" else _look(state)
    return "slack_escalation"


def after_slack_escalation(state: CaseState) -> str:
    """What does not stand changes nothing; a takeover or to wait needs no facts; everything else looks at the order again."""
    decision = state["decision"]
    assert decision is not None
    if not decision.is_accepted:
        told = decision.verb is Verb.UNCLEAR and decision.refusal is Reason.UNCLEAR_DECISION
        return _look(state) if told and "?" not in decision.words else "conclude"
    if decision.verb is Verb.MANUAL_TAKEOVER or (decision.verb is Verb.APPROVE and not decision.executes):
        return "escalation"
    return _look(state)


def _look(state: CaseState) -> str:
    choice = state.get("choice")
    return "gather" if choice is not None and choice.kind in {ChoiceKind.ONE, ChoiceKind.OMS_SILENT} else "detect"


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


def after_specialist(state: CaseState) -> str:
    """What is recommended goes through its gate; a receipt tells what was decided, and asks for nothing new."""
    return "conclude" if isinstance(state["arrival"], ReceiptArrived) else "resolution_eligibility"


def after_eligibility(state: CaseState) -> str:
    """An escalation is opened, joined, decided or ended where a trigger holds, or one is open or taken over already."""
    known = state["memory"].escalation
    concerns = known is not None and (known.is_open or state.get("decision") is not None)
    return "escalation" if state["fired"] or concerns else "conclude"


def after_conclude(state: CaseState) -> str:
    """Actions that go ahead are committed first: their receipt brings the text. A human's answer needs none of ours."""
    return "commit" if state["defers_text"] else "customer_communications"


def after_commit(state: CaseState) -> str:
    """While a review is open the graph sleeps, until a decision resumes it."""
    return "await_reviewer" if state.get("sleeps") else END


def draw(nodes: Mapping[str, Any], context_schema: type[Any] | None = None) -> StateGraph[CaseState, Any, CaseState, CaseState]:
    """The map with these nodes in its rooms; compile it with a checkpointer to run it."""
    builder: StateGraph[CaseState, Any, CaseState, CaseState] = StateGraph(CaseState, context_schema=context_schema)
    for step in STEPS:
        builder.add_node(step, nodes[step])
    builder.add_edge(START, "intake")
    builder.add_conditional_edges("intake", after_intake, ["identify", "recall_run", "recall_review", "investigate", "route"])
    builder.add_conditional_edges("recall_review", after_recall_review, ["slack_escalation", "gather", "detect", "escalation", "commit"])
    builder.add_conditional_edges("slack_escalation", after_slack_escalation, ["gather", "detect", "escalation", "conclude"])
    builder.add_conditional_edges("identify", after_identify, ["gather", "detect", "customer_communications", "commit"])
    builder.add_conditional_edges("recall_run", after_recall_run, ["commit", "gather", "customer_communications"])
    builder.add_edge("gather", "detect")
    builder.add_conditional_edges("detect", after_detect, ["investigate", "route"])
    builder.add_edge("investigate", "route")
    builder.add_conditional_edges("route", after_route, list(SPECIALISTS))
    for specialist in SPECIALISTS:
        builder.add_conditional_edges(specialist, after_specialist, ["resolution_eligibility", "conclude"])
    builder.add_conditional_edges("resolution_eligibility", after_eligibility, ["escalation", "conclude"])
    builder.add_edge("escalation", "conclude")
    builder.add_conditional_edges("conclude", after_conclude, ["customer_communications", "commit"])
    builder.add_edge("customer_communications", "plan_follow_up")
    builder.add_edge("plan_follow_up", "commit")
    builder.add_conditional_edges("commit", after_commit, ["await_reviewer", END])
    builder.add_edge("await_reviewer", "recall_review")
    return builder
