"""Event types that claim something, and whether the pulled facts show it (specification, section 7)."""

from __future__ import annotations

from collections.abc import Callable

from graph.arrivals import EventArrived
from graph.context import OrderContext
from graph.facts import Shipment
from graph.labels import Condition
from graph.rules.conflicts import has_open_hold, is_delivered
from graph.rules.news import VisibleStatus
from graph.rules.supply import expected_supply

_NOT_PACKED = {"not_started", "released", "picking", "short_pick", "quarantined", "cycle_count_mismatch"}


def is_confirmed(event: EventArrived, context: OrderContext, told: VisibleStatus | None) -> bool:
    """Whether the facts show what the event claims; a type that claims nothing is always confirmed."""
    claim = _CLAIMS.get(event.type)
    return claim is None or claim(event, context) or (event.type == "supply.eta_changed" and _differs_from_told(event, context, told))


def _parcels(event: EventArrived, context: OrderContext) -> tuple[Shipment, ...]:
    return tuple(parcel for parcel in context.shipments if event.shipment_id in (None, parcel.shipment_id))


def _delivered(event: EventArrived, context: OrderContext) -> bool:
    return any(is_delivered(parcel) for parcel in _parcels(event, context))


def _attempted(event: EventArrived, context: OrderContext) -> bool:
    return any(parcel.newest_scan and parcel.newest_scan.status == "delivery_attempted" for parcel in _parcels(event, context))


def _returning(event: EventArrived, context: OrderContext) -> bool:
    scans = [parcel.newest_scan for parcel in _parcels(event, context)]
    return any(scan and (scan.status == "return_to_sender" or scan.reason == "attempts_exhausted") for scan in scans)


def _short(event: EventArrived, context: OrderContext) -> bool:
    return any(task.state == "short_pick" for task in context.fulfillments)


def _late(event: EventArrived, context: OrderContext) -> bool:
    return any(task.state in _NOT_PACKED and task.pick_due_at is not None and context.now > task.pick_due_at for task in context.fulfillments)


def _supply_moved(event: EventArrived, context: OrderContext) -> bool:
    rows = [row for row in context.supply if event.sku in (None, row.sku) and event.po_id in (None, row.po_id)]
    return any(row.eta != row.previous_eta for row in rows)


def _differs_from_told(event: EventArrived, context: OrderContext, told: VisibleStatus | None) -> bool:
    """The supplier does not say what its date was before; what the customer was told does."""
    for group in told.groups if told is not None else ():
        lines = [line for line in context.lines if line.line_id in group.lines and event.sku in (None, line.sku)]
        if group.condition is Condition.SUPPLIER_BACKORDER and lines:
            rows = [row for row in context.supply if row.sku in {line.sku for line in lines} and row.state != "received"]
            expected = expected_supply(tuple(rows), context.now)
            return (expected.eta if expected else None) != group.expected
    return False


def _held(event: EventArrived, context: OrderContext) -> bool:
    return context.order is not None and has_open_hold(context.order, context.now)


def _released(event: EventArrived, context: OrderContext) -> bool:
    return context.order is not None and not has_open_hold(context.order, context.now)


def _handed_off(event: EventArrived, context: OrderContext) -> bool:
    return any(task.state == "handed_off" for task in context.fulfillments)


_CLAIMS: dict[str, Callable[[EventArrived, OrderContext], bool]] = {
    "tracking.delivered": _delivered,
    "tracking.delivery_attempted": _attempted,
    "tracking.return_to_sender": _returning,
    "pick.short": _short,
    "pick.late": _late,
    "supply.eta_changed": _supply_moved,
    "order.hold_placed": _held,
    "order.hold_released": _released,
    "fulfillment.handed_off": _handed_off,
}
