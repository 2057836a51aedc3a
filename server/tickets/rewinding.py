"""One row of a backend as it was known at an earlier moment: what carries a later date is hidden, what was changed later is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from graph.facts import Fulfillment, Hold, Order, Shipment, SupplyLine

Evident = Literal["processing", "on_hold", "partially_shipped", "shipped"]
_RANKS = ("processing", "on_hold", "partially_shipped", "shipped")
_TAKEN_BACK = {"refunded", "partially_refunded", "voided"}


@dataclass
class Notes:
    """What was hidden, and what the exports give no date for: ids and times, no texts."""

    hidden: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)

    def hide(self, what: str) -> None:
        """Note a later fact that is hidden."""
        self.hidden.append(what)

    def doubt(self, what: str) -> None:
        """Note a fact that may be newer than the moment, because nothing says since when it holds."""
        self.undated.append(what)


def parcel_then(before: Shipment | None, after: Shipment | None, at: datetime, notes: Notes) -> Shipment | None:
    """A parcel: no later scan, proof or claim; none at all where its label is later."""
    newest = after or before
    assert newest is not None
    name = f"parcel {newest.shipment_id}"
    if newest.label_created_at > at:
        notes.hide(f"{name}: label of {_day(newest.label_created_at)}")
        return None
    events = tuple(event for event in newest.events if event.at <= at)
    if later := len(newest.events) - len(events):
        notes.hide(f"{name}: {later} later scan{'s' if later > 1 else ''}")
    proof, claim, eta = newest.proof_of_delivery, newest.claim_opened_at, newest.eta
    delivered = max((event.at for event in newest.events if event.status == "delivered"), default=None)
    proven = (proof.at if proof else None) or delivered
    if proof is not None and (proven is None or proven > at):
        notes.hide(f"{name}: proof of delivery")
        proof = None
    if claim is not None and claim > at:
        notes.hide(f"{name}: claim of {_day(claim)}")
        claim = None
    if after is not None and later and eta is not None:
        if before is None:
            notes.doubt(f"{name}: the carrier's date")
        eta = before.eta if before is not None else eta
    return newest.model_copy(update={"events": events, "proof_of_delivery": proof, "claim_opened_at": claim, "eta": eta})


def order_then(before: Order | None, after: Order | None, parcels: tuple[Shipment, ...], at: datetime, notes: Notes) -> Order | None:
    """An order: no later hold, release, status or refund; none at all where it was placed later."""
    newest = after or before
    assert newest is not None
    if newest.placed_at > at:
        notes.hide(f"order {newest.order_id}: placed {_day(newest.placed_at)}")
        return None
    holds = _holds_then(newest, at, notes)
    if newest.changed_at <= at:
        return newest.model_copy(update={"holds": holds})
    base, status = before or newest, before.status if before else "processing"
    changes: dict[str, object] = {"holds": holds}
    seen = _status_by_evidence(base, parcels, holds)
    if status in _RANKS and _RANKS.index(seen) > _RANKS.index(status):
        status = seen
    if before is None:
        bought = tuple(line for line in newest.lines if line.replaces is None or _is_carried(line.line_id, parcels))
        changes |= {**_first_money(newest), "lines": bought}
    evidence = [base.placed_at, *(hold.placed_at for hold in holds), *(parcel.label_created_at for parcel in parcels)]
    evidence += [event.at for parcel in parcels for event in parcel.physical_scans[:1]] + ([before.changed_at] if before else [])
    notes.hide(f"order {newest.order_id}: {newest.status} of {_day(newest.changed_at)}, taken back to {status}")
    return base.model_copy(update={**changes, "status": status, "updated_at": max(evidence)})


def task_then(
    before: Fulfillment | None, after: Fulfillment | None, order: Order, parcels: tuple[Shipment, ...], at: datetime, notes: Notes
) -> Fulfillment:
    """A warehouse task: a later state is taken back to what parcels and the export before prove."""
    newest = after or before
    assert newest is not None
    if newest.updated_at <= at:
        return newest
    lines = {part.line_id for part in newest.lines}
    own = [parcel for parcel in parcels if lines & {part.line_id for part in parcel.lines}]
    state, since = (before.state, before.updated_at) if before else ("released", order.placed_at)
    if own and state not in {"handed_off", "cancelled"}:
        scanned = [event.at for parcel in own for event in parcel.physical_scans]
        state, since = ("handed_off", min(scanned)) if scanned else ("labelled", min(parcel.label_created_at for parcel in own))
    notes.hide(f"task {newest.fulfillment_id}: {newest.state} of {_day(newest.updated_at)}, taken back to {state}")
    if before is None and not own:
        notes.doubt(f"task {newest.fulfillment_id}: its state")
    return newest.model_copy(update={"state": state, "updated_at": since, "internal_note": before.internal_note if before else None})


def supply_then(before: SupplyLine | None, after: SupplyLine | None, at: datetime, notes: Notes) -> SupplyLine | None:
    """A purchase-order line: as the export before said, else with the date that stood before the change."""
    newest = after or before
    assert newest is not None
    if newest.updated_at <= at:
        return newest
    notes.hide(f"supply {newest.po_id}: {newest.state} of {_day(newest.updated_at)}")
    if before is not None:
        return before
    if newest.previous_eta is None:
        return None
    notes.doubt(f"supply {newest.po_id}: its state before the change")
    return newest.model_copy(update={"state": "open", "eta": newest.previous_eta, "previous_eta": None, "updated_at": at})


def _holds_then(order: Order, at: datetime, notes: Notes) -> tuple[Hold, ...]:
    kept = []
    for hold in order.holds:
        if hold.placed_at > at:
            notes.hide(f"order {order.order_id}: {hold.kind} hold of {_day(hold.placed_at)}")
        elif hold.released_at is not None and hold.released_at > at:
            notes.hide(f"order {order.order_id}: release of the {hold.kind} hold")
            kept.append(hold.model_copy(update={"released_at": None}))
        else:
            kept.append(hold)
    return tuple(kept)


def _status_by_evidence(order: Order, parcels: Iterable[Shipment], holds: Iterable[Hold]) -> Evident:
    """What the OMS must have said at least: shipped where a carrier had it, on hold where a hold was in force."""
    moved = {part.line_id for parcel in parcels if parcel.physical_scans for part in parcel.lines}
    ordered = {line.line_id for line in order.lines if line.replaces is None}
    if moved:
        return "shipped" if ordered <= moved else "partially_shipped"
    return "on_hold" if any(hold.released_at is None for hold in holds) else "processing"


def _first_money(order: Order) -> dict[str, object]:
    payment = order.payment
    if payment.state not in _TAKEN_BACK:
        return {}
    return {"payment": payment.model_copy(update={"state": "captured", "refunded_amount": Decimal(0)})}


def _is_carried(line_id: str, parcels: Iterable[Shipment]) -> bool:
    return any(part.line_id == line_id for parcel in parcels for part in parcel.lines)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z" if at.utcoffset() is not None and not at.utcoffset() else at.isoformat(timespec="minutes")
