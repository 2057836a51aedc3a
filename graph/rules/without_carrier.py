"""Shops without a carrier feed: the OMS and the warehouse carry the answer (specification, section 2)."""

from __future__ import annotations

from graph.context import Knowledge, OrderContext
from graph.labels import Condition, System
from graph.rules.findings import Because, Group, Piece, Stage


def lines_gone(context: OrderContext) -> frozenset[str]:
    """Lines that left although no carrier shows a parcel; empty where a carrier is connected."""
    order = context.order
    if order is None or context.systems[System.CARRIER].knowledge is not Knowledge.NOT_CONNECTED:
        return frozenset()
    if order.status in {"shipped", "delivered"}:
        return frozenset(line.line_id for line in order.lines if line.replaces is None)
    handed_off = [task for task in context.fulfillments if task.state == "handed_off"]
    return frozenset(part.line_id for task in handed_off for part in task.lines)


def groups_gone(context: OrderContext, *, disputed: bool) -> tuple[Group, ...]:
    """One group for what left, as far as the OMS says what became of it."""
    order, gone = context.order, lines_gone(context) - context.settled_lines
    if order is None or not gone:
        return ()
    pieces = tuple(Piece(line_id=line.line_id, quantity=line.quantity) for line in order.lines if line.line_id in gone)
    delivered = Condition.DELIVERED_NOT_RECEIVED if disputed else Condition.DELIVERED
    condition = delivered if order.status == "delivered" else Condition.STANDARD_IN_TRANSIT
    because = Because(rule="oms_says", facts=("order.status",))
    return (Group(stage=Stage.PARCEL, pieces=pieces, condition=condition, because=because),)
