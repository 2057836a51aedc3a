"""The condition of what is in no parcel (specification, conditions 11 to 13 and 19)."""

from __future__ import annotations

from graph.calendar import BusinessCalendar
from graph.context import OrderContext
from graph.facts import OrderLine
from graph.labels import Condition
from graph.policy import Policy
from graph.rules.findings import Because, Group, Piece, Stage
from graph.rules.needs import is_judgeable, unshipped_lines
from graph.rules.supply import has_failed_allocation, is_reserved, ship_by, supply_waited_for, task_of

_STOPPED = {"short_pick", "quarantined", "cycle_count_mismatch"}
_NOT_PACKED = {"not_started", "released", "picking"}


def unshipped_groups(context: OrderContext, *, policy: Policy, calendar: BusinessCalendar) -> tuple[Group, ...]:
    """Lines to ship, grouped by condition and warehouse task. A line that nothing explains is in no group."""
    found: dict[tuple[Condition, str | None], list[tuple[OrderLine, Because]]] = {}
    for line in (line for line in unshipped_lines(context) if is_judgeable(context, line)):
        judged = _judge(context, line, policy, calendar)
        if judged is not None:
            task = task_of(context, line.line_id)
            found.setdefault((judged[0], task.fulfillment_id if task else None), []).append((line, judged[1]))
    return tuple(
        Group(
            stage=Stage.UNSHIPPED,
            pieces=tuple(Piece(line_id=line.line_id, quantity=context.remaining_quantity(line)) for line, _ in lines),
            condition=condition,
            because=lines[0][1],
            fulfillment_id=fulfillment_id,
        )
        for (condition, fulfillment_id), lines in found.items()
    )


def _judge(context: OrderContext, line: OrderLine, policy: Policy, calendar: BusinessCalendar) -> tuple[Condition, Because] | None:
    due = ship_by(context, line, policy, calendar)
    waited_for = supply_waited_for(context, line, due)
    if waited_for:
        facts = (*(f"supply[{row.po_id}].state" for row in waited_for), f"inventory[{line.sku}].available")
        return Condition.SUPPLIER_BACKORDER, Because(rule="waits_for_supply", facts=facts)
    if has_failed_allocation(context, line) and not is_reserved(context, line):
        return Condition.ALLOCATION_CONFLICT, Because(rule="allocation_failed", facts=(f"allocations[{line.line_id}].state",))
    delay = _delay(context, line, policy, calendar)
    if delay is not None:
        return Condition.WAREHOUSE_PICK_DELAY, delay
    if context.now <= due:
        return Condition.PROCESSING_WITHIN_SLA, Because(rule="before_ship_by", facts=("order.ship_by",))
    return None


def _delay(context: OrderContext, line: OrderLine, policy: Policy, calendar: BusinessCalendar) -> Because | None:
    task = task_of(context, line.line_id)
    path = f"fulfillments[{task.fulfillment_id}]" if task else "fulfillments"
    if task is not None and task.state in _STOPPED:
        return Because(rule="stopped_in_warehouse", facts=(f"{path}.state",))
    if task is not None and task.state in _NOT_PACKED and task.pick_due_at is not None and context.now > task.pick_due_at:
        return Because(rule="pick_overdue", facts=(f"{path}.state", f"{path}.pick_due_at"))
    handed_off = task is not None and task.state == "handed_off"
    if not handed_off and context.now > ship_by(context, line, policy, calendar):
        return Because(rule="past_ship_by", facts=(f"{path}.state", "order.ship_by"))
    return None
