"""May the delivery address be changed?"""

from __future__ import annotations

from graph.facts import Address
from graph.gates.verdict import Bench, Check, Verdict, Wanted, conclude, failed, holds, passed, unknown
from graph.labels import Condition, System
from graph.rules.conditions import open_hold_kinds
from graph.rules.conflicts import is_delivered


def gate_address_change(bench: Bench, wanted: Wanted, *, identity_verified: bool = True) -> Verdict:
    """Not delivered, and redirectable once handed off; a label or a fraud or address hold needs approval."""
    order = bench.context.order
    assert order is not None
    parcels = bench.context.shipments
    delivered = order.status == "delivered" or (bool(parcels) and all(is_delivered(parcel) for parcel in parcels))
    checks = (
        holds("not_delivered", not delivered, f"order.status is {order.status}"),
        holds("order_open", order.status not in {"cancelled", "returned"}, f"order.status is {order.status}"),
        *_differs(bench, wanted),
        _redirect(bench),
        _label(bench),
    )
    missing = tuple(name for name, there in (("address", wanted.address is not None), ("identity", identity_verified)) if not there)
    return conclude(bench, wanted, checks, approval=_approval(bench), missing=missing)


def _differs(bench: Bench, wanted: Wanted) -> tuple[Check, ...]:
    """Whether there is anything to change: the same wish again is answered with the address that the order has by now."""
    order = bench.context.order
    if wanted.address is None or order is None:
        return ()
    return (holds("address_differs", _written(wanted.address) != _written(order.ship_to), "order.ship_to compared with the wanted address"),)


def _written(address: Address) -> tuple[str, ...]:
    parts = (address.name, address.line1, address.line2, address.city, address.region, address.postal_code, address.country)
    return tuple(" ".join((part or "").casefold().split()) for part in parts)


def _redirect(bench: Bench) -> Check:
    if bench.context.misses(System.CARRIER):
        return unknown("redirect_supported", "carrier unknown")
    order = bench.context.order
    moving = [parcel for parcel in bench.context.shipments if parcel.physical_scans and not is_delivered(parcel)]
    handed_off = any(task.state == "handed_off" for task in bench.context.fulfillments)
    if not moving:
        shipped = handed_off or (order is not None and order.status == "shipped")
        return unknown("redirect_supported", "handed off, but no parcel") if shipped else passed("redirect_supported", "not handed off")
    stubborn = [parcel.shipment_id for parcel in moving if not parcel.supports_redirect]
    if stubborn:
        return failed("redirect_supported", f"no redirect for {', '.join(stubborn)}")
    return passed("redirect_supported", "the carrier can redirect every parcel")


def _label(bench: Bench) -> Check:
    """Whether a label exists is the warehouse's knowledge; where it is silent a human decides."""
    silent = bench.context.misses(System.WMS)
    return unknown("label_known", "wms unknown") if silent else passed("label_known", "the warehouse answers, or is not connected")


def _approval(bench: Bench) -> tuple[str, ...]:
    rules = []
    if bench.context.shipments or any(task.state in {"labelled", "handed_off"} for task in bench.context.fulfillments):
        rules.append("label exists or handed off")
    held = set(open_hold_kinds(bench.context)) & {Condition.FRAUD_HOLD, Condition.ADDRESS_HOLD}
    if held:
        rules.append("hold in force")
    return tuple(rules)
