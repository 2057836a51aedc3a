"""One row per group of items: where each of them is."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.facts import Shipment
from graph.labels import Condition
from graph.rules.findings import Group, Stage
from graph.statements import Part, Statement
from nodes.specialists.sentences import tell, tell_best


def itemise(view: CustomerView, groups: tuple[Group, ...]) -> tuple[Statement, ...]:
    """Rows for all groups, parcels first, in the order of the facts."""
    parcels = {parcel.shipment_id: parcel for parcel in view.context.shipments}
    rows = []
    for group in groups:
        parcel = parcels.get(group.shipment_id or "")
        rows.append(_parcel_row(view, group, parcel) if parcel else _unshipped_row(view, group))
    return tuple(rows)


def _parcel_row(view: CustomerView, group: Group, parcel: Shipment) -> Statement:
    items, carrier, at, place = view.group_items((group,)), view.carrier(parcel), view.scan_at(parcel), view.place(parcel)
    condition, tracking = group.condition, view.tracking(parcel)
    if condition is Condition.DELIVERED and at:
        return tell("item.delivered", Part.LIST, items=items, at=at)
    if condition is Condition.DELIVERED_NOT_RECEIVED and at:
        return tell("item.disputed", Part.LIST, items=items, at=at)
    if condition is Condition.AVAILABLE_FOR_PICKUP:
        return tell_best(("item.pickup_place:place", "item.pickup"), Part.LIST, items=items, place=place)
    if condition is Condition.LABEL_CREATED_NO_PICKUP:
        return tell("item.label_stalled", Part.LIST, items=items, carrier=carrier, at=view.label_at(parcel))
    if condition is Condition.RETURN_TO_SENDER:
        reason = view.failure_reason(parcel)
        return tell_best(("item.returning_reason:reason", "item.returning"), Part.LIST, items=items, reason=reason)
    if condition is Condition.WAREHOUSE_PICK_DELAY:
        return tell("item.pick_delay", Part.LIST, items=items)
    if condition is Condition.NO_TRACKING_MOVEMENT:
        return tell_best(("item.stalled_place:place,at", "item.stalled:at"), Part.LIST, items=items, carrier=carrier, place=place, at=at)
    if condition is Condition.DELIVERY_FAILED and at:
        reason = view.failure_reason(parcel)
        return tell_best(("item.failed_reason:reason,at", "item.failed:at"), Part.LIST, items=items, carrier=carrier, at=at, reason=reason)
    if condition is Condition.CARRIER_EXCEPTION and parcel.newest_scan:
        key = f"item.{parcel.newest_scan.status}"
        return tell_best((f"{key}:",), Part.LIST, items=items, **({} if key == "item.customs_hold" else {"carrier": carrier}))
    if condition is Condition.LATE_IN_TRANSIT:
        return tell_best(("item.late_scan:at,place", "item.late"), Part.LIST, items=items, carrier=carrier, at=at, place=place)
    if not parcel.physical_scans:
        return tell_best(("item.label_tracking:tracking", "item.label"), Part.LIST, items=items, carrier=carrier, tracking=tracking)
    if parcel.newest_scan and parcel.newest_scan.status == "out_for_delivery" and at:
        return tell("item.out_for_delivery", Part.LIST, items=items, carrier=carrier, at=at)
    options = ("item.moving_scan_tracking:at,place,tracking", "item.moving_scan:at,place", "item.moving_tracking:tracking", "item.moving")
    return tell_best(options, Part.LIST, items=items, carrier=carrier, at=at, place=place, tracking=tracking)


def _unshipped_row(view: CustomerView, group: Group) -> Statement:
    if group.stage is Stage.PARCEL:
        moving = group.condition is Condition.STANDARD_IN_TRANSIT
        return tell("item.gone" if moving else "item.recorded", Part.LIST, items=view.group_items((group,)))
    items, line_ids = view.group_items((group,)), tuple(piece.line_id for piece in group.pieces)
    if group.condition is Condition.SUPPLIER_BACKORDER:
        eta = view.supply_estimate(line_ids)
        return tell_best(("item.backorder_estimate:eta", "item.backorder"), Part.LIST, items=items, eta=eta)
    if group.condition is Condition.ALLOCATION_CONFLICT:
        return tell("item.held_up", Part.LIST, items=items)
    if group.condition is Condition.WAREHOUSE_PICK_DELAY:
        return tell("item.pick_delay", Part.LIST, items=items)
    return tell_best(("item.unshipped_ship_by:ship_by", "item.unshipped"), Part.LIST, items=items, ship_by=view.ship_by(line_ids))


def also_itemise(view: CustomerView) -> tuple[Statement, ...]:
    """Rows for every group, where there is more than one: the specialist itemises the others too."""
    groups = view.assessment.groups
    return itemise(view, groups) if len(groups) > 1 else ()


def overview_or(view: CustomerView, said: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """What a specialist says of a single group; where there are more, an overview in place of what the rows say anyway."""
    rows = also_itemise(view)
    if not rows:
        return said
    rest = tuple(row for row in said if row.part is not Part.KNOWN)
    return (*rest, tell("split.overview", number=view.number()), *rows)
