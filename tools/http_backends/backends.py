"""The six systems over HTTP. Nothing is cached: every question is asked, every answer is read strictly."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel

from graph.facts import Allocation, CatalogItem, Contact, Customer, Fulfillment, InventoryLevel, Order, Shipment, SupplyLine
from graph.labels import System
from graph.ports import ActionDesk, Carrier, Inventory, Oms, Supplier, Support, Wms
from tools.embedded.tables import mailbox_key, tracking_key
from tools.http_backends.actions import HttpActionDesk
from tools.http_backends.answers import rows_in
from tools.http_backends.breaker import Breaker
from tools.http_backends.connection import Connections
from tools.http_backends.exchange import Exchange, Values

R = TypeVar("R", bound=BaseModel)


class HttpOms:
    """READ. Customers, orders and catalog of an OMS."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer of that id."""
        rows = await _rows(self._exchange, Customer, "/customers", [("customer_id", customer_id)], lambda row: row.customer_id == customer_id)
        return _first(rows)

    async def customers_by_email(self, email: str) -> tuple[Customer, ...]:
        """Customers with that whole address; whom a looser search of the OMS finds beside them is left out."""
        if not _can_be_asked(email):
            return ()
        body = await self._exchange.search("/customers/search", {"email": email})
        rows = rows_in(System.OMS, Customer, body, lambda _: True)
        return tuple(row for row in rows if mailbox_key(email) in map(mailbox_key, row.emails))

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, oldest first."""
        rows = await _rows(self._exchange, Order, "/orders", [("customer_id", customer_id)], lambda row: row.customer_id == customer_id)
        return tuple(sorted(rows, key=lambda order: order.placed_at))

    async def order(self, order_id: str) -> Order | None:
        """The order of that id."""
        return _first(await _rows(self._exchange, Order, "/orders", [("order_id", order_id)], lambda row: row.order_id == order_id))

    async def orders_with(self, sku: str) -> tuple[Order, ...]:
        """Open orders with a line of that SKU, oldest first."""
        asked = [("sku", sku), ("open", "true")]
        rows = await _rows(self._exchange, Order, "/orders", asked, lambda row: any(line.sku == sku for line in row.lines))
        return tuple(sorted(rows, key=lambda order: order.placed_at))

    async def open_orders(self, after: str, limit: int) -> tuple[Order, ...]:
        """A page of open orders, by order id, after that id."""
        asked = [("open", "true"), ("after", after), ("limit", str(limit))]
        rows = await _rows(self._exchange, Order, "/orders", asked, lambda row: row.order_id > after)
        return tuple(sorted(rows, key=lambda order: order.order_id))

    async def catalog_items(self, skus: tuple[str, ...]) -> tuple[CatalogItem, ...]:
        """What these SKUs are called and cost, as far as the catalog knows them."""
        return await _rows(self._exchange, CatalogItem, "/catalog", _each("sku", skus), lambda row: row.sku in skus)


class HttpWms:
    """READ. Pick and pack tasks of a WMS."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        """All tasks of an order."""
        return await _rows(self._exchange, Fulfillment, "/fulfillments", [("order_id", order_id)], lambda row: row.order_id == order_id)

    async def order_of_task(self, fulfillment_id: str) -> str | None:
        """The order that a task belongs to."""
        asked = [("fulfillment_id", fulfillment_id)]
        task = _first(await _rows(self._exchange, Fulfillment, "/fulfillments", asked, lambda row: row.fulfillment_id == fulfillment_id))
        return task.order_id if task else None


class HttpSupplier:
    """READ. Inbound purchase-order lines."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def supply(self, skus: tuple[str, ...]) -> tuple[SupplyLine, ...]:
        """All inbound lines of these SKUs."""
        return await _rows(self._exchange, SupplyLine, "/supply", _each("sku", skus), lambda row: row.sku in skus)

    async def skus_of(self, po_id: str) -> tuple[str, ...]:
        """The SKUs of a purchase order."""
        rows = await _rows(self._exchange, SupplyLine, "/supply", [("po_id", po_id)], lambda row: row.po_id == po_id)
        return tuple(dict.fromkeys(row.sku for row in rows))


