"""What an investigation may look at: tools that read the frozen facts of the run, and can do nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from graph.context import OrderContext
from graph.masking import masked
from graph.proposals import LookAt

_LONGEST_LINE = 240
_MOST_LINES = 12


@dataclass(frozen=True)
class Tool:
    """One thing to look at. There are only READ tools: none reaches a backend, and none writes."""

    name: LookAt
    effect: Literal["READ"]
    lines: Callable[[OrderContext], Iterator[str]]

    def look(self, context: OrderContext) -> list[str]:
        """What it shows, masked and cut."""
        names = (context.customer.name,) if context.customer else ()
        return [masked(line, names)[:_LONGEST_LINE] for _, line in zip(range(_MOST_LINES), self.lines(context), strict=False)]


def _orders(context: OrderContext) -> Iterator[str]:
    order = context.order
    if order is None:
        return
    changed = order.updated_at.isoformat() if order.updated_at else "unknown"
    yield f"order {order.status}, payment {order.payment.state}, placed {order.placed_at.isoformat()}, changed {changed}"
    for hold in order.holds:
        yield f"hold {hold.kind}, placed {hold.placed_at.isoformat()}, {'released' if hold.released_at else 'in force'}"
    for line in order.lines:
        yield f"line {line.line_id}: {line.quantity} x {line.title}, in parcels {context.shipped_quantity(line.line_id)}"


def _warehouse(context: OrderContext) -> Iterator[str]:
    for task in context.fulfillments:
        yield f"task {task.fulfillment_id}: {task.state}, changed {task.updated_at.isoformat()}, lines {', '.join(row.line_id for row in task.lines)}"


def _supply(context: OrderContext) -> Iterator[str]:
    for row in context.supply:
        yield f"supply of {row.sku}: {row.state}, ETA {row.eta.isoformat() if row.eta else 'unknown'}, changed {row.updated_at.isoformat()}"


def _stock(context: OrderContext) -> Iterator[str]:
    for level in context.inventory:
        yield f"stock of {level.sku} in {level.warehouse}: {level.available} available of {level.on_hand}"
    for allocation in context.allocations:
        yield f"reservation of line {allocation.line_id}: {allocation.state}"


def _parcels(context: OrderContext) -> Iterator[str]:
    for parcel in context.shipments:
        pieces = ", ".join(f"{row.quantity} of {row.line_id}" for row in parcel.lines)
        yield f"parcel {parcel.shipment_id} with {parcel.carrier}: {pieces}; ETA {parcel.eta.isoformat() if parcel.eta else 'unknown'}"
        for scan in parcel.events[-6:]:
            yield f"parcel {parcel.shipment_id}: {scan.at.isoformat()} {scan.status} {scan.location or ''}".strip()


def _history(context: OrderContext) -> Iterator[str]:
    for contact in [contact for contact in context.contacts if contact.public][-6:]:
        yield f"{contact.at.isoformat()} {contact.author} {contact.direction}: {contact.text}"


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("orders", "READ", _orders),
        Tool("warehouse", "READ", _warehouse),
        Tool("supply", "READ", _supply),
        Tool("stock", "READ", _stock),
        Tool("parcels", "READ", _parcels),
        Tool("history", "READ", _history),
    )
}
