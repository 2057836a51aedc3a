"""A question that came while the OMS was silent has a case without an order: what becomes of it when the order is known."""

from __future__ import annotations

from graph.case import CaseRecord, FollowUp, FollowUpStatus
from graph.state import CaseState
from nodes.deps import Deps


def absorbed_case(state: CaseState, deps: Deps) -> CaseRecord | None:
    """One open case per customer and order: the case without an order ends where the order has one already."""
    orphan = state["memory"].orphan
    return orphan.model_copy(update={"closed_at": deps.clock.now(), "next_follow_up_due_at": None}) if orphan is not None else None


def absorbed_promise(state: CaseState, deps: Deps) -> tuple[FollowUp, ...]:
    """Its promise ends with it: kept by this run's text, or else missed where its time is past."""
    promise = state["memory"].orphan_promise
    if promise is None:
        return ()
    kept = state.get("draft") is not None and not promise.is_missed(deps.clock.now())
    status = FollowUpStatus.KEPT if kept else FollowUpStatus.MISSED if promise.is_missed(deps.clock.now()) else FollowUpStatus.SUPERSEDED
    return (promise.model_copy(update={"status": status}),)
