"""The resolution_eligibility subgraph: collect what is wanted, judge each gate, decide what follows."""

from __future__ import annotations

import dataclasses
import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.case import ActionRecord
from graph.commit import Memory
from graph.context import OrderContext
from graph.decisions import ReviewerDecision, Verb, limit_of
from graph.gates import judge
from graph.gates.remedies import are_rivals
from graph.gates.verdict import Bench, Verdict, Wanted, fingerprint
from graph.labels import Action, ActionStatus, Condition, Gate, Reason, Trigger
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.triggers import in_order
from graph.working import Advice, Understanding
from nodes.deps import Deps
from nodes.resolution_eligibility.wanting import asked_for, want

_REMEDIES = (Action.REFUND, Action.REPLACEMENT)


class EligibilityState(TypedDict, total=False):
    """What the gates look at and produce."""

    decision: ReviewerDecision | None
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    understanding: Understanding
    memory: Memory
    advice: Advice | None
    wanted: tuple[Wanted, ...]
    verdicts: tuple[Verdict, ...]
    path: Annotated[list[str], operator.add]


class EligibilityInput(TypedDict, total=False):
    """What is handed in."""

    decision: ReviewerDecision | None
    context: OrderContext | None
    assessment: Assessment | None
    fired: tuple[Fired, ...]
    understanding: Understanding
    memory: Memory
    advice: Advice | None


class EligibilityOutput(TypedDict, total=False):
    """What is handed back."""

    fired: tuple[Fired, ...]
    verdicts: tuple[Verdict, ...]
    decision: ReviewerDecision | None
    path: Annotated[list[str], operator.add]


async def collect(state: EligibilityState, runtime: Runtime[Deps]) -> EligibilityState:
    """Asked for and recommended, one row per action."""
    context, assessment, advice = state.get("context"), state.get("assessment"), state.get("advice")
    if context is None or assessment is None or context.order is None:
        return {"path": ["resolution_eligibility.collect"], "wanted": ()}
    decision = state.get("decision")
    if decision is not None and decision.executes:
        return {"path": ["resolution_eligibility.collect"], "wanted": (approved(decision, context, assessment),)}
    if decision is not None and decision.verb in {Verb.DENY, Verb.HAND_BACK}:
        return {"path": ["resolution_eligibility.collect"], "wanted": ()}
    rows = {wanted.action: wanted for wanted in (advice.recommended if advice else ())}
    if decision is not None and state["memory"].escalation is not None:
        rows |= {wanted.action: wanted for wanted in state["memory"].escalation.wanted}
    for wanted in asked_for(context, assessment, state["understanding"]):
        known = rows.get(wanted.action)
        rows[wanted.action] = known.model_copy(update={"asked": True}) if known else wanted
    return {"path": ["resolution_eligibility.collect"], "wanted": tuple(rows.values())}


async def judge_gates(state: EligibilityState, runtime: Runtime[Deps]) -> EligibilityState:
    """Every wanted action through its gate, and the triggers that follow."""
    wanted, fired = state["wanted"], state["fired"]
    if state.get("decision") is not None:
        return {"path": ["resolution_eligibility.judge"], "fired": fired, **_judged_for_decision(state, runtime.context)}
    if not wanted and not _has_substitutes(state):
        return {"path": ["resolution_eligibility.judge"], "verdicts": (), "fired": fired}
    verdicts = tuple(_with_denial(verdict, state["memory"]) for verdict in _settled(wanted, state, runtime.context))
    return {
        "path": ["resolution_eligibility.judge"],
        "verdicts": verdicts,
        "fired": in_order([*fired, *_approval(verdicts), *_alternate(state, verdicts)]),
    }


def _settled(wanted: tuple[Wanted, ...], state: EligibilityState, deps: Deps) -> tuple[Verdict, ...]:
    return settle_rivals(wanted, bench_of(state, deps), rivals_of(state["memory"], pending=False))


def bench_of(state: EligibilityState, deps: Deps) -> Bench:
    """What the gates look at, with the remedies that are pending or done."""
    context, assessment = state["context"], state["assessment"]
    assert context is not None and assessment is not None
    return Bench(context=context, assessment=assessment, policy=deps.policy, rivals=rivals_of(state["memory"]))


def _judged_for_decision(state: EligibilityState, deps: Deps) -> EligibilityState:
    """The gates of what the reviewer decides about. The limit holds for what the approval is worth now, with the reviewer's own lines."""
    decision, wanted, escalation = state["decision"], state["wanted"], state["memory"].escalation
    context, assessment = state.get("context"), state.get("assessment")
    if not wanted or decision is None or context is None or assessment is None:
        return {"verdicts": ()}
    bench = bench_for_decision(context, assessment, state["memory"], deps)
    verdicts = settle_rivals(wanted, bench, bench.rivals)
    approved_now = next((verdict for verdict in verdicts if verdict.action.value == decision.action), None)
    limit = limit_of(decision.reviewer, escalation, deps.policy, decision.memberships) if escalation else None
    if decision.executes and approved_now is not None and limit is not None and approved_now.amount > limit:
        return {"verdicts": (), "decision": decision.model_copy(update={"refusal": Reason.OVER_LIMIT})}
    return {"verdicts": verdicts}


