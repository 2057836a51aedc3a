"""Since when is something wrong? The moment at which a problem began, where no event said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from graph.calendar import BusinessCalendar
from graph.context import OrderContext
from graph.facts import Shipment
from graph.labels import HOLDS, Condition
from graph.policy import Policy
from graph.rules.findings import Assessment, Group
from graph.rules.news import TROUBLE
from graph.rules.supply import ship_by


def problem_began(context: OrderContext, assessment: Assessment, policy: Policy, calendar: BusinessCalendar) -> datetime | None:
    """When the newest problem of the order began; None where nothing is wrong, or nobody can say since when."""
    moments = [_group_began(context, group, policy, calendar) for group in assessment.groups if group.condition in TROUBLE]
    moments += _order_moments(context, assessment, policy)
    return max((moment for moment in moments if moment is not None and moment <= context.now), default=None)


def _order_moments(context: OrderContext, assessment: Assessment, policy: Policy) -> Iterator[datetime]:
    order = context.order
    if order is not None and set(HOLDS) & set(assessment.conditions_all):
        yield from (hold.placed_at for hold in order.holds if hold.released_at is None or hold.released_at > context.now)
        if order.payment.state == "failed":
            yield order.changed_at
    yield from (conflict.newer + policy.conflict_grace for conflict in assessment.conflicts)


def _group_began(context: OrderContext, group: Group, policy: Policy, calendar: BusinessCalendar) -> datetime | None:
    parcel = next((parcel for parcel in context.shipments if parcel.shipment_id == group.shipment_id), None)
    if group.condition is Condition.WAREHOUSE_PICK_DELAY:
        return _delay_began(context, group, policy, calendar)
    if parcel is not None:
        return _parcel_trouble_began(context, group.condition, parcel, policy)
    skus = {line.sku for piece in group.pieces if (line := context.line(piece.line_id))}
    supplied = [row.updated_at for row in context.supply if row.sku in skus and row.state != "received"]
    if group.condition is Condition.SUPPLIER_BACKORDER and supplied:
        return max(supplied)
    return context.order.changed_at if context.order else None


def _parcel_trouble_began(context: OrderContext, condition: Condition, parcel: Shipment, policy: Policy) -> datetime | None:
    order, scan = context.order, parcel.newest_scan
    if condition is Condition.LABEL_CREATED_NO_PICKUP or scan is None:
        return parcel.label_created_at + timedelta(hours=policy.conditions.label_hours)
    if condition is Condition.NO_TRACKING_MOVEMENT and order is not None:
        return scan.at + policy.no_movement(carrier=parcel.carrier, country=order.ship_to.country, service_level=order.service_level)
    if condition is Condition.LATE_IN_TRANSIT:
        return context.told_etas.get(parcel.shipment_id, parcel.eta)
    return scan.at


def _delay_began(context: OrderContext, group: Group, policy: Policy, calendar: BusinessCalendar) -> datetime | None:
    task = next((task for task in context.fulfillments if task.fulfillment_id == group.fulfillment_id), None)
    if task is not None and group.because.rule == "stopped_in_warehouse":
        return task.updated_at
    if task is not None and group.because.rule == "pick_overdue":
        return task.pick_due_at
    lines = [line for piece in group.pieces if (line := context.line(piece.line_id))]
    return max((ship_by(context, line, policy, calendar) for line in lines), default=None)
