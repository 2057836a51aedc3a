"""The condition of an order (specification, section 3): each group gets one, the order gets the first in the list."""

from __future__ import annotations

from datetime import timedelta

from graph.calendar import BusinessCalendar
from graph.context import OrderContext
from graph.facts import Order
from graph.labels import Condition, System
from graph.policy import Policy
from graph.rules.conflicts import find_conflicts, has_open_hold
from graph.rules.findings import Assessment, Because, Conflict, Group, Stage
from graph.rules.needs import missing_systems
from graph.rules.parcels import parcel_groups
from graph.rules.unshipped import unshipped_groups
from graph.rules.without_carrier import groups_gone

RANK = {condition: rank for rank, condition in enumerate(Condition)}
"""The order in which conditions are tried: the order of their definition."""

_HOLD_CONDITIONS = {"fraud": Condition.FRAUD_HOLD, "payment": Condition.PAYMENT_HOLD, "address": Condition.ADDRESS_HOLD}


def assess(context: OrderContext, *, disputed: bool, policy: Policy, calendar: BusinessCalendar) -> Assessment:
    """Judge the order. `disputed`: the customer disputes having received (part of) a delivered parcel."""
    missing = missing_systems(context)
    if context.order is None:
        because = Because(rule="facts_missing", facts=tuple(f"systems.{system.value}" for system in missing))
        condition = Condition.FACTS_UNAVAILABLE
        return Assessment(condition=condition, because=because, conditions_all=(condition,), missing=missing)
    conflicts = find_conflicts(context)
    grown = tuple(conflict for conflict in conflicts if conflict.newer <= context.now - policy.conflict_grace)
    fresh = tuple(conflict for conflict in conflicts if conflict not in grown)
    groups = _groups(context, missing, fresh, disputed=disputed, policy=policy, calendar=calendar)
    found = _order_conditions(context, context.order, missing, grown, fresh)
    found += [(group.condition, group.because) for group in groups]
    found += () if (Condition.ORDER_CANCELLED in (pair[0] for pair in found)) else _partial(groups)
    if not found:
        found = [(Condition.DATA_CONFLICT, Because(rule="no_condition", facts=("order.status", "shipments", "fulfillments")))]
    found.sort(key=lambda pair: RANK[pair[0]])
    return Assessment(
        condition=found[0][0],
        because=found[0][1],
        conditions_all=tuple(dict.fromkeys(condition for condition, _ in found)),
        groups=groups,
        conflicts=grown,
        missing=missing,
    )


def _order_conditions(
    context: OrderContext, order: Order, missing: tuple[System, ...], grown: tuple[Conflict, ...], fresh: tuple[Conflict, ...]
) -> list[tuple[Condition, Because]]:
    found = [(Condition.DATA_CONFLICT, Because(rule=conflict.rule, facts=conflict.facts)) for conflict in grown]
    if order.status not in {"cancelled", "returned"}:
        found += _holds(context, order)
    if missing:
        facts = tuple(f"systems.{system.value}" for system in missing)
        found.append((Condition.FACTS_UNAVAILABLE, Because(rule="facts_missing", facts=facts)))
    if _is_cancelled(context, order) and not _is_contested(fresh):
        found.append((Condition.ORDER_CANCELLED, Because(rule="order_cancelled", facts=("order.status", "order.payment.state"))))
    return found


def _holds(context: OrderContext, order: Order) -> list[tuple[Condition, Because]]:
    found = [
        (_HOLD_CONDITIONS[hold.kind], Because(rule="unreleased_hold", facts=("order.holds",), note=hold.kind))
        for hold in order.holds
        if hold.released_at is None or hold.released_at > context.now
    ]
    if order.payment.state == "failed" and _nothing_shipped(context, order):
        found.append((Condition.PAYMENT_HOLD, Because(rule="payment_failed", facts=("order.payment.state", "shipments"))))
    return found


