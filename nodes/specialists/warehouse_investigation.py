"""Warehouse investigation: the goods are here and late."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Condition, Handler, System
from graph.rules.supply import task_of
from graph.statements import Part, Statement
from nodes.specialists.itemising import overview_or
from nodes.specialists.sentences import tell
from nodes.specialists.subgraph import SpecialistState


class WarehouseInvestigation:
    """Says that the goods are still here, and has the warehouse look."""

    handler = Handler.WAREHOUSE_INVESTIGATION

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """Still here, packed or not, and later than it should be."""
        assert view is not None
        status = tell(_key(view), number=view.number())
        as_of = tell("known.as_of", Part.DOING, at=view.as_of(System.WMS))
        return overview_or(view, (tell("opening.sorry", Part.OPENING), status, as_of, tell("pick.doing", Part.DOING)))

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """A note to the warehouse: which task stands still, and why."""
        assert view is not None
        late = view.assessment.having(Condition.WAREHOUSE_PICK_DELAY)
        tasks = ", ".join(group.fulfillment_id or group.shipment_id or "no task" for group in late)
        return (), f"For the warehouse: {view.order.order_number} is late ({tasks}; {late[0].because.rule}). Please look what holds it up."


def _key(view: CustomerView) -> str:
    """Whether it should have left already, or the warehouse is only slower than planned; a replacement is called one."""
    lines = tuple(piece.line_id for group in view.assessment.having(Condition.WAREHOUSE_PICK_DELAY) for piece in group.pieces)
    if view.ship_by(lines) is not None:
        return "pick.slow"
    if view.sends_again(lines):
        return "pick.replacement"
    return "pick.packed" if _is_packed(view) else "pick.status"


def _is_packed(view: CustomerView) -> bool:
    late = view.assessment.having(Condition.WAREHOUSE_PICK_DELAY)
    tasks = [task_of(view.context, piece.line_id) for group in late for piece in group.pieces]
    return bool(tasks) and all(task is not None and task.state in {"packed", "labelled"} for task in tasks)
