"""The escalation subgraph: open a review, or join the one that is open; end it when the request is withdrawn."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.arrivals import Arrival, TimerArrived
from graph.case import EscalationRecord, EscalationStatus
from graph.commit import Memory, ReviewPost
from graph.context import OrderContext
from graph.decisions import ReviewerDecision
from graph.gates import judge
from graph.gates.verdict import Verdict
from graph.labels import Action, Gate, Intent, Trigger
from graph.rules.escalations import deadline, queues_of, stricter
from graph.rules.findings import Assessment, Fired
from graph.working import Gap, ReturnPath, Sender, Understanding
from nodes.deps import Deps
from nodes.escalation.deciding import decided, fingerprint, timed
from nodes.escalation.presenting import post_of
from nodes.escalation.request import compose_request, question_for, recommended
from nodes.resolution_eligibility.subgraph import bench_of
from nodes.resolution_eligibility.wanting import want


class EscalationState(TypedDict, total=False):
    """What an escalation is made from."""

    decision: ReviewerDecision | None
    run_id: str
    case_id: str | None
    return_path: ReturnPath | None
    arrival: Arrival
    sender: Sender
    understanding: Understanding
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    gaps: tuple[Gap, ...]
    verdicts: tuple[Verdict, ...]
    memory: Memory
    options: tuple[str, ...]
    escalation: EscalationRecord | None
    review_post: ReviewPost | None
    path: Annotated[list[str], operator.add]


class EscalationInput(TypedDict, total=False):
    """What is handed in."""

    decision: ReviewerDecision | None
    run_id: str
    case_id: str | None
    return_path: ReturnPath | None
    arrival: Arrival
    sender: Sender
    understanding: Understanding
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    gaps: tuple[Gap, ...]
    verdicts: tuple[Verdict, ...]
    memory: Memory


class EscalationOutput(TypedDict, total=False):
    """What is handed back: the escalation of this step, if it opens, grows or ends one."""

    escalation: EscalationRecord | None
    review_post: ReviewPost | None
    path: Annotated[list[str], operator.add]


async def weigh_options(state: EscalationState, runtime: Runtime[Deps]) -> EscalationState:
    """Every action whose gate is not ineligible, and to wait."""
    return {"path": ["escalation.options"], "options": options_of(state, runtime.context)}


def options_of(state: EscalationState, deps: Deps) -> tuple[str, ...]:
    """The action names that a reviewer may choose, in a fixed order."""
    context, assessment = state.get("context"), state.get("assessment")
    if context is None or assessment is None or context.order is None:
        return ("wait",)
    judged = {verdict.action: verdict for verdict in state["verdicts"]}
    bench = bench_of({"context": context, "assessment": assessment, "memory": state["memory"]}, deps)
    open_to = [action for action in Action if (judged.get(action) or judge(bench, want(action, context, assessment, None))).is_option]
    return (*(action.value for action in open_to), "wait")


async def open_or_join(state: EscalationState, runtime: Runtime[Deps]) -> EscalationState:
    """One escalation per case at a time."""
    known = state["memory"].escalation
    if known is not None and state.get("decision") is not None:
        step, record = "escalation.decide", decided(known, state, runtime.context)
    elif known is not None and isinstance(state["arrival"], TimerArrived):
        step, record = "escalation.remind_or_expire", timed(known, state, runtime.context)
    elif known is not None and known.is_open:
        step, record = "escalation.join", _join(known, state, runtime.context)
    else:
        step, record = "escalation.open", _open(state, runtime.context) if state["fired"] else None
    return {"path": [step], "escalation": record, "review_post": post_of(record, known) if record else None}


def _open(state: EscalationState, deps: Deps) -> EscalationRecord:
    context, verdicts, gaps = state.get("context"), state.get("verdicts", ()), state.get("gaps", ())
    assessment, case_id = state.get("assessment"), state["case_id"]
    assert case_id is not None
    triggers = tuple(fired.trigger for fired in state["fired"])
    queue = queues_of(state["fired"], verdicts, claims=_claims(context), policy=deps.policy)[0]
    now = context.now if context else deps.clock.now()
    due, reminder = deadline(triggers, queue, now, deps.policy, deps.calendar)
    request = compose_request(
        case_id=case_id,
        run_id=state["run_id"],
        customer_id=state["sender"].customer_id,
        queue=queue,
        path=state.get("return_path"),
        context=context,
        assessment=assessment,
        verdicts=verdicts,
        gaps=gaps,
        memory=state["memory"],
        policy=deps.policy,
    )
    waiting = tuple(verdict for verdict in verdicts if verdict.gate is Gate.NEEDS_APPROVAL)
    return EscalationRecord(
        escalation_id=deps.ids.new("esc", state["run_id"]),
        case_id=case_id,
        queue=queue,
        triggers=triggers,
        question=question_for(state["fired"], verdicts, assessment.condition if assessment else None, gaps),
        recommended_action=recommended(verdicts),
        options=state["options"],
        opened_at=now,
        deadline=due,
        reminder_at=reminder,
        wanted=tuple(verdict.wanted for verdict in waiting),
        fingerprint=fingerprint(waiting),
        fingerprints={verdict.action.value: fingerprint((verdict,)) for verdict in waiting},
        request=request,
    )


def _join(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord | None:
    """The open escalation with new triggers added; ended when the request behind it was withdrawn; None if unchanged."""
    context, verdicts = state.get("context"), state.get("verdicts", ())
    if Intent.WITHDRAW_REQUEST in state["understanding"].intents and known.wanted:
        return _without_request(known, state)
    fresh = tuple(fired for fired in state["fired"] if fired.trigger not in known.triggers)
    if not fresh:
        return None
    queue = stricter(known.queue, queues_of(fresh, verdicts, claims=_claims(context), policy=deps.policy)[0])
    now = context.now if context else deps.clock.now()
    triggers = (*known.triggers, *(fired.trigger for fired in fresh))
    due, reminder = deadline(triggers, queue, now, deps.policy, deps.calendar)
    waiting = tuple(verdict for verdict in verdicts if verdict.gate is Gate.NEEDS_APPROVAL)
    return known.model_copy(
        update={
            "queue": queue,
            "triggers": triggers,
            "deadline": min(known.deadline, due),
            "reminder_at": min(known.reminder_at, reminder),
            "options": state["options"],
            "wanted": tuple(verdict.wanted for verdict in waiting) or known.wanted,
            "fingerprint": fingerprint(waiting) if waiting else known.fingerprint,
            "fingerprints": {verdict.action.value: fingerprint((verdict,)) for verdict in waiting} or known.fingerprints,
            "recommended_action": recommended(verdicts) if waiting else known.recommended_action,
        }
    )


_LASTING = {Trigger.CHARGEBACK_THREAT, Trigger.LEGAL_THREAT, Trigger.MANAGER_REQUEST, Trigger.ANGRY_CUSTOMER}


def _without_request(known: EscalationRecord, state: EscalationState) -> EscalationRecord:
    """The review without the withdrawn request: ended, unless something else in it still holds or a threat was made."""
    now = tuple(fired.trigger for fired in state["fired"] if fired.trigger is not Trigger.APPROVAL_REQUIRED)
    rest = tuple(trigger for trigger in known.triggers if trigger in now or trigger in _LASTING)
    triggers = tuple(dict.fromkeys((*rest, *now)))
    return known.model_copy(
        update={
            "status": known.status if triggers else EscalationStatus.ANSWERED,
            "triggers": triggers or known.triggers,
            "wanted": (),
            "recommended_action": "wait",
            "ended_because": "" if triggers else "withdrawn by the customer",
        }
    )


def _claims(context: OrderContext | None) -> int:
    return context.customer.prior_claims_180d if context and context.customer else 0


def draw_escalation() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(EscalationState, context_schema=Deps, input_schema=EscalationInput, output_schema=EscalationOutput)
    builder.add_node("options", weigh_options)
    builder.add_node("open_or_join", open_or_join)
    builder.add_edge(START, "options")
    builder.add_edge("options", "open_or_join")
    builder.add_edge("open_or_join", END)
    return builder.compile()
