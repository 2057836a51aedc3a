"""The recall_review node: a reviewer answered, or a deadline came: the review, its case and the message behind it are brought back."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import DecisionArrived, TimerArrived
from graph.commit import Memory, Outcome
from graph.labels import Disposition, Mode, System
from graph.state import CaseState
from graph.working import Choice, ChoiceKind, Sender, Understanding
from nodes.asking import ask
from nodes.deps import Deps


async def recall_review(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Everything that a decision about this review needs, except the facts: those are pulled again."""
    deps, arrival = runtime.context, state["arrival"]
    assert isinstance(arrival, DecisionArrived | TimerArrived)
    order_id = arrival.order_id if isinstance(arrival, DecisionArrived) else None
    memory, opened = await deps.memory.recall_review(arrival.escalation_id, order_id)
    case = memory.case
    return {
        "path": ["recall_review"],
        "arrival": _in_the_mode_of(opened, arrival),
        "case_id": case.wismo_case_id if case else None,
        "memory": memory,
        "earlier": opened,
        "return_path": opened.return_path if opened else None,
        "sender": await _sender(memory, opened, deps),
        "choice": await _choice(memory, deps),
        "understanding": _understanding(opened),
        "settlement": None,
        "fired": (),
        "decision": None,
        "escalation": None,
        "disposition": Disposition.NONE.value,
    }


def _in_the_mode_of(opened: Outcome | None, arrival: DecisionArrived | TimerArrived) -> DecisionArrived | TimerArrived:
    """What was asked in shadow is answered in shadow, whatever the service does by now."""
    in_shadow = opened is not None and opened.run.mode is Mode.SHADOW
    return arrival.model_copy(update={"mode": Mode.SHADOW}) if in_shadow else arrival


async def _sender(memory: Memory, opened: Outcome | None, deps: Deps) -> Sender:
    customer_id = memory.case.customer_id if memory.case else None
    if customer_id is None:
        return Sender(because="the case's sender is unknown")
    found = await ask(System.OMS, lambda: deps.backends.oms.customer(customer_id), patience=deps.patience, retries=deps.policy.backends.retries)
    return Sender(customer_id=customer_id, customer=found.value, because="the case's customer")


async def _choice(memory: Memory, deps: Deps) -> Choice:
    order_id = memory.case.order_id if memory.case else None
    if order_id is None:
        return Choice(kind=ChoiceKind.NOT_FOUND, because="the case has no order")
    found = await ask(System.OMS, lambda: deps.backends.oms.order(order_id), patience=deps.patience, retries=deps.policy.backends.retries)
    if found.value is None:
        return Choice(kind=ChoiceKind.OMS_SILENT, order_ids=(order_id,), because=found.because or "the order is gone")
    return Choice(kind=ChoiceKind.ONE, order_ids=(order_id,), order=found.value, because="the case's order")


def _understanding(opened: Outcome | None) -> Understanding:
    """The customer's message behind the review counts for its language and its tone's apology, not as a new request."""
    known = opened.understanding if opened else None
    return Understanding(language=known.language if known else None, is_angry=False)
