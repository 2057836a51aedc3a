"""The six backends over the embedded store. Faults happen here, at the boundary, the way real systems fail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from pydantic import AwareDatetime, ValidationError

from graph.facts import Allocation, CatalogItem, Contact, Customer, Fulfillment, InventoryLevel, Order, Shipment, SupplyLine
from graph.labels import System
from graph.ports import ActionDesk, BackendError, Carrier, Inventory, MalformedAnswer, Oms, Supplier, Support, Wms
from tools.embedded.actions import EmbeddedActionDesk
from tools.embedded.faults import fail_if_told
from tools.embedded.store import EmbeddedStore
from tools.embedded.tables import (
    ALLOCATIONS,
    CATALOG,
    CONTACTS,
    CUSTOMERS,
    FULFILLMENTS,
    INVENTORY,
    ORDERS,
    SHIPMENTS,
    SUPPLY,
    R,
    Table,
)

ALL_SYSTEMS: Final = frozenset(System)


class EmbeddedOms:
    """READ. Customers, orders and catalog of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._door = _Door(store, System.OMS)

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer of that id."""
        return _first(await self._door.rows(CUSTOMERS, "customer_id", (customer_id,)))

    async def customers_by_email(self, email: str) -> tuple[Customer, ...]:
        """Customers with that whole address."""
        return await self._door.answer(CUSTOMERS, lambda: self._store.customers_with(email))

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, oldest first."""
        orders = await self._door.rows(ORDERS, "customer_id", (customer_id,))
        return tuple(sorted(orders, key=lambda order: order.placed_at))

    async def order(self, order_id: str) -> Order | None:
        """The order of that id."""
        return _first(await self._door.rows(ORDERS, "order_id", (order_id,)))

    async def orders_with(self, sku: str) -> tuple[Order, ...]:
        """Open orders with a line of that SKU, oldest first."""
        orders = await self._door.answer(ORDERS, lambda: self._store.open_orders_with(sku))
        return tuple(sorted(orders, key=lambda order: order.placed_at))

    async def open_orders(self, after: str, limit: int) -> tuple[Order, ...]:
        """A page of open orders, by order id, after that id."""
        return await self._door.answer(ORDERS, lambda: self._store.open_orders(after, limit))

    async def catalog_items(self, skus: tuple[str, ...]) -> tuple[CatalogItem, ...]:
        """What these SKUs are called and cost, as far as the catalog knows them."""
        return await self._door.rows(CATALOG, "sku", skus)


class EmbeddedWms:
    """READ. Pick and pack tasks of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._door = _Door(store, System.WMS)

    async def fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        """All tasks of an order."""
        return await self._door.rows(FULFILLMENTS, "order_id", (order_id,))

    async def order_of_task(self, fulfillment_id: str) -> str | None:
        """The order that a task belongs to."""
        task = _first(await self._door.rows(FULFILLMENTS, "fulfillment_id", (fulfillment_id,)))
        return task.order_id if task else None


class EmbeddedSupplier:
    """READ. Inbound purchase-order lines of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._door = _Door(store, System.SUPPLIER)

    async def supply(self, skus: tuple[str, ...]) -> tuple[SupplyLine, ...]:
        """All inbound lines of these SKUs."""
        return await self._door.rows(SUPPLY, "sku", skus)

    async def skus_of(self, po_id: str) -> tuple[str, ...]:
        """The SKUs of a purchase order."""
        return tuple(dict.fromkeys(row.sku for row in await self._door.rows(SUPPLY, "po_id", (po_id,))))


class EmbeddedInventory:
    """READ. Stock and reservations of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._door = _Door(store, System.INVENTORY)

    async def levels(self, skus: tuple[str, ...]) -> tuple[InventoryLevel, ...]:
        """Stock of these SKUs, per warehouse."""
        return await self._door.rows(INVENTORY, "sku", skus)

    async def allocations(self, order_id: str) -> tuple[Allocation, ...]:
        """The reservations of an order's lines."""
        return await self._door.rows(ALLOCATIONS, "order_id", (order_id,))


