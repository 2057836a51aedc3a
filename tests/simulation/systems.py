"""The shop's systems as they go about their work. They change rows where they stand, so that what the service did there stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from graph.facts import (
    Allocation,
    Customer,
    Fulfillment,
    InventoryLevel,
    LineQuantity,
    Order,
    Patch,
    Shipment,
    SupplyLine,
    TrackingEvent,
    World,
)
from graph.labels import System
from tools.embedded.store import EmbeddedStore
from tools.embedded.tables import ALLOCATIONS, CUSTOMERS, FULFILLMENTS, INVENTORY, ORDERS, SHIPMENTS, SUPPLY, R, Table

WAREHOUSE = "DFW1"
OVER = {"cancelled", "returned"}
Notice = Callable[..., None]


class Systems:
    """OMS, warehouse, carrier, supplier and inventory. `notice` is how they say that something changed."""

    def __init__(self, store: Callable[[], EmbeddedStore], now: Callable[[], datetime], notice: Notice) -> None:
        self._store, self._now, self._notice = store, now, notice

    # What is true now

    def order(self, order_id: str) -> Order:
        """The order in the OMS."""
        return self._one(ORDERS, "order_id", order_id)

    def customer(self, customer_id: str) -> Customer:
        """The customer in the OMS."""
        return self._one(CUSTOMERS, "customer_id", customer_id)

    def task(self, task_id: str) -> Fulfillment:
        """The warehouse's task."""
        return self._one(FULFILLMENTS, "fulfillment_id", task_id)

    def tasks(self, order_id: str) -> tuple[Fulfillment, ...]:
        """All tasks of an order."""
        return self._all(FULFILLMENTS, "order_id", order_id)

    def parcel(self, parcel_id: str) -> Shipment:
        """The carrier's parcel."""
        return self._one(SHIPMENTS, "shipment_id", parcel_id)

    def parcels(self, order_id: str) -> tuple[Shipment, ...]:
        """All parcels of an order."""
        return self._all(SHIPMENTS, "order_id", order_id)

    def supply(self, sku: str) -> tuple[SupplyLine, ...]:
        """What suppliers owe of an item."""
        return self._all(SUPPLY, "sku", sku)

    def available(self, sku: str) -> int:
        """Pieces on the shelf that nobody reserved."""
        return sum(level.available for level in self._all(INVENTORY, "sku", sku))

    def allocation(self, order_id: str, line_id: str) -> str | None:
        """How the reservation of a line stands."""
        rows = self._all(ALLOCATIONS, "order_id", order_id)
        return next((row.state for row in rows if row.line_id == line_id), None)

    def is_over(self, order_id: str) -> bool:
        """Whether nothing more will be sent."""
        return self.order(order_id).status in OVER

    def is_held(self, order_id: str) -> bool:
        """Whether the order is stopped."""
        return self.order(order_id).status == "on_hold"

    def is_silent(self, system: System) -> bool:
        """Whether a system does not answer now."""
        return system in self.world().faults

    def world(self) -> World:
        """Everything, as it is now."""
        return self._store().world()

    # What they do

    def place(self, order: Order) -> None:
        """Somebody buys something."""
        self._write(orders=(order,))

    def change_order(self, order_id: str, event: str | None = "order.updated", **fields: Any) -> None:
        """The OMS changes an order, and says so unless it is silent about it."""
        self._write(orders=(_changed(self.order(order_id), updated_at=self._now(), **fields),))
        if event is not None:
            self._notice("oms", event, self._now(), order_id=order_id)

    def follow(self, order_id: str) -> None:
        """The OMS catches up with warehouse and carrier."""
        order = self.order(order_id)
        if order.status in OVER or self.is_held(order_id):
            return
        replaced = {line.replaces for line in order.lines}
        wanted = {line.line_id for line in order.lines} - replaced
        parcels = [parcel for parcel in self.parcels(order_id) if any(part.line_id in wanted for part in parcel.lines)]
        gone = {part.line_id for parcel in parcels if parcel.physical_scans for part in parcel.lines}
        there = {part.line_id for parcel in parcels if is_delivered(parcel) for part in parcel.lines}
        status: Literal["delivered", "shipped", "partially_shipped"]
        status = "delivered" if wanted <= there else "shipped" if wanted <= gone else "partially_shipped"
        if gone and status != order.status:
            self.change_order(order_id, status=status)

    def work(self, order_id: str, task_id: str, state: str, *, lines: tuple[str, ...] = (), event: str | None = None, **fields: Any) -> None:
        """The warehouse begins a task, or brings it a step further."""
        known = self._all(FULFILLMENTS, "fulfillment_id", task_id)
        fields = {"state": state, "updated_at": self._now(), **fields}
        if known:
            self._write(fulfillments=(_changed(known[0], **fields),))
        else:
            pieces = self.pieces(order_id, lines)
            row = {"fulfillment_id": task_id, "order_id": order_id, "warehouse": WAREHOUSE, "lines": pieces, **fields}
            self._write(fulfillments=(Fulfillment.model_validate(row),))
        if event is not None:
            self._notice("wms", event, self._now(), order_id=order_id, fulfillment_id=task_id)

    def pieces(self, order_id: str, line_ids: tuple[str, ...]) -> tuple[LineQuantity, ...]:
        """All pieces of some lines."""
        return tuple(LineQuantity(line_id=line.line_id, quantity=line.quantity) for line in self.order(order_id).lines if line.line_id in line_ids)

    def reserve(self, order_id: str, line_id: str, state: str) -> None:
        """The inventory sets a line aside, or fails to."""
        self._write(allocations=(Allocation.model_validate({"order_id": order_id, "line_id": line_id, "state": state}),))
        sku = next(line.sku for line in self.order(order_id).lines if line.line_id == line_id)
        self._notice("inventory", "inventory.updated", self._now(), order_id=order_id, sku=sku)

    def shelve(self, sku: str, available: int, *, event: bool = True) -> None:
        """So many pieces are on the shelf now."""
        self._write(inventory=(InventoryLevel(sku=sku, warehouse=WAREHOUSE, on_hand=available, available=available),))
        if event:
            self._notice("inventory", "inventory.updated", self._now(), sku=sku)

    def owe(self, row: SupplyLine, event: str = "supply.eta_changed") -> None:
        """A supplier says what it owes, and until when."""
        self._write(supply=(row,))
        self._notice("supplier", event, self._now(), sku=row.sku, po_id=row.po_id)

    def label(self, parcel: Shipment) -> None:
        """The carrier's label is made."""
        self._write(shipments=(parcel,))
        self._notice("carrier", "tracking.updated", self._now(), order_id=parcel.order_id, shipment_id=parcel.shipment_id)

    def scan(self, parcel_id: str, status: str, *, event: str = "tracking.updated", scanned_at: datetime | None = None, **fields: Any) -> None:
        """The carrier scans a parcel; its feed may be slower than its scanner."""
        parcel, scan = self.parcel(parcel_id), {"at": scanned_at or self._now(), "status": status}
        scan |= {key: fields.pop(key) for key in ("location", "reason", "message") if key in fields}
        self._write(shipments=(_changed(parcel, events=(*parcel.events, TrackingEvent.model_validate(scan)), **fields),))
        self._notice("carrier", event, self._now(), order_id=parcel.order_id, shipment_id=parcel_id)

    def expect(self, parcel_id: str, eta: datetime) -> None:
        """The carrier expects to deliver at another time."""
        parcel = self.parcel(parcel_id)
        self._write(shipments=(_changed(parcel, eta=eta),))
        self._notice("carrier", "tracking.updated", self._now(), order_id=parcel.order_id, shipment_id=parcel_id)

    def fail(self, system: System, fault: Literal["error", "malformed"] | None) -> None:
        """A system falls silent, or answers again."""
        self._write(faults={system: fault})

    def _write(self, **tables: Any) -> None:
        self._store().patch(Patch.model_validate(tables))

    def _one(self, table: Table[R], column: str, value: str) -> R:
        return self._all(table, column, value)[0]

    def _all(self, table: Table[R], column: str, value: str) -> tuple[R, ...]:
        return tuple(map(table.model.model_validate_json, self._store().documents(table, column, (value,))))


def is_delivered(parcel: Shipment) -> bool:
    """Whether the carrier handed the parcel over."""
    return any(scan.status == "delivered" for scan in parcel.events)


def _changed(row: R, **fields: Any) -> R:
    return type(row).model_validate({**dict(row), **fields})
