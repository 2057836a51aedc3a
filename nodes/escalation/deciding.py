"""What a decision or a deadline makes of the open review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.arrivals import TimerArrived
from graph.case import EscalationRecord, EscalationStatus, ReviewRequest
from graph.decisions import ReviewerDecision, Verb
from graph.gates.verdict import fingerprint
from graph.labels import Gate
from graph.rules.escalations import stricter
from nodes.deps import Deps
from nodes.escalation.request import compose_request, question_for, recommended
from nodes.escalation.weighing import gates_seen

if TYPE_CHECKING:
    from nodes.escalation.subgraph import EscalationState

_ANSWERED = {Verb.APPROVE, Verb.DENY, Verb.HAND_BACK}


def decided(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord | None:
    """The review after a reviewer's answer: answered, taken over, asked again with the difference, or with a note more."""
    decision = state.get("decision")
    assert decision is not None
    changes: dict[str, object]
    if decision.verb is Verb.UNCLEAR:
        changes = {"notes": (*known.notes, decision.words), "meant": decision.meant}
        return looked_at_again(known.model_copy(update=changes), state, deps)
    if not decision.is_accepted:
        return None
    asked_again = decision.verb is Verb.REQUEST_CHANGES or is_stale(known, decision, state, deps)
    word = f"{decision.verb.value} {decision.action or ''}".strip()
    note = f"{decision.reviewer}: {word}. {decision.rationale}".strip()
    changes = {"notes": (*known.notes, note), "meant": None}
    if asked_again:
        return looked_at_again(known.model_copy(update=changes), state, deps)
    changes |= {"decided_by": decision.reviewer, "decided_at": deps.clock.now(), "decision": word, "owner": decision.owner or decision.reviewer}
    if decision.verb in _ANSWERED:
        changes |= {"status": EscalationStatus.ANSWERED, "ended_because": word}
    else:
        changes |= {"status": EscalationStatus.TAKEN_OVER, "ended_because": "taken over"}
    return known.model_copy(update=changes)


def is_stale(known: EscalationRecord, decision: ReviewerDecision, state: EscalationState, deps: Deps) -> bool:
    """Whether an approval no longer rests on what it was given on.

    Other parameters than those that were read of have a gate of their own; what the reviewer read of must still be true.
    """
    if not decision.executes:
        return False
    verdict = next((verdict for verdict in state.get("verdicts", ()) if verdict.action.value == decision.action), None)
    if verdict is None or verdict.gate in {Gate.INELIGIBLE, Gate.NEEDS_INFO}:
        return True
    action = verdict.action.value
    today = gates_seen((action,), known.wanted, state.get("context"), state.get("assessment"), state["memory"], deps)
    return action in known.fingerprints and today.get(action) != known.fingerprints[action]


def timed(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord | None:
    """A reminder, or the expiry into the fallback queue with one more business day; nothing is approved by silence."""
    arrival, policy, now = state["arrival"], deps.policy, deps.clock.now()
    assert isinstance(arrival, TimerArrived)
    if not known.is_open:
        return None
    next_day = deps.calendar.add_days(now, policy.escalation.days)
    if arrival.what == "reminder":
        status = EscalationStatus.REMINDED if known.status is EscalationStatus.OPEN else known.status
        return known.model_copy(update={"status": status, "reminder_at": next_day, "ended_because": ""})
    queue = policy.escalation.fallback_queue
    request = known.request.model_copy(update={"review_channel": policy.escalation.channels.get(queue, "")})
    return known.model_copy(
        update={
            "status": EscalationStatus.EXPIRED,
            "queue": queue,
            "queues": tuple(dict.fromkeys((*known.deciding_queues, stricter(queue, queue)))),
            "deadline": next_day,
            "reminder_at": next_day,
            "request": request,
            "ended_because": f"nobody decided; moved to {queue.value}",
        }
    )


def looked_at_again(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord:
    """The same review with today's facts, gates, options and question."""
    verdicts, assessment, context = state.get("verdicts", ()), state.get("assessment"), state.get("context")
    if not verdicts or context is None:
        return known
    waiting = tuple(verdict for verdict in verdicts if verdict.waits)
    wanted = tuple(verdict.wanted for verdict in waiting)
    condition = assessment.condition if assessment else None
    return known.model_copy(
        update={
            "options": state["options"],
            "wanted": wanted,
            "fingerprint": fingerprint(waiting),
            "fingerprints": gates_seen(state["options"], wanted, context, assessment, state["memory"], deps),
            "recommended_action": recommended(verdicts),
            "question": question_for(known.triggers, verdicts, condition, state.get("gaps", ())),
            "request": renewed_request(known, state, deps),
        }
    )


_LASTING_FIELDS = {"run_id", "channel", "ticket_id", "review_channel"}
"""Where the review came from and where its answer goes: the same as long as it is open."""


def renewed_request(known: EscalationRecord, state: EscalationState, deps: Deps) -> ReviewRequest:
    """The request with today's facts, checks and history."""
    context, verdicts = state.get("context"), state.get("verdicts", ())
    fresh = compose_request(
        case_id=known.case_id,
        run_id=known.request.run_id,
        customer_id=known.request.customer_id,
        queue=known.queue,
        path=state.get("return_path"),
        context=context,
        assessment=state.get("assessment"),
        verdicts=verdicts,
        gaps=state.get("gaps", ()),
        memory=state["memory"],
        policy=deps.policy,
    )
    return fresh.model_copy(update={name: getattr(known.request, name) for name in _LASTING_FIELDS})
