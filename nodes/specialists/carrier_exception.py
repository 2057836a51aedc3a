"""Carrier exception: the parcel is late, stuck, lost, damaged, refused or on its way back."""

from __future__ import annotations

from graph.customer_view import CustomerView
from graph.facts import Shipment
from graph.gates.verdict import Wanted
from graph.labels import Action, Condition, Handler, System
from graph.rules.conditions import age_of_claim
from graph.rules.findings import Group
from graph.rules.parcels import parcels_of
from graph.statements import Part, Statement
from nodes.specialists.itemising import overview_or
from nodes.specialists.sentences import tell, tell_best
from nodes.specialists.standard_status import follow
from nodes.specialists.subgraph import SpecialistState


class CarrierException:
    """Says what the carrier reports and how old it is; has it searched where it is stuck."""

    handler = Handler.CARRIER_EXCEPTION

    def say(self, view: CustomerView | None, state: SpecialistState) -> tuple[Statement, ...]:
        """The carrier's report on the parcel in trouble, then the other groups."""
        assert view is not None
        condition = view.assessment.condition
        _, parcel = next(iter(parcels_of(view.context, view.assessment.having(condition))))
        said = {
            Condition.RETURN_TO_SENDER: _returning,
            Condition.DELIVERY_FAILED: _failed,
            Condition.NO_TRACKING_MOVEMENT: _stalled,
            Condition.LABEL_CREATED_NO_PICKUP: _label,
            Condition.LATE_IN_TRANSIT: _late,
        }.get(condition, _reported)(view, parcel)
        return (*overview_or(view, said), *running_claim(view, parcel))

    def recommend(self, view: CustomerView | None, state: SpecialistState) -> tuple[tuple[Wanted, ...], str]:
        """Stuck or lost: an investigation. Coming back, damaged or an old claim: the goods again, or the money."""
        assert view is not None
        searched = [group for group in view.assessment.groups if _is_searched(view, group)]
        wanted = []
        if searched:
            parcels = tuple(group.shipment_id or "" for group in searched)
            lines = line_ids_of(tuple(searched))
            wanted.append(Wanted(action=Action.CARRIER_INVESTIGATION, recommended=True, line_ids=lines, shipment_ids=parcels))
        remedied = tuple(group for group in view.assessment.groups if _is_remedied(view, group))
        if remedied:
            wanted.append(remedy(view, remedied, prefers_refund=state["understanding"].refused_parcel))
        return tuple(wanted), ""


