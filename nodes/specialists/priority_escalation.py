"""Priority escalation: contradictory facts, or a human is needed although the order is healthy, or there is no order."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Condition, Handler
from graph.statements import Statement
from nodes.specialists.sentences import tell
from nodes.specialists.standard_status import status_of
from nodes.specialists.subgraph import SpecialistState


class PriorityEscalation:
    """Says what is certain and that a specialist is reviewing; a human decides."""

    handler = Handler.PRIORITY_ESCALATION

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """Without an order nothing about it; with contradictions only what is certain; else the plain status."""
        assessment = state.get("assessment")
        if view is None or assessment is None:
            return ()
        if assessment.condition is not Condition.DATA_CONFLICT:
            return status_of(view, assessment.condition)
        certain = (tell("conflict.certain", items=view.items(), placed=view.placed()),) if view.order.lines else ()
        return (tell("conflict.status", number=view.number()), *certain)

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """The reviewer decides."""
        return (), ""