class HttpInventory:
    """READ. Stock and reservations."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def levels(self, skus: tuple[str, ...]) -> tuple[InventoryLevel, ...]:
        """Stock of these SKUs, per warehouse."""
        return await _rows(self._exchange, InventoryLevel, "/levels", _each("sku", skus), lambda row: row.sku in skus)

    async def allocations(self, order_id: str) -> tuple[Allocation, ...]:
        """The reservations of an order's lines."""
        return await _rows(self._exchange, Allocation, "/allocations", [("order_id", order_id)], lambda row: row.order_id == order_id)


class HttpCarrier:
    """READ. Parcels and their scans."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def parcels(self, order_id: str) -> tuple[Shipment, ...]:
        """All parcels of an order."""
        return await _rows(self._exchange, Shipment, "/parcels", [("order_id", order_id)], lambda row: row.order_id == order_id)

    async def order_of_parcel(self, shipment_id: str) -> str | None:
        """The order that a parcel belongs to."""
        asked = [("shipment_id", shipment_id)]
        parcel = _first(await _rows(self._exchange, Shipment, "/parcels", asked, lambda row: row.shipment_id == shipment_id))
        return parcel.order_id if parcel else None

    async def parcel_by_tracking(self, number: str) -> Shipment | None:
        """The parcel with that tracking number; the newest, where a carrier used a number again."""
        key = tracking_key(number)
        asked = [("tracking_number", key)]
        rows = await _rows(self._exchange, Shipment, "/parcels", asked, lambda row: tracking_key(row.tracking_number) == key)
        return max(rows, key=lambda parcel: parcel.label_created_at, default=None)


class HttpSupport:
    """READ. Support history."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def contacts(self, customer_id: str) -> tuple[Contact, ...]:
        """All messages of a customer's tickets, oldest first."""
        rows = await _rows(self._exchange, Contact, "/contacts", [("customer_id", customer_id)], lambda row: row.customer_id == customer_id)
        return tuple(sorted(rows, key=lambda contact: contact.at))


class HttpBackends:
    """All systems of a shop over HTTP. What is not connected is None; without a support system the service's own record serves."""

    def __init__(
        self,
        connections: Connections,
        tokens: Mapping[System, str],
        *,
        own_record: Support,
        timeout: float,
        breaker: tuple[int, float],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.exchanges: dict[System, Exchange] = {}
        for system in System:
            if (connection := connections.system(system.value)) is not None:
                guard = Breaker(*breaker, seconds)
                self.exchanges[system] = Exchange(system, connection.url, tokens.get(system), timeout=timeout, breaker=guard)
        found = self.exchanges.get
        self.oms: Oms = HttpOms(self.exchanges[System.OMS])
        self.wms: Wms | None = HttpWms(wms) if (wms := found(System.WMS)) else None
        self.supplier: Supplier | None = HttpSupplier(supplier) if (supplier := found(System.SUPPLIER)) else None
        self.inventory: Inventory | None = HttpInventory(inventory) if (inventory := found(System.INVENTORY)) else None
        self.carrier: Carrier | None = HttpCarrier(carrier) if (carrier := found(System.CARRIER)) else None
        self.support: Support | None = HttpSupport(support) if (support := found(System.SUPPORT)) else own_record
        acting = {System.OMS: connections.oms.actions, System.CARRIER: bool(connections.carrier and connections.carrier.actions)}
        self.actions: ActionDesk = HttpActionDesk({system: self.exchanges[system] for system, acts in acting.items() if acts})

    def breakers(self) -> dict[System, bool]:
        """By system: whether its breaker is open."""
        return {system: exchange.breaker.is_open for system, exchange in self.exchanges.items()}

    async def aclose(self) -> None:
        """Give all connections back."""
        for exchange in self.exchanges.values():
            await exchange.aclose()


async def _rows(exchange: Exchange, model: type[R], path: str, values: Values, fits: Callable[[R], bool]) -> tuple[R, ...]:
    """The rows that fit; a question about nothing, or with letters that no row can have, has no answer."""
    if not values or not all(_can_be_asked(value) for _, value in values):
        return ()
    return rows_in(exchange.system, model, await exchange.get(path, values), fits)


def _each(name: str, values: tuple[str, ...]) -> Values:
    return [(name, value) for value in values]


def _can_be_asked(text: str) -> bool:
    """A customer can write half a surrogate pair; no row has one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first(rows: tuple[R, ...]) -> R | None:
    return rows[0] if rows else None
