"""May the money be given back?"""

from __future__ import annotations

from decimal import Decimal

from graph.gates.remedies import affected_check, cause_check, causes, claims_rule, exclusive_check, unsettled_check
from graph.gates.verdict import Bench, Check, Verdict, Wanted, conclude, holds
from graph.labels import Action, Condition
from graph.rules.conditions import is_held


def gate_refund(bench: Bench, wanted: Wanted) -> Verdict:
    """Captured, something left, a proven cause; dear, held or disputed refunds and many claims need approval."""
    order = bench.context.order
    assert order is not None
    left = max(Decimal(0), order.total - order.payment.refunded_amount)
    amount = min(bench.value(wanted), left, *([wanted.amount] if wanted.amount is not None else []))
    checks = (
        holds("payment_captured", order.payment.state in {"captured", "partially_refunded"}, f"payment.state is {order.payment.state}"),
        holds("left_to_refund", left > 0, f"{left} {order.currency} left"),
        affected_check(wanted),
        _cause(bench, wanted),
        unsettled_check(bench, wanted),
        exclusive_check(bench, wanted),
    )
    return conclude(bench, wanted, checks, approval=_approval(bench, amount), amount=amount)


def _cause(bench: Bench, wanted: Wanted) -> Check:
    found = causes(bench, wanted)
    if bench.context.order is not None and bench.context.order.status == "cancelled":
        found = ("order.status is cancelled", *found)
    return cause_check(bench, found)


def _approval(bench: Bench, amount: Decimal) -> tuple[str, ...]:
    limit = bench.policy.gates.limit(Action.REFUND, bench.currency)
    rules = []
    if limit is None:
        rules.append(f"no limit in {bench.currency}")
    elif amount > limit:
        rules.append(f"amount above {limit}")
    if is_held(bench.context):
        rules.append("hold in force")
    if bench.has(Condition.DELIVERED_NOT_RECEIVED):
        rules.append("delivery disputed")
    return (*rules, *claims_rule(bench))