class EmbeddedCarrier:
    """READ. Parcels and scans of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._door = _Door(store, System.CARRIER)

    async def parcels(self, order_id: str) -> tuple[Shipment, ...]:
        """All parcels of an order."""
        return await self._door.rows(SHIPMENTS, "order_id", (order_id,))

    async def order_of_parcel(self, shipment_id: str) -> str | None:
        """The order that a parcel belongs to."""
        parcel = _first(await self._door.rows(SHIPMENTS, "shipment_id", (shipment_id,)))
        return parcel.order_id if parcel else None

    async def parcel_by_tracking(self, number: str) -> Shipment | None:
        """The parcel with that tracking number; the newest, where a carrier used a number again."""
        parcels = await self._door.answer(SHIPMENTS, lambda: self._store.parcels_with(number))
        return max(parcels, key=lambda parcel: parcel.label_created_at, default=None)


class EmbeddedSupport:
    """READ. Support history of the embedded store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._door = _Door(store, System.SUPPORT)

    async def contacts(self, customer_id: str) -> tuple[Contact, ...]:
        """All messages of a customer's tickets, oldest first."""
        contacts = await self._door.rows(CONTACTS, "customer_id", (customer_id,))
        return tuple(sorted(contacts, key=lambda contact: contact.at))


class EmbeddedBackends:
    """All backends of one embedded store; a system that is not connected is None. The OMS always is."""

    def __init__(self, store: EmbeddedStore, connected: Collection[System] = ALL_SYSTEMS) -> None:
        self.oms: Oms = EmbeddedOms(store)
        self.wms: Wms | None = EmbeddedWms(store) if System.WMS in connected else None
        self.supplier: Supplier | None = EmbeddedSupplier(store) if System.SUPPLIER in connected else None
        self.inventory: Inventory | None = EmbeddedInventory(store) if System.INVENTORY in connected else None
        self.carrier: Carrier | None = EmbeddedCarrier(store) if System.CARRIER in connected else None
        self.support: Support | None = EmbeddedSupport(store) if System.SUPPORT in connected else None
        self.actions: ActionDesk = EmbeddedActionDesk(store, connected)


class _Door:
    """The one way by which a system's rows leave the store. Without a fault it never suspends."""

    def __init__(self, store: EmbeddedStore, system: System) -> None:
        self._store = store
        self._system = system

    async def rows(self, table: Table[R], column: str, values: Iterable[str]) -> tuple[R, ...]:
        """The validated rows whose column has one of the values."""
        return await self.answer(table, lambda: self._store.documents(table, column, values))

    async def answer(self, table: Table[R], read: Callable[[], tuple[str, ...]]) -> tuple[R, ...]:
        """The validated rows of what `read` finds, or the failure that is in force."""
        try:
            fault = self._store.fault_of(self._system)
            documents = read()
        except sqlite3.Error as broken:
            raise BackendError(self._system, f"store: {type(broken).__name__}") from broken
        await fail_if_told(self._system, fault)
        if fault == "malformed":
            documents = tuple(damaged(table, document) for document in documents or ("{}",))
        return tuple(_parsed(self._system, table, document) for document in documents)


def _parsed(system: System, table: Table[R], document: str) -> R:
    try:
        return table.model.model_validate_json(document)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "answer"
        raise MalformedAnswer(system, f"{table.name}: {field}: {first['type']}") from None


def damaged(table: Table[Any], document: str) -> str:
    """The document as a broken system would send it: its first required time naive, else a required field missing."""
    fields: dict[str, Any] = json.loads(document)
    required = [name for name, field in table.model.model_fields.items() if field.is_required()]
    times = [name for name in required if table.model.model_fields[name].annotation is AwareDatetime]
    if times and times[0] in fields:
        fields[times[0]] = str(fields[times[0]])[:19]
    else:
        fields.pop(required[-1], None)
    return json.dumps(fields)


def _first(rows: tuple[R, ...]) -> R | None:
    return rows[0] if rows else None
