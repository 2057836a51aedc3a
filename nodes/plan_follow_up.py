"""The plan_follow_up node: what the text promises becomes a follow-up of the same commit; what nobody promised, a watch."""

from __future__ import annotations

from datetime import datetime

from langgraph.runtime import Runtime

from graph.arrivals import ReceiptArrived
from graph.calendar import customer_zone
from graph.case import FollowUp, FollowUpStatus
from graph.labels import Action
from graph.rules.news import NewsKind
from graph.rules.promises import goes_out_at, is_watch_only, watches
from graph.state import CaseState
from nodes.conclude import promised_by_reviewer, zone_in
from nodes.deps import Deps
from nodes.looking_again import next_look, threshold_ahead


async def plan_follow_up(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """The follow-ups that change: the standing one ends as kept or superseded, the new one opens."""
    deps, draft, standing = runtime.context, state.get("draft"), state["memory"].follow_up
    due = draft.due_at if draft else None
    if draft is None or (due is not None and not state.get("promise_is_new")):
        return {"path": ["plan_follow_up"], "follow_ups": ()}
    fresh = _fresh(state, deps)
    untouched = standing is None or (fresh is None and state.get("assessment") is None)
    withdrawn = state["understanding"].withdraws
    ended = () if standing is None or untouched else (_ended(standing, fresh, deps.clock.now(), withdrawn=withdrawn),)
    return {"path": ["plan_follow_up"], "follow_ups": (*ended, *((fresh,) if fresh else ()))}


def _fresh(state: CaseState, deps: Deps) -> FollowUp | None:
    draft, assessment, case_id = state.get("draft"), state.get("assessment"), state["case_id"]
    due = draft.due_at if draft else None
    watched = assessment is not None and is_watch_only(assessment.condition) and not was_cancelled(state)
    if case_id is None or (due is None and not watched):
        return None
    condition = assessment.condition if assessment else None
    return FollowUp(
        follow_up_id=deps.ids.new("follow_up", state["run_id"]),
        case_id=case_id,
        made_at=deps.clock.now(),
        due_at=due,
        send_at=_send_at(due, state, deps),
        watch=watches(condition) if condition else (),
        reason=condition.value if condition else "",
        checkpoints=_checkpoints(state),
        look_at=_look_at(state, deps, is_promised=due is not None),
    )


def watch_again(state: CaseState, deps: Deps) -> FollowUp | None:
    """The watch of a case that a human handed back: nothing is promised, thresholds are looked at."""
    assessment, case_id = state.get("assessment"), state["case_id"]
    if assessment is None or case_id is None:
        return None
    return FollowUp(
        follow_up_id=deps.ids.new("follow_up", state["run_id"]),
        case_id=case_id,
        made_at=deps.clock.now(),
        due_at=None,
        watch=watches(assessment.condition),
        reason=assessment.condition.value,
        look_at=_look_at(state, deps, is_promised=False),
    )


def promised_again(state: CaseState, standing: FollowUp, deps: Deps) -> FollowUp | None:
    """The standing promise for the time that a reviewer named; None where none was named."""
    due = promised_by_reviewer(state, deps)
    return standing.model_copy(update={"due_at": due, "send_at": _send_at(due, state, deps)}) if due else None


def _send_at(due: datetime | None, state: CaseState, deps: Deps) -> datetime | None:
    return goes_out_at(due, customer_zone(zone_in(state)), deps.policy) if due else None


def _checkpoints(state: CaseState) -> int:
    """How many updates without news the promise has behind it."""
    news, standing = state.get("news"), state["memory"].follow_up
    return standing.checkpoints + 1 if standing is not None and news is not None and news.kind is NewsKind.CHECKPOINT else 0


def _look_at(state: CaseState, deps: Deps, *, is_promised: bool) -> datetime | None:
    """A promise is looked at when it falls due, and before that only where time alone may change the condition."""
    context, assessment = state.get("context"), state.get("assessment")
    if context is None or assessment is None:
        return None
    return threshold_ahead(context, assessment, deps) if is_promised else next_look(context, assessment, deps)


def was_cancelled(state: CaseState) -> bool:
    """Whether this run tells of an executed cancellation: there is nothing left to watch."""
    arrival = state["arrival"]
    return isinstance(arrival, ReceiptArrived) and Action.CANCEL in arrival.performed


def _ended(standing: FollowUp, fresh: FollowUp | None, now: datetime, *, withdrawn: bool) -> FollowUp:
    """A promise that is renewed or withdrawn is superseded; one whose matter is over is kept by the text that says so; too late is missed."""
    if standing.is_missed(now):
        return standing.model_copy(update={"status": FollowUpStatus.MISSED})
    renewed = withdrawn or (fresh is not None and (fresh.due_at is not None or standing.due_at is None))
    return standing.model_copy(update={"status": FollowUpStatus.SUPERSEDED if renewed else FollowUpStatus.KEPT})
