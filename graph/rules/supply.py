"""Which unshipped lines wait for a supplier (specification, condition 11)."""

from __future__ import annotations

from datetime import datetime

from graph.calendar import BusinessCalendar
from graph.context import OrderContext
from graph.facts import Fulfillment, OrderLine, SupplyLine
from graph.labels import Action, System
from graph.policy import Policy

PICKED = {"packed", "labelled", "handed_off"}
"""Task states in which the goods are in hand."""


def ship_by(context: OrderContext, line: OrderLine, policy: Policy, calendar: BusinessCalendar) -> datetime:
    """By when a line should be shipped: its own date, the order's, or the policy's business days after placing."""
    order = context.order
    assert order is not None, "a line belongs to an order"
    if line.replaces is not None:
        return line.ship_by or _after_replacement(context, line, policy, calendar)
    return line.ship_by or order.ship_by or calendar.add_days(order.placed_at, policy.conditions.default_ship_days)


def _after_replacement(context: OrderContext, line: OrderLine, policy: Policy, calendar: BusinessCalendar) -> datetime:
    replaced = [remedy.executed_at for remedy in context.remedies if remedy.action is Action.REPLACEMENT and line.replaces in remedy.line_ids]
    return calendar.add_days(max(replaced, default=context.now), policy.conditions.replacement_ship_days)


def task_of(context: OrderContext, line_id: str) -> Fulfillment | None:
    """The open warehouse task of a line, the newest if there are several; a cancelled one is none."""
    tasks = [task for task in context.fulfillments if task.state != "cancelled" and any(part.line_id == line_id for part in task.lines)]
    open_tasks = [task for task in tasks if task.state != "handed_off"] or tasks
    return max(open_tasks, key=lambda task: task.updated_at, default=None)


def is_reserved(context: OrderContext, line: OrderLine) -> bool:
    """A line with an allocation in force, or already picked, waits for nothing."""
    task = task_of(context, line.line_id)
    if task is not None and task.state in PICKED:
        return True
    return any(row.line_id == line.line_id and row.state == "allocated" for row in context.allocations)


def has_failed_allocation(context: OrderContext, line: OrderLine) -> bool:
    """Whether the reservation of a line failed."""
    return any(row.line_id == line.line_id and row.state == "failed" for row in context.allocations)


def is_covered_by_stock(context: OrderContext, line: OrderLine) -> bool:
    """Whether stock that nobody reserved covers what is still to ship."""
    return context.knows(System.INVENTORY) and context.available(line.sku) >= context.remaining_quantity(line)


def supply_waited_for(context: OrderContext, line: OrderLine, due: datetime) -> tuple[SupplyLine, ...]:
    """The inbound lines that make an unshipped line late; empty if it waits for nothing."""
    if is_reserved(context, line) or is_covered_by_stock(context, line):
        return ()
    inbound = [row for row in context.supply if row.sku == line.sku and row.state != "received"]
    in_time = [row for row in inbound if row.state == "open" and row.eta is not None and row.eta <= due]
    if sum(row.quantity for row in in_time) >= context.remaining_quantity(line):
        return ()
    return tuple(row for row in inbound if is_problem(row, due))


def is_problem(row: SupplyLine, due: datetime) -> bool:
    """Delayed, short or out; or open, but promised for after the order's ship-by date."""
    return row.state in {"delayed", "short_allocated", "stockout"} or (row.state == "open" and row.eta is not None and row.eta > due)


def expected_supply(rows: tuple[SupplyLine, ...], now: datetime) -> SupplyLine | None:
    """The inbound line with the earliest date that is still ahead; None where no supplier gave one."""
    dated = [row for row in rows if row.eta is not None and row.eta > now]
    return min(dated, key=lambda row: row.eta or now, default=None)
