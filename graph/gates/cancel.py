"""May the order be cancelled?"""

from __future__ import annotations

from graph.gates.verdict import Bench, Check, Verdict, Wanted, conclude, failed, holds, passed, unknown
from graph.labels import Action, System
from graph.rules.conditions import is_held

_BEFORE_PICKING = {"not_started", "released", "cancelled"}


def gate_cancel(bench: Bench, wanted: Wanted) -> Verdict:
    """Nothing handed off, not already cancelled, no class that the policy excludes; held, picked or dear orders need approval."""
    order = bench.context.order
    assert order is not None
    excluded = bench.policy.gates.non_cancellable_classes
    classes = sorted({line.item_class for line in order.lines} & set(excluded))
    checks = (
        _nothing_handed_off(bench),
        holds("not_cancelled", order.status not in {"cancelled", "returned"}, f"order.status is {order.status}"),
        holds("cancellable_class", not classes, f"classes excluded by the policy: {', '.join(classes) or 'none'}"),
    )
    return conclude(bench, wanted, checks, approval=_approval(bench), amount=order.total)


def _nothing_handed_off(bench: Bench) -> Check:
    context = bench.context
    order = context.order
    scanned = [parcel.shipment_id for parcel in context.shipments if parcel.physical_scans]
    handed_off = [task.fulfillment_id for task in context.fulfillments if task.state == "handed_off"]
    if scanned or handed_off:
        return failed("not_handed_off", f"handed off: {', '.join(scanned + handed_off)}")
    blind = [system.value for system in (System.WMS, System.CARRIER) if context.misses(system)]
    if blind:
        return unknown("not_handed_off", f"unknown: {', '.join(blind)}")
    if order and order.status in {"shipped", "partially_shipped", "delivered"}:
        return unknown("not_handed_off", f"order.status is {order.status}, but no parcel or task shows it")
    return passed("not_handed_off", "no physical scan and no task handed off")


def _approval(bench: Bench) -> tuple[str, ...]:
    context, order = bench.context, bench.context.order
    assert order is not None
    limit = bench.policy.gates.limit(Action.CANCEL, order.currency)
    rules = []
    states = sorted({task.state for task in context.fulfillments} - _BEFORE_PICKING)
    if states:
        rules.append(f"warehouse past released: {', '.join(states)}")
    if limit is None:
        rules.append(f"no limit in {order.currency}")
    elif order.total > limit:
        rules.append(f"order.total above {limit}")
    if is_held(context):
        rules.append("hold in force")
    return tuple(rules)
