"""What a node may ask of the world, as Protocols. Tools and checkpoints fulfil them; the server hands them in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.facts import (
    Address,
    Allocation,
    CatalogItem,
    Contact,
    Customer,
    Fulfillment,
    InventoryLevel,
    Order,
    Shipment,
    SupplyLine,
)
from graph.labels import Action, System
from graph.language_model import Asked, ModelUse, Proposal, Question, Spent


class BackendFailure(Exception):
    """A backend did not give usable facts. The gathering node turns it into "unknown"; it never reaches a customer."""

    def __init__(self, system: System, because: str) -> None:
        super().__init__(f"{system.value}: {because}")
        self.system = system
        self.because = because


class BackendTimeout(BackendFailure):
    """The backend did not answer in time."""


class BackendError(BackendFailure):
    """The backend answered with an error."""


class ActionRefused(BackendError):
    """The backend will never do what it was asked for: repeating it is no use, a human has to look."""


class MalformedAnswer(BackendFailure):
    """The backend answered with data that are not what they should be."""


class Clock(Protocol):
    """The time, handed in so that replay is exact."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """New identifiers, handed in so that replay is exact."""

    def new(self, kind: str, *parts: str) -> str:
        """An id that is the same for the same parts: repeating a run gives the same keys."""
        ...


class Oms(Protocol):
    """READ. Customers, orders, catalog."""

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer of that id."""
        ...

    async def customers_by_email(self, email: str) -> tuple[Customer, ...]:
        """Customers with that whole address, compared case-insensitively and otherwise exactly."""
        ...

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, oldest first."""
        ...

    async def order(self, order_id: str) -> Order | None:
        """The order of that id."""
        ...

    async def orders_with(self, sku: str) -> tuple[Order, ...]:
        """Open orders with a line of that SKU, oldest first."""
        ...

    async def open_orders(self, after: str, limit: int) -> tuple[Order, ...]:
        """A page of open orders, by order id, after that id."""
        ...

    async def catalog_items(self, skus: tuple[str, ...]) -> tuple[CatalogItem, ...]:
        """What these SKUs are called and cost; SKUs unknown to the catalog are left out."""
        ...


class Wms(Protocol):
    """READ. Pick and pack tasks."""

    async def fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        """All tasks of an order."""
        ...

    async def order_of_task(self, fulfillment_id: str) -> str | None:
        """The order that a task belongs to."""
        ...


class Supplier(Protocol):
    """READ. Inbound purchase-order lines."""

    async def supply(self, skus: tuple[str, ...]) -> tuple[SupplyLine, ...]:
        """All inbound lines of these SKUs."""
        ...

    async def skus_of(self, po_id: str) -> tuple[str, ...]:
        """The SKUs of a purchase order."""
        ...


class Inventory(Protocol):
    """READ. Stock and reservations."""

    async def levels(self, skus: tuple[str, ...]) -> tuple[InventoryLevel, ...]:
        """Stock of these SKUs, per warehouse."""
        ...

    async def allocations(self, order_id: str) -> tuple[Allocation, ...]:
        """The reservations of an order's lines."""
        ...


class Carrier(Protocol):
    """READ. Parcels and their scans."""

    async def parcels(self, order_id: str) -> tuple[Shipment, ...]:
        """All parcels of an order."""
        ...

    async def order_of_parcel(self, shipment_id: str) -> str | None:
        """The order that a parcel belongs to."""
        ...

    async def parcel_by_tracking(self, number: str) -> Shipment | None:
        """The parcel with that tracking number (letters upper-case, no blanks)."""
        ...


class Support(Protocol):
    """READ. What was written before."""

    async def contacts(self, customer_id: str) -> tuple[Contact, ...]:
        """All messages of a customer's tickets, oldest first."""
        ...


class ActionOrder(BaseModel):
    """One action to perform, with the key that makes it happen at most once."""

    model_config = ConfigDict(frozen=True)

    key: str
    action: Action
    order_id: str
    line_ids: tuple[str, ...] = ()
    shipment_ids: tuple[str, ...] = ()
    quantities: dict[str, int] = {}
    """For a replacement: how many pieces of each line."""
    amount: Decimal | None = None
    currency: str | None = None
    address: Address | None = None
    sku: str | None = None
    ship_by: AwareDatetime | None = None
    """For a replacement: the ship-by date of the new line."""


class Receipt(BaseModel):
    """What the backend says after performing an action."""

    model_config = ConfigDict(frozen=True)

    key: str
    action: Action
    executed_at: AwareDatetime
    reference: str


class ActionDesk(Protocol):
    """WRITE. Performs actions in the backends, at most once per key."""

    async def perform(self, order: ActionOrder, at: datetime) -> Receipt:
        """Perform an action; the same key again gives the first receipt and changes nothing."""
        ...

    async def receipt(self, key: str, action: Action) -> Receipt | None:
        """The receipt of a key of that action, if it was ever performed: asked before anything is repeated."""
        ...


class Backends(Protocol):
    """The six systems and the desk that acts on them; None where the shop has not connected one."""

    oms: Oms
    wms: Wms | None
    supplier: Supplier | None
    inventory: Inventory | None
    carrier: Carrier | None
    support: Support | None
    actions: ActionDesk


class Model(Protocol):
    """READ. A language model: asked typed questions within hard limits; whatever goes wrong is an answer without a value."""

    def serves(self, use: ModelUse) -> bool:
        """Whether it is to be asked at all for this use."""
        ...

    async def ask(self, question: Question[Proposal], in_run: Spent, in_case: Spent) -> Asked[Proposal]:
        """A typed answer within what is left after what this run and this case spent. Never raises, never takes longer than its limit."""
        ...
