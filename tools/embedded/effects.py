"""What each action changes in the embedded store, inside a transaction of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from graph.facts import Order, OrderLine, Payment, Shipment
from graph.labels import Action, System
from graph.ports import ActionOrder
from tools.embedded.store import EmbeddedStore
from tools.embedded.tables import ALLOCATIONS, CATALOG, FULFILLMENTS, ORDERS, SHIPMENTS, R

REFUNDABLE: Final = ("captured", "partially_refunded")
FINISHED_TASK: Final = ("handed_off", "cancelled")


class Refused(Exception):
    """The system refuses the action: its order cannot be carried out on what is there."""


@dataclass(frozen=True)
class _Change:
    """An action on the order as it stands."""

    store: EmbeddedStore
    asked: ActionOrder
    order: Order
    at: datetime


def system_of(action: Action) -> System:
    """The system that carries out an action."""
    return System.CARRIER if action is Action.CARRIER_INVESTIGATION else System.OMS


def make_change(store: EmbeddedStore, asked: ActionOrder, at: datetime) -> None:
    """Change the rows as the action says, or raise `Refused` having changed nothing."""
    found = store.documents(ORDERS, "order_id", (asked.order_id,))
    if not found:
        raise Refused("no such order")
    _EFFECTS[asked.action](_Change(store, asked, Order.model_validate_json(found[0]), at))


def _cancel(change: _Change) -> None:
    payment = change.order.payment
    if payment.state == "authorized":
        payment = _changed(payment, state="voided")
    _save(change, status="cancelled", payment=payment)
    found = change.store.documents(FULFILLMENTS, "order_id", (change.order.order_id,))
    tasks = map(FULFILLMENTS.model.model_validate_json, found)
    ended = [_changed(task, state="cancelled", updated_at=change.at) for task in tasks if task.state not in FINISHED_TASK]
    change.store.put(FULFILLMENTS, ended)


def _refund(change: _Change) -> None:
    _save(change, payment=_refunded(change.order, change.asked))


def _refunded(order: Order, asked: ActionOrder) -> Payment:
    left = order.total - order.payment.refunded_amount
    if order.payment.state not in REFUNDABLE:
        raise Refused("the payment is not captured")
    if asked.amount is None or not 0 < asked.amount <= left:
        raise Refused("the amount is missing or more than what is left")
    if asked.currency not in (None, order.currency):
        raise Refused("the currency is not the order's")
    state = "refunded" if asked.amount == left else "partially_refunded"
    return _changed(order.payment, state=state, refunded_amount=order.payment.refunded_amount + asked.amount)


def _replace(change: _Change) -> None:
    lines = list(change.order.lines)
    for line in _named_lines(change):
        taken = {known.line_id for known in lines}
        number = next(n for n in range(1, len(taken) + 2) if f"{line.line_id}-R{n}" not in taken)
        quantity = change.asked.quantities.get(line.line_id, line.quantity)
        if not 0 < quantity <= line.quantity:
            raise Refused("more or fewer pieces than the line has")
        new = {"line_id": f"{line.line_id}-R{number}", "replaces": line.line_id, "ship_by": change.asked.ship_by, "quantity": quantity}
        lines.append(_changed(line, **new))
    shipped = change.order.status in ("delivered", "shipped")
    _save(change, lines=tuple(lines), status="partially_shipped" if shipped else change.order.status)


def _change_address(change: _Change) -> None:
    if change.asked.address is None:
        raise Refused("no address is given")
    _save(change, ship_to=change.asked.address)


def _exchange(change: _Change) -> None:
    """A substitute unknown to the catalog keeps the price of the line and is called by its SKU."""
    sku = change.asked.sku
    if sku is None:
        raise Refused("no SKU is given")
    catalog = tuple(map(CATALOG.model.model_validate_json, change.store.documents(CATALOG, "sku", (sku,))))
    known = catalog[0].model_dump() if catalog else {"sku": sku, "title": sku}
    named = {line.line_id for line in _named_lines(change)}
    _save(change, lines=tuple(_changed(line, **known) if line.line_id in named else line for line in change.order.lines))
    _drop_failed_allocations(change, named)


def _drop_failed_allocations(change: _Change, line_ids: set[str]) -> None:
    found = change.store.documents(ALLOCATIONS, "order_id", (change.order.order_id,))
    for row in map(ALLOCATIONS.model.model_validate_json, found):
        if row.line_id in line_ids and row.state == "failed":
            change.store.remove(ALLOCATIONS, row)


def _investigate(change: _Change) -> None:
    wanted = set(change.asked.shipment_ids)
    found = change.store.documents(SHIPMENTS, "order_id", (change.order.order_id,))
    parcels: list[Shipment] = [parcel for parcel in map(Shipment.model_validate_json, found) if parcel.shipment_id in wanted]
    if not wanted or len(parcels) != len(wanted):
        raise Refused("a parcel of the order must be named")
    change.store.put(SHIPMENTS, [_changed(parcel, claim_opened_at=change.at) for parcel in parcels if parcel.claim_opened_at is None])


def _named_lines(change: _Change) -> list[OrderLine]:
    wanted = set(change.asked.line_ids)
    lines = [line for line in change.order.lines if line.line_id in wanted]
    if not wanted or len(lines) != len(wanted):
        raise Refused("a line of the order must be named")
    return lines


def _save(change: _Change, **fields: Any) -> None:
    change.store.put(ORDERS, (_changed(change.order, updated_at=change.at, **fields),))


def _changed(row: R, **fields: Any) -> R:
    """A validated copy; a copy by pydantic itself would take any value."""
    return type(row).model_validate({**dict(row), **fields})


_EFFECTS: Final[dict[Action, Callable[[_Change], None]]] = {
    Action.CANCEL: _cancel,
    Action.REFUND: _refund,
    Action.REPLACEMENT: _replace,
    Action.ADDRESS_CHANGE: _change_address,
    Action.ALTERNATE_ITEM: _exchange,
    Action.CARRIER_INVESTIGATION: _investigate,
}
