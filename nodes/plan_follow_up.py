"""The plan_follow_up node: what the text promises becomes a follow-up of the same commit; what nobody promised, a watch."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import ReceiptArrived
from graph.case import FollowUp, FollowUpStatus
from graph.labels import Action
from graph.rules.promises import is_watch_only, watches
from graph.state import CaseState
from nodes.deps import Deps


async def plan_follow_up(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """The follow-ups that change: the standing one ends as kept or superseded, the new one opens."""
    deps, draft, standing = runtime.context, state.get("draft"), state["memory"].follow_up
    due = draft.due_at if draft else None
    if draft is None or (due is not None and not state.get("promise_is_new")):
        return {"path": ["plan_follow_up"], "follow_ups": ()}
    fresh = _fresh(state, deps)
    untouched = standing is None or (fresh is None and state.get("assessment") is None)
    withdrawn = state["understanding"].withdraws
    ended = () if standing is None or untouched else (_ended(standing, fresh, withdrawn=withdrawn),)
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
        watch=watches(condition) if condition else (),
        reason=condition.value if condition else "",
    )


def was_cancelled(state: CaseState) -> bool:
    """Whether this run tells of an executed cancellation: there is nothing left to watch."""
    arrival = state["arrival"]
    return isinstance(arrival, ReceiptArrived) and Action.CANCEL in arrival.performed


def _ended(standing: FollowUp, fresh: FollowUp | None, *, withdrawn: bool) -> FollowUp:
    """A promise that is renewed or withdrawn is superseded; one whose matter is over is kept by the text that says so."""
    renewed = withdrawn or (fresh is not None and (fresh.due_at is not None or standing.due_at is None))
    return standing.model_copy(update={"status": FollowUpStatus.SUPERSEDED if renewed else FollowUpStatus.KEPT})
