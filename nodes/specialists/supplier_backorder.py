"""Supplier backorder: an item is late before it reaches us, or could not be set aside."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Condition, Handler, System
from graph.statements import Part, Statement
from nodes.specialists.itemising import overview_or
from nodes.specialists.sentences import tell
from nodes.specialists.subgraph import SpecialistState


class SupplierBackorder:
    """Names the item, gives the date as an estimate, and leaves the choice to the customer."""

    handler = Handler.SUPPLIER_BACKORDER

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """Which item is late, and until when as far as anybody knows."""
        assert view is not None
        waiting = view.assessment.having(Condition.SUPPLIER_BACKORDER)
        if not waiting:
            return self._held_up(view)
        line_ids = tuple(piece.line_id for group in waiting for piece in group.pieces)
        said = [tell("opening.sorry", Part.OPENING)]
        said.append(tell("backorder.status", number=view.number(), items=view.group_items(waiting)))
        eta = view.supply_estimate(line_ids)
        said.append(tell("backorder.estimate", eta=eta) if eta else tell("backorder.no_estimate"))
        said.append(tell("known.as_of", Part.DOING, at=view.as_of(System.SUPPLIER)))
        return overview_or(view, (*said, tell("backorder.watching", Part.DOING)))

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """Waiting is the recommendation; what else is possible are options of the customer."""
        return (), ""

    def _held_up(self, view: CustomerView) -> tuple[Statement, ...]:
        items = view.group_items(view.assessment.having(Condition.ALLOCATION_CONFLICT))
        status = tell("allocation.status", number=view.number(), items=items)
        as_of = tell("known.as_of", Part.DOING, at=view.as_of(System.INVENTORY))
        return overview_or(view, (tell("opening.sorry", Part.OPENING), status, as_of, tell("allocation.watching", Part.DOING)))
