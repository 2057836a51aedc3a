"""What a decision or a deadline makes of the open review."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from graph.arrivals import TimerArrived
from graph.case import EscalationRecord, EscalationStatus
from graph.decisions import ReviewerDecision, Verb
from graph.gates.verdict import Verdict
from graph.labels import Gate
from graph.rules.escalations import stricter
from nodes.deps import Deps
from nodes.escalation.request import question_for, recommended

if TYPE_CHECKING:
    from nodes.escalation.subgraph import EscalationState

_ANSWERED = {Verb.APPROVE, Verb.DENY, Verb.HAND_BACK}


def decided(known: EscalationRecord, state: EscalationState, deps: Deps) -> EscalationRecord | None:
    """The review after a reviewer's answer: answered, taken over, asked again with the difference, or with a note more."""
    decision = state.get("decision")
    assert decision is not None
    if decision.verb is Verb.UNCLEAR:
        return _looked_at_again(known.model_copy(update={"notes": (*known.notes, decision.words)}), state)
    asked_again = decision.verb is Verb.REQUEST_CHANGES or is_stale(known, decision, state.get("verdicts", ()))
    word = f"{decision.verb.value} {decision.action or ''}".strip()
    changes: dict[str, object] = {"notes": (*known.notes, f"{decision.reviewer}: {word}. {decision.rationale}".strip())}
    if asked_again:
        return _looked_at_again(known.model_copy(update=changes), state)
    changes |= {"decided_by": decision.reviewer, "decided_at": deps.clock.now(), "decision": word, "owner": decision.owner or decision.reviewer}
    if decision.verb in _ANSWERED:
        changes |= {"status": EscalationStatus.ANSWERED, "ended_because": word}
    else:
        changes |= {"status": EscalationStatus.TAKEN_OVER, "ended_because": "taken over"}
    return known.model_copy(update=changes)


def is_stale(known: EscalationRecord, decision: ReviewerDecision, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether an approval no longer rests on what it was given on; an action that was never gated has only its own gate."""
    if not decision.executes:
        return False
    verdict = next((verdict for verdict in verdicts if verdict.action.value == decision.action), None)
    if verdict is None or verdict.gate in {Gate.INELIGIBLE, Gate.NEEDS_INFO}:
        return True
    given_on = known.fingerprints.get(verdict.action.value)
    return given_on is not None and not decision_changes_parameters(known, verdict) and given_on != fingerprint((verdict,))


def decision_changes_parameters(known: EscalationRecord, verdict: Verdict) -> bool:
    """Whether the reviewer approved other parameters than those that were asked about."""
    asked = next((wanted for wanted in known.wanted if wanted.action is verdict.action), None)
    return asked is not None and _parameters(asked) != _parameters(verdict.wanted)


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


def _looked_at_again(known: EscalationRecord, state: EscalationState) -> EscalationRecord:
    """The same review with today's gates, options and question."""
    verdicts, assessment = state.get("verdicts", ()), state.get("assessment")
    waiting = tuple(verdict for verdict in verdicts if verdict.gate is Gate.NEEDS_APPROVAL)
    if not verdicts:
        return known
    condition = assessment.condition if assessment else None
    return known.model_copy(
        update={
            "options": state["options"],
            "wanted": tuple(verdict.wanted for verdict in waiting),
            "fingerprint": fingerprint(waiting),
            "fingerprints": {verdict.action.value: fingerprint((verdict,)) for verdict in waiting},
            "recommended_action": recommended(verdicts),
            "question": question_for(state["fired"], verdicts, condition, state.get("gaps", ())),
        }
    )


def _parameters(wanted: object) -> object:
    return getattr(wanted, "model_dump", dict)(exclude={"asked", "recommended"})


def fingerprint(verdicts: tuple[Verdict, ...]) -> str:
    """What an approval would be given on: check results, approval rules, parameters and amount."""
    seen = [
        (
            verdict.action.value,
            verdict.wanted.model_dump_json(exclude={"asked", "recommended"}),
            [(check.name, check.result.value) for check in verdict.checks],
            verdict.approval_because,
            str(verdict.amount),
            verdict.currency,
        )
        for verdict in verdicts
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
