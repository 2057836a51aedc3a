"""Everything that was pulled for one run, merged and frozen: the same for every later step, and stored with the run."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.facts import Allocation, CatalogItem, Contact, Customer, Fulfillment, InventoryLevel, Order, OrderLine, Shipment, SupplyLine
from graph.labels import Action, System


class Knowledge(StrEnum):
    """Whether a system's facts are known."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Asked, but it timed out, erred or sent garbage. Its facts are unknown, never guessed."""
    NOT_CONNECTED = "not_connected"
    """The shop has no such system: its rules never hold."""


class SystemAnswer(BaseModel):
    """How one system answered. `as_of` is when it was asked."""

    model_config = ConfigDict(frozen=True)

    knowledge: Knowledge
    as_of: AwareDatetime
    because: str = ""
    attempts: int = 1


class Remedy(BaseModel):
    """An action that was executed on this order earlier, from the case record."""

    model_config = ConfigDict(frozen=True)

    action: Action
    line_ids: tuple[str, ...]
    executed_at: AwareDatetime
    amount: Decimal | None = None


class OrderContext(BaseModel):
    """The facts of one order at one moment, from six systems and the case record."""

    model_config = ConfigDict(frozen=True)

    now: AwareDatetime
    customer: Customer | None
    order: Order | None
    fulfillments: tuple[Fulfillment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    supply: tuple[SupplyLine, ...] = ()
    inventory: tuple[InventoryLevel, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    catalog: tuple[CatalogItem, ...] = ()
    contacts: tuple[Contact, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    told_etas: dict[str, AwareDatetime] = {}
    """Per shipment, the newest ETA that the customer was told."""
    systems: dict[System, SystemAnswer]

    def knows(self, system: System) -> bool:
        """Whether a system's facts are known (a system that is not connected is not known, and not missing)."""
        return self.systems[system].knowledge is Knowledge.KNOWN

    def misses(self, system: System) -> bool:
        """Whether a connected system's facts are unknown."""
        return self.systems[system].knowledge is Knowledge.UNKNOWN

    @property
    def settled_lines(self) -> frozenset[str]:
        """Lines that an executed remedy settled: they no longer drive a condition (specification, section 3)."""
        settling = {Action.REFUND, Action.REPLACEMENT, Action.CANCEL}
        remedied = {line for remedy in self.remedies if remedy.action in settling for line in remedy.line_ids}
        replaced = {line.replaces for line in self.lines if line.replaces}
        return frozenset(remedied | replaced)

    @property
    def remedied_lines(self) -> frozenset[str]:
        """Lines that were replaced or refunded: not replaced or refunded again."""
        remedied = {line for remedy in self.remedies if remedy.action in {Action.REFUND, Action.REPLACEMENT} for line in remedy.line_ids}
        return frozenset(remedied | {line.replaces for line in self.lines if line.replaces})

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """The lines of the order; none where the order is unknown."""
        return self.order.lines if self.order else ()

    def line(self, line_id: str) -> OrderLine | None:
        """The order line of that id."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def available(self, sku: str) -> int:
        """Pieces of a SKU that are on hand and not reserved, in all warehouses."""
        return sum(level.available for level in self.inventory if level.sku == sku)

    def catalog_item(self, sku: str) -> CatalogItem | None:
        """What a SKU is called and costs, if the catalog knows it."""
        return next((item for item in self.catalog if item.sku == sku), None)

    def shipped_quantity(self, line_id: str) -> int:
        """Pieces of a line that are in parcels. A line without a parcel is not shipped."""
        return sum(part.quantity for parcel in self.shipments for part in parcel.lines if part.line_id == line_id)

    def remaining_quantity(self, line: OrderLine) -> int:
        """Pieces of a line that are in no parcel."""
        return max(0, line.quantity - self.shipped_quantity(line.line_id))
