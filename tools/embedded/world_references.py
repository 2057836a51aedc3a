"""What no schema can say of a world: that its rows belong together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from graph.facts import Fulfillment, LineQuantity, Order, Shipment, World
from tools.embedded.json_places import Finding, Path

_NO_ORDER: Final = "names no order of this world"
_NO_CUSTOMER: Final = "names no customer of this world"
_NO_LINE: Final = "names no line of the order"

_Key = Callable[[Any], Hashable]

_KEYS: Final[dict[str, tuple[tuple[str, _Key], ...]]] = {
    "customers": (("customer_id", lambda row: row.customer_id),),
    "orders": (("order_id", lambda row: row.order_id), ("order_number", lambda row: (row.customer_id, row.order_number))),
    "fulfillments": (("fulfillment_id", lambda row: row.fulfillment_id),),
    "shipments": (("shipment_id", lambda row: row.shipment_id),),
    "supply": (("po_id", lambda row: (row.po_id, row.sku)),),
    "inventory": (("sku", lambda row: (row.sku, row.warehouse)),),
    "allocations": (("line_id", lambda row: (row.order_id, row.line_id)),),
    "catalog": (("sku", lambda row: row.sku),),
    "contacts": (("contact_id", lambda row: row.contact_id),),
}
"""What must be different in all rows of a table, and the field to point at."""


def broken_references(world: World) -> Iterator[Finding]:
    """Every row that is there twice, belongs to nothing, or counts below what can be."""
    for table, keys in _KEYS.items():
        for field, key in keys:
            yield from _repeated((table,), field, getattr(world, table), key)
    yield from _wrong_customers(world)
    yield from _wrong_orders(world)
    yield from _wrong_parts(world)
    yield from _wrong_allocations_and_contacts(world)
    yield from _wrong_counts(world)


def _repeated(place: Path, field: str, rows: Iterable[Any], key: _Key) -> Iterator[Finding]:
    first: dict[Hashable, int] = {}
    for index, row in enumerate(rows):
        earlier = first.setdefault(key(row), index)
        if earlier != index:
            yield (*place, index, field), f"is the same as in [{earlier}]"


def _wrong_customers(world: World) -> Iterator[Finding]:
    for index, customer in enumerate(world.customers):
        if customer.timezone not in _timezones():
            yield ("customers", index, "timezone"), "is no known time zone"


def _wrong_orders(world: World) -> Iterator[Finding]:
    customers = {customer.customer_id for customer in world.customers}
    for index, order in enumerate(world.orders):
        place = ("orders", index)
        if order.customer_id not in customers:
            yield (*place, "customer_id"), _NO_CUSTOMER
        yield from _repeated((*place, "lines"), "line_id", order.lines, lambda line: line.line_id)
        yield from _wrong_lines(place, order)


def _wrong_lines(place: Path, order: Order) -> Iterator[Finding]:
    known = {line.line_id for line in order.lines}
    for index, line in enumerate(order.lines):
        if line.quantity < 1:
            yield (*place, "lines", index, "quantity"), "is below 1"
        if line.unit_price < 0:
            yield (*place, "lines", index, "unit_price"), "is below 0"
        if line.replaces is not None and line.replaces not in known:
            yield (*place, "lines", index, "replaces"), _NO_LINE
    if order.total < 0:
        yield (*place, "total"), "is below 0"


def _wrong_parts(world: World) -> Iterator[Finding]:
    orders = _lines_by_order(world)
    tables: tuple[tuple[str, tuple[Fulfillment | Shipment, ...]], ...] = (
        ("fulfillments", world.fulfillments),
        ("shipments", world.shipments),
    )
    for table, rows in tables:
        for index, row in enumerate(rows):
            if row.order_id in orders:
                yield from _wrong_quantities((table, index, "lines"), row.lines, orders[row.order_id])
            else:
                yield (table, index, "order_id"), _NO_ORDER


def _wrong_quantities(place: Path, lines: tuple[LineQuantity, ...], known: set[str]) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        if line.line_id not in known:
            yield (*place, index, "line_id"), _NO_LINE
        if line.quantity < 1:
            yield (*place, index, "quantity"), "is below 1"


def _wrong_allocations_and_contacts(world: World) -> Iterator[Finding]:
    orders = _lines_by_order(world)
    customers = {customer.customer_id for customer in world.customers}
    for index, allocation in enumerate(world.allocations):
        if allocation.order_id not in orders:
            yield ("allocations", index, "order_id"), _NO_ORDER
        elif allocation.line_id not in orders[allocation.order_id]:
            yield ("allocations", index, "line_id"), _NO_LINE
    for index, contact in enumerate(world.contacts):
        if contact.customer_id not in customers:
            yield ("contacts", index, "customer_id"), _NO_CUSTOMER
        if contact.order_id is not None and contact.order_id not in orders:
            yield ("contacts", index, "order_id"), _NO_ORDER


def _wrong_counts(world: World) -> Iterator[Finding]:
    for index, supply in enumerate(world.supply):
        if supply.quantity < 0:
            yield ("supply", index, "quantity"), "is below 0"
    for index, level in enumerate(world.inventory):
        for field in ("on_hand", "available"):
            if getattr(level, field) < 0:
                yield ("inventory", index, field), "is below 0"


def _lines_by_order(world: World) -> dict[str, set[str]]:
    return {order.order_id: {line.line_id for line in order.lines} for order in world.orders}


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())
