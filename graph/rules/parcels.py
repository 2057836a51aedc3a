"""The condition of each parcel (specification, conditions 5 to 10, 13 and 15 to 18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from graph.calendar import BusinessCalendar
from graph.context import OrderContext
from graph.facts import Shipment, TrackingEvent
from graph.labels import Condition, System
from graph.policy import Policy
from graph.rules.findings import Because, Group, Piece, Stage
from graph.rules.supply import ship_by, task_of

MOVING = {"in_transit", "out_for_delivery", "unknown"}
_TROUBLE = {"lost", "damaged", "customs_hold", "exception"}


def parcel_groups(context: OrderContext, *, disputed: bool, policy: Policy, calendar: BusinessCalendar) -> tuple[Group, ...]:
    """One group per parcel that still carries unsettled pieces."""
    groups = []
    for parcel in context.shipments:
        pieces = tuple(Piece(line_id=part.line_id, quantity=part.quantity) for part in parcel.lines if part.line_id not in context.settled_lines)
        if not pieces:
            continue
        condition, because = _judge(context, parcel, disputed=disputed, policy=policy, calendar=calendar)
        group = Group(stage=Stage.PARCEL, pieces=pieces, condition=condition, because=because, shipment_id=parcel.shipment_id)
        groups.append(group)
    return tuple(groups)


def _judge(context: OrderContext, parcel: Shipment, *, disputed: bool, policy: Policy, calendar: BusinessCalendar) -> tuple[Condition, Because]:
    path = f"shipments[{parcel.shipment_id}]"
    scan = parcel.newest_scan
    if not parcel.physical_scans or scan is None:
        condition, rule, facts = _before_first_scan(context, parcel, policy, calendar)
    else:
        condition, rule, facts = _by_scan(context, parcel, scan, disputed=disputed, policy=policy)
    return condition, Because(rule=rule, facts=tuple(f"{path}.{fact}" for fact in facts))


def _before_first_scan(context: OrderContext, parcel: Shipment, policy: Policy, calendar: BusinessCalendar) -> tuple[Condition, str, tuple[str, ...]]:
    facts = ("label_created_at", "events")
    if context.now - parcel.label_created_at > timedelta(hours=policy.conditions.label_hours):
        return Condition.LABEL_CREATED_NO_PICKUP, "label_without_scan", facts
    if any(_is_overdue_here(context, part.line_id, policy, calendar) for part in parcel.lines):
        return Condition.WAREHOUSE_PICK_DELAY, "labelled_but_past_ship_by", facts
    return Condition.STANDARD_IN_TRANSIT, "fresh_label", facts


def _is_overdue_here(context: OrderContext, line_id: str, policy: Policy, calendar: BusinessCalendar) -> bool:
    """Past its ship-by date, and the warehouse, which answers, did not hand it over."""
    line, task = context.line(line_id), task_of(context, line_id)
    handed_off = context.misses(System.WMS) or (task is not None and task.state == "handed_off")
    return line is not None and not handed_off and context.now > ship_by(context, line, policy, calendar)


def _by_scan(
    context: OrderContext, parcel: Shipment, scan: TrackingEvent, *, disputed: bool, policy: Policy
) -> tuple[Condition, str, tuple[str, ...]]:
    newest = ("newest_scan.status",)
    if scan.status == "delivered":
        if disputed:
            return Condition.DELIVERED_NOT_RECEIVED, "delivery_disputed_by_customer", newest
        return Condition.DELIVERED, "delivered", newest
    if scan.status == "return_to_sender" or scan.reason == "attempts_exhausted":
        return Condition.RETURN_TO_SENDER, "sent_back", ("newest_scan.status", "newest_scan.reason")
    if scan.status == "delivery_attempted":
        return Condition.DELIVERY_FAILED, "delivery_attempted", ("newest_scan.status", "newest_scan.reason")
    if scan.status in _TROUBLE:
        return Condition.CARRIER_EXCEPTION, f"carrier_reports_{scan.status}", newest
    if scan.status == "available_for_pickup":
        return Condition.AVAILABLE_FOR_PICKUP, "at_pickup_point", newest
    return _while_moving(context, parcel, scan, policy)


def _while_moving(context: OrderContext, parcel: Shipment, scan: TrackingEvent, policy: Policy) -> tuple[Condition, str, tuple[str, ...]]:
    order = context.order
    assert order is not None
    limit = policy.no_movement(carrier=parcel.carrier, country=order.ship_to.country, service_level=order.service_level)
    if context.now - scan.at > limit:
        return Condition.NO_TRACKING_MOVEMENT, "no_scan_within_limit", ("newest_scan.at", "newest_scan.status")
    eta = context.told_etas.get(parcel.shipment_id, parcel.eta)
    if eta is not None and context.now > eta:
        return Condition.LATE_IN_TRANSIT, "past_eta", ("eta", "newest_scan.status")
    return Condition.STANDARD_IN_TRANSIT, "moving", ("newest_scan.status", "newest_scan.at")


def is_moving(parcel: Shipment) -> bool:
    """Whether the carrier's newest scan shows the parcel on its way."""
    return parcel.newest_scan is not None and parcel.newest_scan.status in MOVING and parcel.newest_scan.reason != "attempts_exhausted"


def parcels_of(context: OrderContext, groups: tuple[Group, ...]) -> Iterator[tuple[Group, Shipment]]:
    """The parcels behind parcel groups."""
    by_id = {parcel.shipment_id: parcel for parcel in context.shipments}
    return ((group, by_id[group.shipment_id]) for group in groups if group.shipment_id is not None)
