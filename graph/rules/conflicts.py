"""Contradictions between systems (specification, section 2): never choose an answer from contradictory facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph.context import OrderContext
from graph.facts import LineQuantity, Order, Shipment
from graph.labels import System
from graph.rules.findings import Conflict, Side

MOVING = {"in_transit", "out_for_delivery", "available_for_pickup", "delivery_attempted", "unknown"}
"""Newest scans of a parcel that is on its way to the customer."""


def find_conflicts(context: OrderContext) -> tuple[Conflict, ...]:
    """All contradictions, fresh ones included; whether they are old enough to count is the caller's question."""
    order = context.order
    if order is None:
        return ()
    rules = (
        _delivered_without_delivery,
        _delivery_unknown_to_oms,
        _shipped_without_parcel,
        _scanned_before_picked,
        _shipped_too_often,
        _cancelled_but_moving,
        _on_hold_without_hold,
    )
    return tuple(conflict for rule in rules for conflict in rule(context, order))


def is_delivered(parcel: Shipment) -> bool:
    """Whether the carrier's newest scan is a delivery."""
    return parcel.newest_scan is not None and parcel.newest_scan.status == "delivered"


def _carrier_time(parcel: Shipment) -> datetime:
    return parcel.newest_scan.at if parcel.newest_scan else parcel.label_created_at


def _scan_word(parcel: Shipment) -> str:
    return parcel.newest_scan.status if parcel.newest_scan else "no scan"


def _oms(order: Order) -> Side:
    return Side(system="oms", says=f"order {order.status}", as_of=order.changed_at)


def _live_parcels(context: OrderContext) -> tuple[Shipment, ...]:
    return tuple(parcel for parcel in context.shipments if any(part.line_id not in context.settled_lines for part in parcel.lines))


def _delivered_without_delivery(context: OrderContext, order: Order) -> Iterator[Conflict]:
    if order.status != "delivered" or not context.knows(System.CARRIER):
        return
    parcels = _live_parcels(context)
    open_parcels = [parcel for parcel in parcels if not any(event.status == "delivered" for event in parcel.events)]
    settled = "Was the parcel handed over? Proof of delivery from the carrier, or the OMS status corrected."
    for parcel in open_parcels:
        side = Side(system="carrier", says=f"parcel {parcel.shipment_id}: {_scan_word(parcel)}", as_of=_carrier_time(parcel))
        facts = ("order.status", f"shipments[{parcel.shipment_id}].newest_scan.status")
        yield Conflict(rule="oms_delivered_carrier_not", sides=(_oms(order), side), settled_by=settled, facts=facts)
    if not context.shipments:
        side = Side(system="carrier", says="no parcel", as_of=order.changed_at)
        yield Conflict(rule="oms_delivered_carrier_not", sides=(_oms(order), side), settled_by=settled, facts=("order.status", "shipments"))


def _delivery_unknown_to_oms(context: OrderContext, order: Order) -> Iterator[Conflict]:
    if order.status not in {"processing", "cancelled"}:
        return
    for parcel in _live_parcels(context):
        if is_delivered(parcel):
            side = Side(system="carrier", says=f"parcel {parcel.shipment_id}: delivered", as_of=_carrier_time(parcel))
            yield Conflict(
                rule="carrier_delivered_oms_not",
                sides=(_oms(order), side),
                settled_by="Does the parcel belong to this order, and why did the OMS not follow?",
                facts=("order.status", f"shipments[{parcel.shipment_id}].newest_scan.status"),
            )


def _shipped_without_parcel(context: OrderContext, order: Order) -> Iterator[Conflict]:
    known = context.knows(System.CARRIER) and context.knows(System.WMS)
    handed_off = any(task.state == "handed_off" for task in context.fulfillments)
    if order.status in {"shipped", "partially_shipped"} and known and not context.shipments and not handed_off:
        tasks = context.fulfillments
        wms = max(tasks, key=lambda task: task.updated_at, default=None)
        says = f"task {wms.fulfillment_id}: {wms.state}; no parcel at the carrier" if wms else "no task; no parcel at the carrier"
        side = Side(system="wms", says=says, as_of=wms.updated_at if wms else order.changed_at)
        yield Conflict(
            rule="oms_shipped_without_parcel",
            sides=(_oms(order), side),
            settled_by="Where are the goods? A look at the shelf, or the tracking number that is missing.",
            facts=("order.status", "shipments", "fulfillments"),
        )


