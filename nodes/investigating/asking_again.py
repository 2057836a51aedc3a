"""Asking missing systems once more, and listing every contradiction and hole with both sides."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.context import OrderContext
from graph.labels import System
from graph.rules.findings import Assessment
from graph.state import CaseState
from graph.working import Gap
from nodes.deps import Deps
from nodes.detect import judge_facts
from nodes.gather import fill


async def ask_again(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Without a model: a second question to silent systems, then the facts side by side for the reviewer."""
    deps, context, assessment = runtime.context, state["context"], state["assessment"]
    assert context is not None and assessment is not None
    fired = state["fired"]
    if assessment.missing:
        silent = tuple(System(name) for name in assessment.missing)
        context = await fill(context, state["sender"].customer_id, deps, retries=0, only=silent)
        assessment, fired = judge_facts(context, state, deps)
    return {
        "path": ["investigate"],
        "context": context,
        "assessment": assessment,
        "fired": fired,
        "gaps": find_gaps(context, assessment),
    }


def find_gaps(context: OrderContext, assessment: Assessment) -> tuple[Gap, ...]:
    """Each contradiction with both sides, source and age; each missing system with its failure."""
    gaps = []
    for conflict in assessment.conflicts:
        sides = tuple(f"{side.system}: {side.says} (as of {side.as_of.isoformat()})" for side in conflict.sides)
        gaps.append(Gap(what=conflict.rule, sides=sides, settled_by=conflict.settled_by))
    for name in assessment.missing:
        answer = context.systems[System(name)]
        sides = (f"{name}: {answer.because or 'no order'} (asked {answer.as_of.isoformat()})",)
        gaps.append(Gap(what=f"{name}_unknown", sides=sides, settled_by=f"Does {name} answer again?"))
    if not gaps and assessment.because.rule == "no_condition":
        gaps.append(Gap(what="no_condition", sides=("no rule fits the facts",), settled_by="What is the state of this order?"))
    return tuple(gaps)
