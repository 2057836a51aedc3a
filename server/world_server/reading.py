"""What can be asked of the six systems: one address per kind of row, and one envelope for every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from graph.facts import Allocation, CatalogItem, Contact, Customer, Fulfillment, InventoryLevel, Order, Shipment, SupplyLine
from graph.labels import System
from server.world_server.faults import Served, in_force
from tools.embedded.backends import damaged
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
    Table,
    tracking_key,
)
from tools.http_backends.answers import Items

Ids = Annotated[list[str] | None, Query()]
Id = Annotated[str | None, Query()]


class EmailWanted(BaseModel):
    """Whose customers are wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: str


def _found(table: Table[Any], documents: Iterable[str], nonsense: bool) -> Response:
    """The rows as they are stored; damaged, where the system talks nonsense."""
    rows = tuple(documents)
    if nonsense:
        rows = tuple(damaged(table, document) for document in rows or ("{}",))
    return Response(f'{{"items":[{",".join(rows)}]}}', media_type="application/json")


def _answers(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": Items[model], "description": "The rows that fit; none where none does."}}  # type: ignore[valid-type]


oms, wms, supplier, inventory, carrier, support = (APIRouter(prefix=f"/{system.value}", tags=[system.value]) for system in System)
ROUTERS: Final = (oms, wms, supplier, inventory, carrier, support)
OmsTalks = Annotated[bool, Depends(in_force(System.OMS))]
WmsTalks = Annotated[bool, Depends(in_force(System.WMS))]
SupplierTalks = Annotated[bool, Depends(in_force(System.SUPPLIER))]
InventoryTalks = Annotated[bool, Depends(in_force(System.INVENTORY))]
CarrierTalks = Annotated[bool, Depends(in_force(System.CARRIER))]
SupportTalks = Annotated[bool, Depends(in_force(System.SUPPORT))]


@oms.get("/customers", responses=_answers(Customer))
async def customers(store: Served, nonsense: OmsTalks, customer_id: str) -> Response:
    """The customer of an id."""
    return _found(CUSTOMERS, store.documents(CUSTOMERS, "customer_id", (customer_id,)), nonsense)


@oms.post("/customers/search", responses=_answers(Customer))
async def customers_with(wanted: EmailWanted, store: Served, nonsense: OmsTalks) -> Response:
    """The customers with that whole address. In a body, because logs of other machines keep addresses of pages."""
    return _found(CUSTOMERS, store.customers_with(wanted.email), nonsense)


@oms.get("/orders", responses=_answers(Order))
async def orders(
    request: Request,
    store: Served,
    nonsense: OmsTalks,
    order_id: Id = None,
    customer_id: Id = None,
    sku: Id = None,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """By order_id or customer_id; or, with open=true, those not delivered, cancelled or returned: by sku, or a page by order id, after `after`."""
    is_open = request.query_params.get("open") == "true"
    ways: tuple[tuple[bool, Callable[[], Iterable[str]]], ...] = (
        (order_id is not None, lambda: store.documents(ORDERS, "order_id", (order_id or "",))),
        (customer_id is not None, lambda: store.documents(ORDERS, "customer_id", (customer_id or "",))),
        (is_open and sku is not None, lambda: store.open_orders_with(sku or "")),
        (is_open, lambda: store.open_orders(after, limit)),
    )
    return _found(ORDERS, next((read for asked, read in ways if asked), _nothing_asked)(), nonsense)


@oms.get("/catalog", responses=_answers(CatalogItem))
async def catalog(store: Served, nonsense: OmsTalks, sku: Annotated[list[str], Query()]) -> Response:
    """What SKUs are called and cost; those that the catalog does not know are left out."""
    return _found(CATALOG, store.documents(CATALOG, "sku", sku), nonsense)


@wms.get("/fulfillments", responses=_answers(Fulfillment))
async def fulfillments(store: Served, nonsense: WmsTalks, order_id: Id = None, fulfillment_id: Id = None) -> Response:
    """The pick and pack tasks of an order, or one task."""
    return _found(FULFILLMENTS, _by(store, FULFILLMENTS, order_id=order_id, fulfillment_id=fulfillment_id), nonsense)


@supplier.get("/supply", responses=_answers(SupplyLine))
async def supply(store: Served, nonsense: SupplierTalks, sku: Ids = None, po_id: Id = None) -> Response:
    """The inbound purchase-order lines of SKUs, or of a purchase order."""
    documents = store.documents(SUPPLY, "sku", sku) if sku else _by(store, SUPPLY, po_id=po_id)
    return _found(SUPPLY, documents, nonsense)


@inventory.get("/levels", responses=_answers(InventoryLevel))
async def levels(store: Served, nonsense: InventoryTalks, sku: Annotated[list[str], Query()]) -> Response:
    """The stock of SKUs, per warehouse."""
    return _found(INVENTORY, store.documents(INVENTORY, "sku", sku), nonsense)


@inventory.get("/allocations", responses=_answers(Allocation))
async def allocations(store: Served, nonsense: InventoryTalks, order_id: str) -> Response:
    """The reservations of an order's lines."""
    return _found(ALLOCATIONS, store.documents(ALLOCATIONS, "order_id", (order_id,)), nonsense)


@carrier.get("/parcels", responses=_answers(Shipment))
async def parcels(store: Served, nonsense: CarrierTalks, order_id: Id = None, shipment_id: Id = None, tracking_number: Id = None) -> Response:
    """The parcels of an order, one parcel, or those with a tracking number (upper case, no blanks)."""
    key = tracking_key(tracking_number) if tracking_number is not None else None
    return _found(SHIPMENTS, _by(store, SHIPMENTS, order_id=order_id, shipment_id=shipment_id, tracking_number=key), nonsense)


@support.get("/contacts", responses=_answers(Contact))
async def contacts(store: Served, nonsense: SupportTalks, customer_id: str) -> Response:
    """All messages of a customer's tickets."""
    return _found(CONTACTS, store.documents(CONTACTS, "customer_id", (customer_id,)), nonsense)


def _by(store: Served, table: Table[Any], **asked: str | None) -> Iterable[str]:
    """The rows by the first of these columns that was asked for."""
    given = [(column, value) for column, value in asked.items() if value is not None]
    return store.documents(table, given[0][0], (given[0][1],)) if given else _nothing_asked()


def _nothing_asked() -> Iterable[str]:
    raise HTTPException(400)
