"""Split shipment: some of it is there or on its way, the rest is still to come."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Handler
from graph.rules.parcels import parcels_of
from graph.statements import Part, Statement
from nodes.specialists.itemising import itemise
from nodes.specialists.sentences import tell
from nodes.specialists.subgraph import SpecialistState


class SplitShipment:
    """Itemises the order."""

    handler = Handler.SPLIT_SHIPMENT

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """Where each item is."""
        assert view is not None
        rows = itemise(view, view.assessment.groups)
        return (tell("split.intro", number=view.number()), *rows, *_etas(view), tell("split.watching", Part.DOING))

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """Nothing needs to be done."""
        return (), ""


def _etas(view: CustomerView) -> tuple[Statement, ...]:
    said = []
    for group, parcel in parcels_of(view.context, view.assessment.groups):
        if (eta := view.eta(parcel)) is not None:
            said.append(tell("split.eta", Part.DOING, items=view.group_items((group,)), carrier=view.carrier(parcel), eta=eta))
    return tuple(said)
