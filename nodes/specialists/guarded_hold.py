"""Guarded hold: an additional review, and nothing else."""

from __future__ import annotations

from graph.customer_view import CustomerView, OwnOrder
from graph.gates.verdict import Wanted
from graph.labels import Handler
from graph.statements import Statement
from nodes.specialists.sentences import tell
from nodes.specialists.subgraph import SpecialistState


class GuardedHold:
    """Sees only the little that may be said on a hold."""

    handler = Handler.GUARDED_HOLD

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """Own order number and items; never why."""
        assert view is not None
        own = OwnOrder(context=view.context)
        return (tell("hold.status", number=own.number(), items=own.items()),)

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """The reviewers of the hold decide."""
        return (), ""
