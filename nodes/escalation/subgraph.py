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
from graph.gates.verdict import Verdict, fingerprint
from graph.labels import Intent, Trigger
from graph.rules.escalations import deadline, queues_of, stricter
from graph.rules.findings import Assessment, Fired
from graph.working import Gap, ReturnPath, Sender, Understanding
from nodes.deps import Deps
from nodes.escalation.deciding import decided, looked_at_again, timed
from nodes.escalation.presenting import post_of
from nodes.escalation.request import compose_request, question_for, recommended
from nodes.escalation.weighing import gates_seen, options_of
from nodes.resolution_eligibility.subgraph import without_replaced


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
    options = options_of(state.get("context"), state.get("assessment"), state.get("verdicts", ()), state["memory"], runtime.context)
    return {"path": ["escalation.options"], "options": options}


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
    waiting = tuple(verdict for verdict in verdicts if verdict.waits)
    wanted = tuple(verdict.wanted for verdict in waiting)
    return EscalationRecord(
        escalation_id=deps.ids.new("esc", state["run_id"]),
        case_id=case_id,
        queue=queue,
        triggers=triggers,
        question=question_for(triggers, verdicts, assessment.condition if assessment else None, gaps),
        recommended_action=recommended(verdicts),
        options=state["options"],
        opened_at=now,
        deadline=due,
        reminder_at=reminder,
        wanted=wanted,
        fingerprint=fingerprint(waiting),
        fingerprints=gates_seen(state["options"], wanted, context, assessment, state["memory"], deps),
        request=request,
    )


def _join(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord | None:
    """The open escalation with new triggers or demands; ended when the request behind it was withdrawn; None if unchanged."""
    context, verdicts = state.get("context"), state.get("verdicts", ())
    if Intent.WITHDRAW_REQUEST in state["understanding"].intents and known.wanted:
        return _without_request(known, state)
    remaining = without_replaced(known.wanted, verdicts)
    if known.wanted and not remaining and not any(verdict.waits for verdict in verdicts):
        return _without_request(known, state)
    replaced, known = remaining != known.wanted, known.model_copy(update={"wanted": remaining})
    fresh = tuple(fired for fired in state["fired"] if fired.trigger not in known.triggers)
    demands = tuple(
        verdict for verdict in verdicts if verdict.waits and verdict.wanted.parameters() not in {row.parameters() for row in known.wanted}
    )
    if not fresh and not demands:
        return known if replaced else None
    grown = _with_demands(known, state, deps) if demands else known
    if not fresh:
        return grown
    queue = stricter(known.queue, queues_of(fresh, verdicts, claims=_claims(context), policy=deps.policy)[0])
    now = context.now if context else deps.clock.now()
    triggers = (*known.triggers, *(fired.trigger for fired in fresh))
    due, reminder = deadline(triggers, queue, now, deps.policy, deps.calendar)
    channel = deps.policy.escalation.channels.get(queue, "")
    return grown.model_copy(
        update={
            "queue": queue,
            "triggers": triggers,
            "deadline": min(known.deadline, due),
            "reminder_at": min(known.reminder_at, reminder),
            "options": state["options"],
            "request": grown.request.model_copy(update={"review_channel": channel}),
        }
    )


def _with_demands(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord:
    """The review with what is demanded besides, or with other parameters than before; what waited already waits on, on what was read."""
    fresh = looked_at_again(known, state, deps)
    actions = {item.action for item in fresh.wanted}
    before = tuple(item for item in known.wanted if item.action not in actions)
    kept = {item.action.value: known.fingerprints[item.action.value] for item in before if item.action.value in known.fingerprints}
    checks = tuple(dict.fromkeys((*known.request.checks, *fresh.request.checks)))
    return fresh.model_copy(
        update={
            "wanted": (*before, *fresh.wanted),
            "fingerprints": {**fresh.fingerprints, **kept},
            "recommended_action": known.recommended_action if before else fresh.recommended_action,
            "question": f"{known.question} Also: {fresh.question}" if before else fresh.question,
            "request": fresh.request.model_copy(update={"checks": checks}),
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
            "ended_because": "" if triggers else "the customer wants it no longer",
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
