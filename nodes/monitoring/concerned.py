"""Which orders an event concerns: the named one, the one of its parcel or task, or all that wait for its SKU."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from graph.arrivals import EventArrived
from graph.facts import Order
from graph.labels import System
from nodes.asking import ask
from nodes.deps import Deps

T = TypeVar("T")


async def concerned_orders(event: EventArrived, deps: Deps) -> tuple[Order, ...]:
    """The orders, oldest first; empty where nobody can say."""
    if event.about_order_id is not None:
        return await _named(event.about_order_id, deps)
    if event.source in {"supplier", "inventory"} and (event.sku or event.po_id):
        return await _waiting(event, deps)
    order_id = event.order_id or await _behind(event, deps)
    return await _named(order_id, deps) if order_id else ()


async def _named(order_id: str, deps: Deps) -> tuple[Order, ...]:
    order = await _ask(System.OMS, lambda: deps.backends.oms.order(order_id), deps)
    return (order,) if order is not None else ()


async def _waiting(event: EventArrived, deps: Deps) -> tuple[Order, ...]:
    supplier, po_id = deps.backends.supplier, event.po_id
    skus: tuple[str, ...] = (event.sku,) if event.sku else ()
    if not skus and supplier is not None and po_id is not None:
        skus = await _ask(System.SUPPLIER, lambda: supplier.skus_of(po_id), deps) or ()
    found: dict[str, Order] = {}
    for sku in skus:
        found |= {order.order_id: order for order in await _with_sku(sku, deps)}
    if event.order_id and event.order_id not in found:
        found |= {order.order_id: order for order in await _named(event.order_id, deps)}
    return tuple(sorted(found.values(), key=lambda order: order.placed_at))


async def _with_sku(sku: str, deps: Deps) -> tuple[Order, ...]:
    return await _ask(System.OMS, lambda: deps.backends.oms.orders_with(sku), deps) or ()


async def _behind(event: EventArrived, deps: Deps) -> str | None:
    carrier, wms = deps.backends.carrier, deps.backends.wms
    shipment_id, task_id = event.shipment_id, event.fulfillment_id
    if shipment_id is not None and carrier is not None:
        return await _ask(System.CARRIER, lambda: carrier.order_of_parcel(shipment_id), deps)
    if task_id is not None and wms is not None:
        return await _ask(System.WMS, lambda: wms.order_of_task(task_id), deps)
    return None


async def _ask(system: System, question: Callable[[], Awaitable[T]], deps: Deps) -> T | None:
    return (await ask(system, question, patience=deps.patience, retries=deps.policy.backends.retries)).value
