"""Which facts an answer needs, and which of them are missing (specification, section 2)."""

from __future__ import annotations

from graph.context import OrderContext
from graph.facts import OrderLine
from graph.labels import System
from graph.rules.supply import is_covered_by_stock, is_reserved
from graph.rules.without_carrier import lines_gone


def missing_systems(context: OrderContext) -> tuple[System, ...]:
    """The systems that are needed for the answer and whose facts are unknown, in a fixed order."""
    if context.misses(System.OMS) or context.order is None:
        return (System.OMS,)
    return tuple(system for system in System if context.misses(system) and _is_needed(context, system))


def unshipped_lines(context: OrderContext) -> tuple[OrderLine, ...]:
    """Lines with pieces in no parcel that no remedy settled."""
    done = context.settled_lines | lines_gone(context)
    return tuple(line for line in context.lines if line.line_id not in done and context.remaining_quantity(line) > 0)


def _is_needed(context: OrderContext, system: System) -> bool:
    order = context.order
    if order is None or order.status in {"cancelled", "returned"} or system is System.SUPPORT:
        return False
    if system is System.CARRIER:
        handed_off = any(task.state == "handed_off" for task in context.fulfillments)
        return handed_off or order.status in {"partially_shipped", "shipped", "delivered"}
    if context.misses(System.CARRIER) and order.status in {"shipped", "delivered"}:
        return False
    waiting = unshipped_lines(context)
    if system is System.WMS:
        return bool(waiting)
    return any(supply_is_open(context, line) for line in waiting)


def is_judgeable(context: OrderContext, line: OrderLine) -> bool:
    """Whether everything that an unshipped line's condition needs is known."""
    if context.misses(System.WMS):
        return False
    return not (supply_is_open(context, line) and (context.misses(System.INVENTORY) or context.misses(System.SUPPLIER)))


def supply_is_open(context: OrderContext, line: OrderLine) -> bool:
    """Whether a line is neither reserved nor covered by stock, so that the supplier's word counts."""
    return not is_reserved(context, line) and not is_covered_by_stock(context, line)