def line_ids_of(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """The lines of some groups, each once."""
    return tuple(dict.fromkeys(piece.line_id for group in groups for piece in group.pieces))


def running_claim(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    """That an investigation is running since a day, or without a result by now."""
    since = view.claim_since(parcel)
    if since is None:
        return ()
    key = "investigation.no_result" if age_of_claim(view.context, view.policy) else "investigation.running"
    return (tell(key, Part.DOING, carrier=view.carrier(parcel), since=since),)


def _scan(view: CustomerView, group: Group) -> str | None:
    parcel = next((parcel for parcel in view.context.shipments if parcel.shipment_id == group.shipment_id), None)
    return parcel.newest_scan.status if parcel and parcel.newest_scan else None


def _is_searched(view: CustomerView, group: Group) -> bool:
    stuck = group.condition in {Condition.NO_TRACKING_MOVEMENT, Condition.LABEL_CREATED_NO_PICKUP}
    return stuck or (group.condition is Condition.CARRIER_EXCEPTION and _scan(view, group) == "lost")


def _is_remedied(view: CustomerView, group: Group) -> bool:
    if group.condition is Condition.RETURN_TO_SENDER or (group.condition is Condition.CARRIER_EXCEPTION and _scan(view, group) == "damaged"):
        return True
    return _is_searched(view, group) and age_of_claim(view.context, view.policy)


def remedy(view: CustomerView, groups: tuple[Group, ...], *, prefers_refund: bool) -> Wanted:
    """The goods again; the money where the shelf is empty or the customer did not want the parcel."""
    lines = line_ids_of(groups)
    needed = {line_id: view.context.line(line_id) for line_id in lines}
    short = any(line is not None and view.context.available(line.sku) < line.quantity for line in needed.values())
    known_short = short and view.context.knows(System.INVENTORY)
    returned_unwanted = any(_was_refused(view, group) for group in groups)
    action = Action.REFUND if known_short or prefers_refund or returned_unwanted else Action.REPLACEMENT
    return Wanted(action=action, recommended=True, line_ids=lines, shipment_ids=tuple(group.shipment_id or "" for group in groups))


def _was_refused(view: CustomerView, group: Group) -> bool:
    parcel = next((parcel for parcel in view.context.shipments if parcel.shipment_id == group.shipment_id), None)
    return parcel is not None and parcel.newest_scan is not None and parcel.newest_scan.reason == "refused"


def _stalled(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    status = tell_best(
        ("stalled.status:place,at", "stalled.status_no_place:at"),
        number=view.number(),
        carrier=view.carrier(parcel),
        place=view.place(parcel),
        at=view.scan_at(parcel),
    )
    return (tell("opening.sorry", Part.OPENING), status, tell("stalled.what_follows", Part.OPTIONS))


def _label(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    status = tell("stalled.label", number=view.number(), carrier=view.carrier(parcel), at=view.label_at(parcel))
    verifying, follows = tell("stalled.verifying", Part.DOING), tell("stalled.what_follows", Part.OPTIONS)
    return (tell("opening.sorry", Part.OPENING), status, verifying, follows)


def _late(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    carrier = view.carrier(parcel)
    scan = tell_best(("late.scan:place,at", "late.scan_no_place:at"), place=view.place(parcel), at=view.scan_at(parcel))
    said = [tell("opening.sorry", Part.OPENING), tell("late.status", number=view.number(), carrier=carrier), scan]
    if (eta := view.eta(parcel)) is not None:
        said.append(tell("late.eta", carrier=carrier, eta=eta))
    return (*said, tell("late.what_follows", Part.DOING, carrier=carrier), *follow(view, parcel))


def _failed(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    carrier = view.carrier(parcel)
    status = tell_best(
        ("failed.status:reason,at", "failed.status_no_reason:at"),
        number=view.number(),
        carrier=carrier,
        reason=view.failure_reason(parcel),
        at=view.scan_at(parcel),
    )
    options = ("failed.options_link:link", "failed.options_tracking:tracking", "failed.options")
    choice = tell_best(options, Part.OPTIONS, carrier=carrier, link=view.link(parcel), tracking=view.tracking(parcel))
    redirect, plain = tell("failed.redirect", Part.OPTIONS, carrier=carrier), tell("failed.address", Part.OPTIONS)
    address = redirect if parcel.supports_redirect else plain
    return (status, choice, address)


def _returning(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    status = tell_best(
        ("returning.status_reason:reason", "returning.status"),
        number=view.number(),
        carrier=view.carrier(parcel),
        reason=view.failure_reason(parcel),
    )
    opening = tell("opening.sorry_trouble", Part.OPENING)
    return (opening, status, tell("returning.resolution", Part.DOING), tell("returning.address", Part.OPTIONS))


def _reported(view: CustomerView, parcel: Shipment) -> tuple[Statement, ...]:
    scan, carrier, at = parcel.newest_scan, view.carrier(parcel), view.scan_at(parcel)
    status = scan.status if scan else "exception"
    facts = {"number": view.number()} if status == "customs_hold" else {"number": view.number(), "carrier": carrier}
    said = [tell("opening.sorry_trouble", Part.OPENING), tell(f"exception.{status}", Part.KNOWN, items=(), **facts)]
    if at is not None:
        said.append(tell("exception.scan", at=at))
    return (*said, tell("exception.asking", Part.DOING, carrier=carrier))