def _scanned_before_picked(context: OrderContext, order: Order) -> Iterator[Conflict]:
    for task in context.fulfillments:
        if task.state not in {"not_started", "released", "picking"}:
            continue
        for parcel in context.shipments:
            if parcel.physical_scans and _overlaps(context, task.lines, parcel):
                side = Side(system="carrier", says=f"parcel {parcel.shipment_id}: {_scan_word(parcel)}", as_of=_carrier_time(parcel))
                wms = Side(system="wms", says=f"task {task.fulfillment_id}: {task.state}", as_of=task.updated_at)
                facts = (f"fulfillments[{task.fulfillment_id}].state", f"shipments[{parcel.shipment_id}].newest_scan.status")
                settled = "Is the task stale, or was another parcel scanned?"
                yield Conflict(rule="wms_open_carrier_scanned", sides=(wms, side), settled_by=settled, facts=facts)


def _overlaps(context: OrderContext, task_lines: tuple[LineQuantity, ...], parcel: Shipment) -> bool:
    """Whether task and parcel claim the same pieces: together more than were ordered."""
    in_parcel = {part.line_id for part in parcel.lines}
    for part in task_lines:
        line = context.line(part.line_id)
        if part.line_id in in_parcel and line and context.shipped_quantity(part.line_id) + part.quantity > line.quantity:
            return True
    return False


def _shipped_too_often(context: OrderContext, order: Order) -> Iterator[Conflict]:
    for line in context.lines:
        shipped = context.shipped_quantity(line.line_id)
        if line.line_id in context.settled_lines or shipped <= line.quantity:
            continue
        newest = max(parcel.label_created_at for parcel in context.shipments if any(p.line_id == line.line_id for p in parcel.lines))
        yield Conflict(
            rule="shipped_more_than_ordered",
            sides=(
                Side(system="oms", says=f"line {line.line_id}: {line.quantity} ordered", as_of=order.changed_at),
                Side(system="carrier", says=f"line {line.line_id}: {shipped} in parcels", as_of=newest),
            ),
            settled_by="Which parcel is real, and was something sent twice?",
            facts=(f"order.lines[{line.line_id}].quantity", "shipments"),
        )


def _cancelled_but_moving(context: OrderContext, order: Order) -> Iterator[Conflict]:
    if order.status != "cancelled":
        return
    for parcel in _live_parcels(context):
        scan = parcel.newest_scan
        if parcel.physical_scans and scan is not None and scan.status in MOVING and scan.reason != "attempts_exhausted":
            side = Side(system="carrier", says=f"parcel {parcel.shipment_id}: {scan.status}", as_of=scan.at)
            yield Conflict(
                rule="cancelled_but_moving",
                sides=(_oms(order), side),
                settled_by="Shall the parcel be stopped, or the cancellation taken back?",
                facts=("order.status", f"shipments[{parcel.shipment_id}].newest_scan.status"),
            )


def _on_hold_without_hold(context: OrderContext, order: Order) -> Iterator[Conflict]:
    if order.status != "on_hold" or has_open_hold(order, context.now) or order.payment.state == "failed":
        return
    released = max((hold.released_at for hold in order.holds if hold.released_at), default=order.changed_at)
    side = Side(system="oms", says="no unreleased hold", as_of=released)
    yield Conflict(
        rule="on_hold_without_hold",
        sides=(_oms(order), side),
        settled_by="Why is the order stopped, if every hold is released?",
        facts=("order.status", "order.holds"),
    )


def has_open_hold(order: Order, now: datetime) -> bool:
    """Whether any hold is unreleased."""
    return any(hold.released_at is None or hold.released_at > now for hold in order.holds)
