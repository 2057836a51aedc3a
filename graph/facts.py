"""The facts of the backends, as typed rows. Field names are those of the scenario contract's `World`.

All times are aware. Amounts are `Decimal` in the currency of their order. Nothing here is fit for customers:
what a customer may know is built in `graph.customer_view`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from graph.labels import System

Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=4)]


class Row(BaseModel):
    """A frozen row of a backend; unknown fields are refused, with the field's name in the error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Customer(Row):
    """OMS: who buys. `emails` are compared case-insensitively and otherwise exactly."""

    customer_id: str
    name: str
    emails: tuple[str, ...]
    tier: Literal["standard", "vip"] = "standard"
    locale: str = "en"
    timezone: str = "UTC"
    contact_opt_out: bool = False
    prior_claims_180d: int = 0


class Address(Row):
    """A postal address."""

    name: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str
    country: str = "US"


class OrderLine(Row):
    """OMS: one ordered item. `ship_by` and `replaces` are set on replacement lines only (`L1-R1`)."""

    line_id: str
    sku: str
    title: str
    quantity: Annotated[int, Field(ge=0)] = 1
    unit_price: Amount
    item_class: Literal["standard", "oversize", "hazmat", "custom"] = "standard"
    build_critical: bool = False
    approved_substitutes: tuple[str, ...] = ()
    ship_by: AwareDatetime | None = None
    replaces: str | None = None


class Payment(Row):
    """OMS: the state of the money. `risk_score` never leaves the facts."""

    state: Literal["authorized", "captured", "failed", "partially_refunded", "refunded", "voided"] = "captured"
    refunded_amount: Amount = Decimal(0)
    risk_score: float | None = None


class Hold(Row):
    """OMS: a stop sign on an order; unreleased while `released_at` is absent or ahead."""

    kind: Literal["fraud", "payment", "address"]
    placed_at: AwareDatetime
    released_at: AwareDatetime | None = None
    internal_note: str | None = None


class Order(Row):
    """OMS: an order. `total` is in `currency`."""

    order_id: str
    order_number: str
    customer_id: str
    placed_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    status: Literal["processing", "on_hold", "partially_shipped", "shipped", "delivered", "cancelled", "returned"]
    currency: str = "USD"
    total: Amount
    service_level: Literal["express", "standard", "economy", "international"] = "standard"
    ship_by: AwareDatetime | None = None
    ship_to: Address
    lines: tuple[OrderLine, ...]
    payment: Payment = Payment()
    holds: tuple[Hold, ...] = ()
    internal: dict[str, str] = {}

    @property
    def changed_at(self) -> AwareDatetime:
        """When the OMS last touched the order; the time of placing it where the OMS does not say."""
        return self.updated_at or self.placed_at


class LineQuantity(Row):
    """A number of pieces of one order line."""

    line_id: str
    quantity: Annotated[int, Field(ge=0)] = 1


class Fulfillment(Row):
    """WMS: one pick and pack task."""

    fulfillment_id: str
    order_id: str
    warehouse: str
    lines: tuple[LineQuantity, ...]
    state: Literal[
        "not_started", "released", "picking", "short_pick", "quarantined", "cycle_count_mismatch", "packed", "labelled", "handed_off", "cancelled"
    ]
    pick_due_at: AwareDatetime | None = None
    updated_at: AwareDatetime
    internal_note: str | None = None


ScanStatus = Literal[
    "label_created", "in_transit", "out_for_delivery", "available_for_pickup", "delivery_attempted", "delivered",
    "return_to_sender", "exception", "lost", "damaged", "customs_hold", "unknown",
]  # fmt: skip

ScanReason = Literal["address_issue", "access_issue", "business_closed", "recipient_unavailable", "refused", "weather", "attempts_exhausted", "other"]


class TrackingEvent(Row):
    """Carrier: one scan. `message` is untrusted text and never shown."""

    at: AwareDatetime
    status: ScanStatus
    reason: ScanReason | None = None
    location: str | None = None
    message: str | None = None

    @property
    def is_physical(self) -> bool:
        """A created label is no physical scan."""
        return self.status != "label_created"


class ProofOfDelivery(Row):
    """Carrier: how a delivery was proven."""

    kind: Literal["signature", "photo", "gps", "none"]
    at: AwareDatetime | None = None
    signed_by: str | None = None
    matches_address: bool | None = None


class Shipment(Row):
    """Carrier: one parcel."""

    shipment_id: str
    order_id: str
    lines: tuple[LineQuantity, ...]
    carrier: str
    tracking_number: str
    tracking_url: str | None = None
    label_created_at: AwareDatetime
    eta: AwareDatetime | None = None
    events: tuple[TrackingEvent, ...] = ()
    proof_of_delivery: ProofOfDelivery | None = None
    claim_opened_at: AwareDatetime | None = None
    supports_redirect: bool = False

    @property
    def newest_scan(self) -> TrackingEvent | None:
        """The scan with the latest `at`; once delivered a parcel is never less, unless it is sent back."""
        if not self.events:
            return None
        newest = max(self.events, key=lambda event: event.at)
        delivered = [event for event in self.events if event.status == "delivered"]
        if delivered and newest.status != "return_to_sender":
            return max(delivered, key=lambda event: event.at)
        return newest

    @property
    def physical_scans(self) -> tuple[TrackingEvent, ...]:
        """All scans that somebody made with the parcel in hand."""
        return tuple(event for event in self.events if event.is_physical)


class SupplyLine(Row):
    """Supplier: an inbound purchase-order line. The supplier is never named to customers."""

    po_id: str
    supplier: str
    sku: str
    quantity: int
    state: Literal["open", "delayed", "short_allocated", "stockout", "received"]
    eta: AwareDatetime | None = None
    previous_eta: AwareDatetime | None = None
    updated_at: AwareDatetime


class InventoryLevel(Row):
    """Inventory: stock of one SKU in one warehouse; `available` is on hand and not reserved."""

    sku: str
    warehouse: str
    on_hand: int
    available: int


class Allocation(Row):
    """Inventory: the reservation of one order line."""

    order_id: str
    line_id: str
    state: Literal["allocated", "failed", "released"]
    internal_note: str | None = None


class CatalogItem(Row):
    """OMS: what a substitute is called and costs, in the shop's currency."""

    sku: str
    title: str
    unit_price: Amount
    item_class: Literal["standard", "oversize", "hazmat", "custom"] = "standard"


class Contact(Row):
    """Support history: one message of a ticket."""

    contact_id: str
    ticket_id: str
    customer_id: str
    order_id: str | None = None
    at: AwareDatetime
    direction: Literal["inbound", "outbound"]
    author: Literal["customer", "automation", "human"]
    public: bool = True
    topic: Literal["wismo", "other"] = "wismo"
    text: str
    promised_update_at: AwareDatetime | None = None


Fault = Literal["timeout", "error", "malformed"]


class Patch(Row):
    """Rows to insert or replace in a world, matched by their ids."""

    customers: tuple[Customer, ...] = ()
    orders: tuple[Order, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    supply: tuple[SupplyLine, ...] = ()
    inventory: tuple[InventoryLevel, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    faults: dict[System, Fault | None] = {}


class World(Row):
    """What all backends say: the content of the embedded store."""

    customers: tuple[Customer, ...] = ()
    orders: tuple[Order, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    supply: tuple[SupplyLine, ...] = ()
    inventory: tuple[InventoryLevel, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    catalog: tuple[CatalogItem, ...] = ()
    contacts: tuple[Contact, ...] = ()
    faults: dict[System, Fault] = {}
