"""Delivered, not received: what the carrier recorded, a search, and never a doubt about the customer."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.gates.verdict import Wanted
from graph.labels import Action, Condition, Handler, Trigger
from graph.rules.conditions import age_of_claim
from graph.rules.parcels import parcels_of
from graph.statements import Part, Statement
from nodes.specialists.carrier_exception import line_ids_of, remedy, running_claim
from nodes.specialists.itemising import also_itemise
from nodes.specialists.sentences import tell, tell_best
from nodes.specialists.subgraph import SpecialistState


class DeliveredNotReceived:
    """Opens an investigation; a replacement only by a human."""

    handler = Handler.DELIVERED_NOT_RECEIVED

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """What was recorded, with its proof, and places to check."""
        assert view is not None
        pairs = list(parcels_of(view.context, view.assessment.having(Condition.DELIVERED_NOT_RECEIVED)))
        opening, places = tell("dispute.opening", Part.OPENING), tell("dispute.places", Part.OPTIONS)
        if not pairs:
            return (opening, tell("dispute.recorded_plain", number=view.number()), places)
        parcel = pairs[0][1]
        recorded = tell_best(
            ("dispute.recorded_place:place,at", "dispute.recorded:at"),
            number=view.number(),
            carrier=view.carrier(parcel),
            place=view.place(parcel),
            at=view.scan_at(parcel),
        )
        said = [opening, recorded]
        if (proof := view.proof(parcel)) is not None:
            said.append(tell("dispute.proof", proof=proof))
        return (*said, *also_itemise(view), *running_claim(view, parcel), places)

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """Always an investigation; a replacement for review when the delivery is disputed or the claim is old."""
        assert view is not None
        groups = view.assessment.having(Condition.DELIVERED_NOT_RECEIVED)
        lines, parcels = line_ids_of(groups), tuple(group.shipment_id for group in groups if group.shipment_id)
        wanted = [Wanted(action=Action.CARRIER_INVESTIGATION, recommended=True, line_ids=lines, shipment_ids=parcels)]
        disputed = any(fired.trigger is Trigger.DELIVERY_DISPUTED for fired in state["fired"])
        if disputed or age_of_claim(view.context, view.policy):
            wanted.append(remedy(view, groups, prefers_refund=False))
        return tuple(wanted), ""