def _nothing_shipped(context: OrderContext, order: Order) -> bool:
    """Certain only where the carrier answers, or the OMS itself says that nothing left."""
    silent = context.misses(System.CARRIER) and order.status not in {"processing", "on_hold"}
    return not context.shipments and not silent


def _is_cancelled(context: OrderContext, order: Order) -> bool:
    if order.status in {"cancelled", "returned"}:
        return True
    if order.payment.state in {"refunded", "voided"} and _nothing_shipped(context, order):
        return True
    settled_by_refund = {line for remedy in context.remedies if remedy.action in {"refund", "cancel"} for line in remedy.line_ids}
    return bool(order.lines) and all(line.line_id in settled_by_refund for line in order.lines if line.replaces is None)


def _is_contested(fresh: tuple[Conflict, ...]) -> bool:
    """The OMS says cancelled, the carrier has the parcel, and it is too early to call it a conflict: the carrier counts."""
    return any(conflict.rule in {"cancelled_but_moving", "carrier_delivered_oms_not"} for conflict in fresh)


def _groups(
    context: OrderContext,
    missing: tuple[System, ...],
    fresh: tuple[Conflict, ...],
    *,
    disputed: bool,
    policy: Policy,
    calendar: BusinessCalendar,
) -> tuple[Group, ...]:
    order = context.order
    assert order is not None
    over = _is_cancelled(context, order) and not _is_contested(fresh)
    groups = parcel_groups(context, disputed=disputed and not over, policy=policy, calendar=calendar)
    if over:
        return groups
    groups += groups_gone(context, disputed=disputed)
    if not {System.OMS, System.CARRIER} & set(missing) and not _is_cancelled(context, order):
        groups += unshipped_groups(context, policy=policy, calendar=calendar)
    return groups


SPLIT_AMONG = {Condition.AVAILABLE_FOR_PICKUP, Condition.STANDARD_IN_TRANSIT, Condition.DELIVERED}


def _partial(groups: tuple[Group, ...]) -> list[tuple[Condition, Because]]:
    """Condition 14: some pieces shipped while others are not, or healthy parcels that differ; and none of 5 to 13."""
    if any(RANK[Condition.DELIVERED_NOT_RECEIVED] <= RANK[group.condition] <= RANK[Condition.WAREHOUSE_PICK_DELAY] for group in groups):
        return []
    in_parcels = [group for group in groups if group.stage is Stage.PARCEL]
    waiting = [group for group in groups if group.stage is Stage.UNSHIPPED]
    if in_parcels and waiting:
        return [(Condition.PARTIAL_SHIPMENT, Because(rule="some_shipped_some_not", facts=("shipments", "order.lines")))]
    healthy = {group.condition for group in in_parcels if group.condition in SPLIT_AMONG}
    if len(healthy) > 1:
        return [(Condition.PARTIAL_SHIPMENT, Because(rule="parcels_differ", facts=("shipments",)))]
    return []


def open_hold_kinds(context: OrderContext) -> tuple[Condition, ...]:
    """The hold conditions in force, fraud first."""
    if context.order is None or context.order.status in {"cancelled", "returned"}:
        return ()
    kinds = {condition for condition, _ in _holds(context, context.order)}
    return tuple(condition for condition in Condition if condition in kinds)


def is_held(context: OrderContext) -> bool:
    """Whether any hold is in force, of any kind; a failed payment counts."""
    order = context.order
    return order is not None and (has_open_hold(order, context.now) or bool(open_hold_kinds(context)))


def age_of_claim(context: OrderContext, policy: Policy) -> bool:
    """Whether a carrier claim of this order is open for longer than the carrier has to answer (calendar time)."""
    limit = timedelta(days=policy.conditions.claim_result_days)
    opened = [parcel.claim_opened_at for parcel in context.shipments if parcel.claim_opened_at]
    return any(context.now - at > limit for at in opened)
