"""What a reviewer may choose, and how each option's gate stands while it is read."""

from __future__ import annotations

from collections.abc import Iterable

from graph.commit import Memory
from graph.context import OrderContext
from graph.gates import judge
from graph.gates.verdict import Verdict, Wanted, fingerprint
from graph.labels import Action
from graph.rules.findings import Assessment
from nodes.deps import Deps
from nodes.resolution_eligibility.subgraph import bench_for_decision, bench_of
from nodes.resolution_eligibility.wanting import want

WAIT = "wait"


def options_of(
    context: OrderContext | None, assessment: Assessment | None, verdicts: tuple[Verdict, ...], memory: Memory, deps: Deps
) -> tuple[str, ...]:
    """The action names that a reviewer may choose, in a fixed order, and to wait."""
    if context is None or assessment is None or context.order is None:
        return (WAIT,)
    judged = {verdict.action: verdict for verdict in verdicts}
    bench = bench_of({"context": context, "assessment": assessment, "memory": memory}, deps)
    open_to = [action for action in Action if (judged.get(action) or judge(bench, want(action, context, assessment, None))).is_option]
    return (*(action.value for action in open_to), WAIT)


def gates_seen(
    options: Iterable[str],
    wanted: tuple[Wanted, ...],
    context: OrderContext | None,
    assessment: Assessment | None,
    memory: Memory,
    deps: Deps,
) -> dict[str, str]:
    """A fingerprint of the gate of every option, with the parameters that were asked about or else those that it would have by itself."""
    if context is None or assessment is None or context.order is None:
        return {}
    bench = bench_for_decision(context, assessment, memory, deps)
    asked = {item.action: item for item in wanted}
    actions = [Action(option) for option in options if option != WAIT]
    return {action.value: fingerprint((judge(bench, asked.get(action) or want(action, context, assessment, None)),)) for action in actions}
