"""Standard status: nothing is wrong, or nothing more will come, or the facts are missing."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.facts import Shipment
from graph.gates.verdict import Wanted
from graph.labels import Condition, Handler, Source
from graph.rules.parcels import parcels_of
from graph.statements import Part, Statement
from nodes.specialists.itemising import itemise
from nodes.specialists.sentences import tell, tell_best
from nodes.specialists.subgraph import SpecialistState


class StandardStatus:
    """Answers from the order's own state."""

    handler = Handler.STANDARD_STATUS

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """The plain answer of each healthy condition."""
        assessment = state["assessment"]
        assert assessment is not None
        if view is None:
            return (tell("unavailable.status_plain"),)
        return status_of(view, assessment.condition)

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """Nothing needs to be done."""
        return (), ""


def status_of(view: CustomerView, condition: Condition) -> tuple[Statement, ...]:
    """What is said in a healthy condition; used by whoever answers for a healthy order."""
    if condition is Condition.FACTS_UNAVAILABLE:
        known = (tell("unavailable.known", items=view.items(), placed=view.placed()),) if view.order.lines else ()
        return (tell("unavailable.status", number=view.number()), *known)
    if condition is Condition.ORDER_CANCELLED:
        return _cancelled(view)
    groups = view.assessment.groups
    if condition is Condition.PARTIAL_SHIPMENT or len(groups) > 1:
        return (tell("split.intro", number=view.number()), *itemise(view, groups))
    if condition is Condition.PROCESSING_WITHIN_SLA:
        return _processing(view)
    pairs = list(parcels_of(view.context, groups))
    if not pairs:
        recorded = condition is Condition.DELIVERED
        missing = (tell("delivered.missing", Part.OPTIONS),) if recorded else ()
        return (tell("delivered.recorded" if recorded else "transit.shipped", number=view.number()), *missing)
    parcel = pairs[0][1]
    if condition is Condition.DELIVERED:
        return _delivered(view, parcel)
    return _pickup(view, parcel) if condition is Condition.AVAILABLE_FOR_PICKUP else _transit(view, parcel)


def _processing(view: CustomerView) -> tuple[Statement, ...]:
    line_ids = tuple(piece.line_id for group in view.assessment.groups for piece in group.pieces)
    ship_by = view.ship_by(line_ids)
    dated = (tell("processing.ship_by", ship_by=ship_by),) if ship_by else ()
    key = "processing.replacement" if view.sends_again(line_ids) else "processing.status"
    return (tell(key, number=view.number()), *dated)


def _transit(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    number, carrier, at = view.number(), view.carrier(parcel), view.scan_at(parcel)
    eta = view.eta(parcel)
    expected = (tell("transit.eta", carrier=carrier, eta=eta),) if eta is not None else ()
    if not parcel.physical_scans:
        said = [tell("transit.label", number=number, carrier=carrier), *expected]
    elif parcel.newest_scan and parcel.newest_scan.status == "out_for_delivery" and at:
        said = [tell("transit.out_for_delivery", number=number, carrier=carrier, at=at), *expected]
    else:
        said = [tell("transit.moving", number=number, carrier=carrier), *expected]
        scans = ("transit.scan:place,at", "transit.scan_no_place:at")
        said.append(tell_best(scans, place=view.place(parcel), at=at))
        if _is_pausing(view, parcel):
            said.append(tell("transit.normal_gap"))
    return (*said, *follow(view, parcel))


def _is_pausing(view: CustomerView, parcel: Shipment) -> bool:
    """No scan for half of the time after which the parcel would count as stuck: worth a word of reassurance."""
    limit = view.policy.no_movement(carrier=parcel.carrier, country=view.order.ship_to.country, service_level=view.order.service_level)
    return parcel.newest_scan is not None and view.context.now - parcel.newest_scan.at > limit / 2


def follow(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    """How the customer can follow a parcel."""
    if (link := view.link(parcel)) is not None:
        return (tell("transit.link", Part.OPTIONS, link=link),)
    tracking = view.tracking(parcel)
    return (tell("transit.tracking", Part.OPTIONS, tracking=tracking),) if tracking else ()


def _pickup(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    ready = tell_best(
        ("pickup.ready:place,at", "pickup.ready_no_place:at"),
        number=view.number(),
        carrier=view.carrier(parcel),
        place=view.place(parcel),
        at=view.scan_at(parcel),
    )
    how = tell_best(("pickup.how:tracking", "pickup.how_plain"), Part.OPTIONS, tracking=view.tracking(parcel))
    return (ready, how)


def _delivered(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    when = tell_best(
        ("delivered.when_place:place,at", "delivered.when:at"),
        number=view.number(),
        carrier=view.carrier(parcel),
        place=view.place(parcel),
        at=view.scan_at(parcel),
    )
    proof = view.proof(parcel)
    proven = (tell("delivered.proof", proof=proof),) if proof else ()
    return (when, *proven, tell("delivered.missing", Part.OPTIONS))


def _cancelled(view: CustomerView) -> tuple[Statement, ...]:
    status = view.order.status
    key = {"cancelled": "cancelled.status", "returned": "cancelled.returned"}.get(status, "cancelled.settled")
    return (tell(key, number=view.number()), *payment_of(view))


def payment_of(view: CustomerView) -> tuple[Statement, ...]:
    """What the facts say of the payment of an order that will not be sent."""
    state, said = view.order.payment.state, []
    refunded = view.refunded()
    if refunded is None and state == "refunded":
        refunded = view.money("order.total", view.order.total, Source.OMS)
    if state in {"refunded", "partially_refunded"} and refunded is not None:
        said.append(tell("cancelled.refunded", amount=refunded))
    elif state == "voided":
        said.append(tell("cancelled.voided"))
    elif state == "authorized":
        said.append(tell("cancelled.authorized"))
    elif state == "captured":
        said.append(tell("cancelled.no_refund_yet"))
    return tuple(said)