def bench_for_decision(context: OrderContext, assessment: Assessment, memory: Memory, deps: Deps) -> Bench:
    """What the reviewer decides about does not exclude itself: only what is under way or was executed counts as a rival."""
    return Bench(context=context, assessment=assessment, policy=deps.policy, rivals=rivals_of(memory, pending=False))


def approved(decision: ReviewerDecision, context: OrderContext, assessment: Assessment) -> Wanted:
    """The approved action; one that nobody gated before gets the lines that it concerns."""
    assert decision.wanted is not None
    if decision.wanted.line_ids:
        return decision.wanted
    found = want(decision.wanted.action, context, assessment, None)
    given = decision.wanted.model_dump(exclude_none=True, exclude={"line_ids", "shipment_ids", "asked", "recommended", "named_unknown"})
    return found.model_copy(update={key: getattr(decision.wanted, key) for key in given if key != "action"})


def rivals_of(memory: Memory, *, pending: bool = True) -> tuple[Wanted, ...]:
    """Refunds and replacements of this case that were executed, are under way or, unless left out, wait for approval."""
    rows = (row for row in memory.actions if row.wanted.action in _REMEDIES)
    return tuple(row.wanted for row in rows if _is_done(row) or (pending and row.status == ActionStatus.PENDING_APPROVAL))


def _is_done(row: ActionRecord) -> bool:
    return row.status == ActionStatus.EXECUTED or (row.ordered and row.status == ActionStatus.DRAFTED)


def settle_rivals(wanted: tuple[Wanted, ...], bench: Bench, done: tuple[Wanted, ...]) -> tuple[Verdict, ...]:
    """Judge all. What the customer asks for replaces what only waits (a recommendation, or an earlier wish of theirs), if its gate allows it.

    Of refund and replacement of the same lines the one that is asked for stands; the other is excluded by it.
    """
    fresh = dataclasses.replace(bench, rivals=done)
    verdicts = {item.action: judge(fresh if item.asked else bench, item) for item in wanted}
    remedies = [verdicts[action] for action in _REMEDIES if action in verdicts]
    if len(remedies) == 2 and are_rivals(remedies[0].wanted, remedies[1].wanted):
        first, second = sorted(remedies, key=_preference)
        if first.stands:
            if first.wanted.asked and not second.wanted.asked:
                del verdicts[second.action]
            else:
                verdicts[second.action] = judge(dataclasses.replace(bench, rivals=(*bench.rivals, first.wanted)), second.wanted)
    return tuple(verdicts.values())


def without_replaced(waiting: tuple[Wanted, ...], verdicts: tuple[Verdict, ...]) -> tuple[Wanted, ...]:
    """What still waits when the customer asks for the other of refund and replacement instead, and may have it."""
    instead = [verdict.wanted for verdict in verdicts if verdict.wanted.asked and verdict.stands]
    return tuple(row for row in waiting if not any(are_rivals(row, other) for other in instead))


def _preference(verdict: Verdict) -> tuple[bool, bool, bool]:
    """What is possible first, what was asked for before what is recommended, goods before money."""
    return (verdict.gate is Gate.INELIGIBLE, not verdict.wanted.asked, verdict.action is Action.REFUND)


def _approval(verdicts: tuple[Verdict, ...]) -> list[Fired]:
    return [
        Fired(
            trigger=Trigger.APPROVAL_REQUIRED,
            because=Because(rule="gate_needs_approval", facts=(verdict.action.value,), note="; ".join(verdict.approval_because)),
        )
        for verdict in verdicts
        if verdict.waits
    ]


def _with_denial(verdict: Verdict, memory: Memory) -> Verdict:
    """A demand that was denied is denied again, as long as its parameters and its gate are the same."""
    denied = [row for row in memory.actions if row.wanted.action is verdict.action and row.status == ActionStatus.DENIED]
    same = any(row.fingerprint == fingerprint((verdict,)) for row in denied)
    return verdict.model_copy(update={"denied": True}) if same and verdict.gate is Gate.NEEDS_APPROVAL else verdict


def _has_substitutes(state: EligibilityState) -> bool:
    context, assessment = state.get("context"), state.get("assessment")
    if context is None or assessment is None:
        return False
    lines = {piece.line_id for group in assessment.having(Condition.SUPPLIER_BACKORDER) for piece in group.pieces}
    return any(line.line_id in lines and line.approved_substitutes for line in context.lines)


def _alternate(state: EligibilityState, verdicts: tuple[Verdict, ...]) -> list[Fired]:
    """Substitutes exist for a late line, or the customer wants another item; not when the named one is eligible."""
    asked = next((verdict for verdict in verdicts if verdict.action is Action.ALTERNATE_ITEM), None)
    if asked is not None and asked.gate is Gate.ELIGIBLE:
        return []
    if asked is None and not _has_substitutes(state):
        return []
    rule = "customer_wants_another_item" if asked is not None else "approved_substitutes_exist"
    return [Fired(trigger=Trigger.ALTERNATE_COMPONENT, because=Because(rule=rule, facts=("order.lines",)))]


def draw_eligibility() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(EligibilityState, context_schema=Deps, input_schema=EligibilityInput, output_schema=EligibilityOutput)
    builder.add_node("collect", collect)
    builder.add_node("judge", judge_gates)
    builder.add_edge(START, "collect")
    builder.add_edge("collect", "judge")
    builder.add_edge("judge", END)
    return builder.compile()
