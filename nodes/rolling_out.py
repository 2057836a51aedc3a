"""Whether this run speaks and acts, or only drafts: what the rollout says of its case (specification, section 8)."""

from __future__ import annotations

from graph.arrivals import EventArrived, LookArrived, MessageArrived
from graph.labels import Action, Gate, Mode
from graph.rollout import place_of
from graph.state import CaseState
from nodes.deps import Deps


def rolled_out(state: CaseState, deps: Deps) -> CaseState:
    """The state with the arrival in the mode that counts: shadow stays shadow, live becomes shadow where it is not rolled out.

    An answer that a reviewer gives, a receipt, and a promise that was made are carried through in the mode in which they began.
    """
    arrival = state["arrival"]
    if arrival.mode is Mode.SHADOW or not isinstance(arrival, MessageArrived | EventArrived | LookArrived) or _is_promised(state):
        return state
    rules, assessment, path = state["memory"].rollout or deps.policy.rollout, state.get("assessment"), state.get("return_path")
    percentage = rules.share(
        channel=path.channel if path else None,
        condition=assessment.condition if assessment else None,
        actions=_concerned(state),
        proactive=not isinstance(arrival, MessageArrived),
    )
    case = state["case_id"] or arrival.arrival_id
    if place_of(case) < min(percentage, deps.policy.mode.percentage):
        return state
    return {**state, "arrival": arrival.model_copy(update={"mode": Mode.SHADOW})}


def _is_promised(state: CaseState) -> bool:
    standing = state["memory"].follow_up
    return isinstance(state["arrival"], LookArrived) and standing is not None and standing.due_at is not None


def _concerned(state: CaseState) -> tuple[Action, ...]:
    """The actions that would be done now, or that a reviewer would be asked about: whose class is not live must not be spoken of as done."""
    done = {Gate.ELIGIBLE, Gate.NEEDS_APPROVAL}
    wanted = [verdict for verdict in state.get("verdicts", ()) if verdict.gate in done and not verdict.denied]
    return tuple(verdict.action for verdict in wanted if verdict.waits or verdict.wanted.asked or verdict.action is Action.CARRIER_INVESTIGATION)
