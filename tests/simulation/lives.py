"""The lives of orders, parcels and suppliers: each step waits for its time, and things go wrong as they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from graph.facts import Hold, Order, Shipment, SupplyLine
from tests.simulation.agenda import Life, hours
from tests.simulation.systems import Systems, is_delivered

CARRIERS = ("UPS", "DHL", "Chronopost", "FedEx")
PLACES = ("Joliet, IL", "Memphis, TN", "Leipzig", "Nagoya", "Sydney NSW", "Newark, NJ")
STALLED_AFTER = {"express": 48, "standard": 96, "economy": 144, "international": 240}


@dataclass(frozen=True)
class Shop:
    """What a life needs: the systems, the time, its own luck, and a way to begin further lives."""

    systems: Systems
    now: Callable[[], datetime]
    begin: Callable[[Life], None]
    rng: Random

    def luck(self, chance: float) -> bool:
        """Whether something happens that happens this often."""
        return self.rng.random() < chance

    def between(self, low: float, high: float) -> timedelta:
        """Some hours."""
        return hours(self.rng.uniform(low, high))


def order_life(order: Order, shop: Shop) -> Life:
    """From the click to the warehouse; what goes out in one parcel lives on together."""
    shop.systems.place(order)
    if shop.luck(0.08):
        shop.begin(hold_life(order.order_id, shop))
    if shop.luck(0.04):
        shop.begin(cancelling_life(order.order_id, shop))
    yield shop.between(1, 12)
    names = [line.line_id for line in order.lines]
    apart = len(names) > 1 and shop.luck(0.5)
    parts = [tuple(names[:1]), tuple(names[1:])] if apart else [tuple(names)]
    for place, part in enumerate(parts, 1):
        shop.begin(warehouse_life(order.order_id, f"{order.order_number}-{place}", part, shop))


def hold_life(order_id: str, shop: Shop) -> Life:
    """The OMS stops an order for a while; some holds end in a cancellation."""
    yield shop.between(0.5, 60)
    order = shop.systems.order(order_id)
    if order.status != "processing":
        return
    hold = Hold(kind=shop.rng.choice(("fraud", "payment", "address")), placed_at=shop.now(), internal_note="looks odd, call the bank")
    shop.systems.change_order(order_id, "order.hold_placed", status="on_hold", holds=(hold,))
    yield shop.between(5, 90)
    if not shop.systems.is_held(order_id):
        return
    released = (hold.model_copy(update={"released_at": shop.now()}),)
    status = "cancelled" if shop.luck(0.2) else "processing"
    shop.systems.change_order(order_id, "order.hold_released", status=status, holds=released)
    shop.systems.follow(order_id)


def cancelling_life(order_id: str, shop: Shop) -> Life:
    """The shop itself cancels, if nothing left yet."""
    yield shop.between(4, 50)
    order = shop.systems.order(order_id)
    if order.status != "processing" or shop.systems.parcels(order_id):
        return
    payment = order.payment.model_copy(update={"state": "voided"}) if order.payment.state == "authorized" else order.payment
    shop.systems.change_order(order_id, status="cancelled", payment=payment)
    for task in shop.systems.tasks(order_id):
        shop.systems.work(order_id, task.fulfillment_id, "cancelled")


def warehouse_life(order_id: str, name: str, lines: tuple[str, ...], shop: Shop) -> Life:
    """From the shelf to the label: stock that is not there, reservations that fail, picks that slip."""
    systems, task_id = shop.systems, f"F-{name}"
    systems.work(order_id, task_id, "not_started", lines=lines, pick_due_at=shop.now() + shop.between(12, 40))
    yield from _until_reserved(order_id, task_id, lines, shop)
    yield shop.between(1, 10)
    for state in _ways_to_pack(shop):
        yield from _while_held(order_id, shop)
        if _has_ended(order_id, task_id, shop):
            return
        late = systems.task(task_id).pick_due_at
        event = {"short_pick": "pick.short"}.get(state) or ("pick.late" if late and late < shop.now() else None)
        systems.work(order_id, task_id, state, event=event)
        yield shop.between(20, 80) if state in {"short_pick", "quarantined"} else shop.between(1, 9)
    yield from _while_held(order_id, shop)
    if not _has_ended(order_id, task_id, shop):
        shop.begin(road_life(order_id, name, lines, shop))


def _ways_to_pack(shop: Shop) -> tuple[str, ...]:
    if shop.luck(0.06):
        return ("released", "picking", shop.rng.choice(("short_pick", "quarantined")), "picking", "packed")
    return ("released", "picking", "packed")


def _until_reserved(order_id: str, task_id: str, lines: tuple[str, ...], shop: Shop) -> Life:
    """Lines wait for stock; now and then a reservation fails although the stock is there, or the whole team is behind."""
    systems = shop.systems
    fails = shop.luck(0.06)
    while not _has_ended(order_id, task_id, shop):
        waiting = [
            line for line in systems.order(order_id).lines if line.line_id in lines and systems.allocation(order_id, line.line_id) != "allocated"
        ]
        if not waiting:
            break
        for line in waiting:
            if systems.available(line.sku) >= line.quantity:
                systems.reserve(order_id, line.line_id, "failed" if fails else "allocated")
        yield shop.between(20, 60) if fails else shop.between(4, 8)
        fails = False
    if shop.luck(0.12):
        yield shop.between(24, 80)


def _while_held(order_id: str, shop: Shop) -> Life:
    while shop.systems.is_held(order_id):
        yield hours(3)


def _has_ended(order_id: str, task_id: str, shop: Shop) -> bool:
    return shop.systems.is_over(order_id) or shop.systems.task(task_id).state == "cancelled"


def road_life(order_id: str, name: str, lines: tuple[str, ...], shop: Shop) -> Life:
    """From the label to the door, or to some other end."""
    systems, rng, parcel_id, task_id = shop.systems, shop.rng, f"S-{name}", f"F-{name}"
    eta = None if shop.luck(0.2) else shop.now() + timedelta(days=rng.uniform(2, 6))
    number = f"1Z{name.replace('-', '')}X"
    systems.work(order_id, task_id, "labelled")
    systems.label(
        Shipment(
            shipment_id=parcel_id, order_id=order_id, lines=systems.pieces(order_id, lines), carrier=rng.choice(CARRIERS), tracking_number=number,
            tracking_url=f"https://track.example/{number}", label_created_at=shop.now(), eta=eta, supports_redirect=shop.luck(0.3),
        )
    )  # fmt: skip
    yield shop.between(55, 100) if shop.luck(0.08) else shop.between(2, 20)
    if shop.systems.is_over(order_id):
        return
    forgets = shop.luck(0.03)
    if not forgets:
        systems.work(order_id, task_id, "handed_off", event="fulfillment.handed_off")
    else:
        systems.work(order_id, task_id, "picking")
        shop.begin(_catching_up(order_id, task_id, shop))
    shop.begin(_oms_follows(order_id, shop))
    yield from _legs(order_id, parcel_id, shop)
    if not shop.luck(0.96):
        systems.scan(parcel_id, rng.choice(("lost", "damaged")))
        return
    yield from _at_the_door(order_id, parcel_id, shop)


def _catching_up(order_id: str, task_id: str, shop: Shop) -> Life:
    """The warehouse forgot to close a task, and finds out."""
    yield shop.between(4, 40)
    shop.systems.work(order_id, task_id, "handed_off", event="fulfillment.handed_off")


def _oms_follows(order_id: str, shop: Shop) -> Life:
    """The OMS hears of it a little later, seldom much later."""
    yield shop.between(3, 20) if shop.luck(0.05) else shop.between(0.05, 1.5)
    shop.systems.follow(order_id)


def _legs(order_id: str, parcel_id: str, shop: Shop) -> Life:
    """Scan by scan; some parcels stand still for too long, some dates slip, some scans are told late and out of order."""
    systems, rng = shop.systems, shop.rng
    limit = STALLED_AFTER[systems.order(order_id).service_level]
    for leg in range(rng.randint(2, 5)):
        if leg:
            yield hours(limit) + shop.between(2, 70) if shop.luck(0.06) else shop.between(5, 30)
        told_late = hours(rng.choice((0, 0, 0, 0, 2, 7)))
        systems.scan(parcel_id, "in_transit", scanned_at=shop.now() - told_late, location=rng.choice(PLACES))
        if shop.luck(0.04):
            yield shop.between(4, 20)
            systems.scan(parcel_id, rng.choice(("customs_hold", "exception")), reason=rng.choice(("weather", "other", "address_issue")))
            yield shop.between(10, 90)
            systems.scan(parcel_id, "in_transit", location=rng.choice(PLACES))
        known = systems.parcel(parcel_id).eta
        if known is not None and shop.luck(0.12):
            systems.expect(parcel_id, max(known, shop.now()) + shop.between(6, 96))
        if shop.luck(0.05):
            systems.scan(parcel_id, "unknown", scanned_at=shop.now() - hours(9), message="Zyxdriver: gate 4")
    yield shop.between(5, 24)
    systems.scan(parcel_id, "out_for_delivery", location=rng.choice(PLACES))
    yield shop.between(2, 9)


def _at_the_door(order_id: str, parcel_id: str, shop: Shop) -> Life:
    """Handed over; or tried in vain, taken to a pickup point, sent back."""
    systems, rng = shop.systems, shop.rng
    while shop.luck(0.12):
        reason = rng.choice(("recipient_unavailable", "address_issue", "access_issue", "refused", "other"))
        systems.scan(parcel_id, "delivery_attempted", event="tracking.delivery_attempted", reason=reason)
        yield shop.between(18, 50)
        if shop.luck(0.2):
            yield from _sent_back(order_id, parcel_id, shop)
            return
        systems.scan(parcel_id, "out_for_delivery", location=rng.choice(PLACES))
        yield shop.between(2, 8)
    if shop.luck(0.1):
        systems.scan(parcel_id, "available_for_pickup", location="Corner Shop 5")
        yield shop.between(6, 230)
        if shop.luck(0.15):
            yield from _sent_back(order_id, parcel_id, shop)
            return
    proof = {"kind": rng.choice(("photo", "signature", "gps", "none")), "at": shop.now(), "matches_address": rng.choice((True, True, None, False))}
    systems.scan(parcel_id, "delivered", event="tracking.delivered", location=rng.choice(PLACES), proof_of_delivery=proof)
    shop.begin(_oms_follows(order_id, shop))


def _sent_back(order_id: str, parcel_id: str, shop: Shop) -> Life:
    """On its way back; the OMS closes the order when it is there, unless something was sent in its place."""
    reason = shop.rng.choice(("attempts_exhausted", "refused", "address_issue"))
    shop.systems.scan(parcel_id, "return_to_sender", event="tracking.return_to_sender", reason=reason)
    yield shop.between(90, 200)
    order, parcels = shop.systems.order(order_id), shop.systems.parcels(order_id)
    replaced = any(line.replaces for line in order.lines)
    if not replaced and len(parcels) == 1 and order.status not in {"cancelled", "returned"}:
        shop.systems.change_order(order_id, status="returned")


def replacing_life(order_ids: Callable[[], list[str]], shop: Shop) -> Life:
    """Every morning the warehouse begins what was promised in place of something that was lost."""
    while True:
        for order_id in order_ids():
            known = {part.line_id for task in shop.systems.tasks(order_id) for part in task.lines}
            for line in shop.systems.order(order_id).lines:
                if line.replaces and line.line_id not in known and not shop.systems.is_over(order_id):
                    shop.begin(warehouse_life(order_id, f"{order_id[2:]}-{line.line_id}", (line.line_id,), shop))
        yield hours(24)


def supplier_life(sku: str, shop: Shop) -> Life:
    """An item runs out, its date moves or is lost, and one day it is there again."""
    systems, number = shop.systems, 0
    while True:
        yield shop.between(48, 400)
        number += 1
        systems.shelve(sku, 0, event=shop.luck(0.5))
        eta = shop.now() + shop.between(72, 300) if shop.luck(0.7) else None
        row = SupplyLine(
            po_id=f"PO-{sku}-{number}", supplier="Norvik Components", sku=sku, quantity=60, eta=eta, updated_at=shop.now(),
            state=shop.rng.choice(("delayed", "stockout", "short_allocated", "open")),
        )  # fmt: skip
        systems.owe(row, "supply.updated")
        for _ in range(shop.rng.randint(0, 4)):
            yield shop.between(12, 90)
            row = _moved(row, shop)
            systems.owe(row)
        yield max(row.eta - shop.now(), hours(1)) if row.eta else shop.between(24, 120)
        systems.owe(row.model_copy(update={"state": "received", "updated_at": shop.now()}), "supply.received")
        systems.shelve(sku, 50)


def _moved(row: SupplyLine, shop: Shop) -> SupplyLine:
    """The supplier's new date: mostly later, sometimes earlier, sometimes none."""
    if row.eta is None:
        later: datetime | None = shop.now() + shop.between(48, 200)
    elif shop.luck(0.15):
        later = None
    else:
        later = max(row.eta + shop.between(-40, 140), shop.now() + hours(6))
    return row.model_copy(update={"eta": later, "previous_eta": row.eta, "updated_at": shop.now(), "state": "delayed"})


def everything_is_there(parcels: tuple[Shipment, ...]) -> bool:
    """Whether the carrier handed over all parcels."""
    return bool(parcels) and all(is_delivered(parcel) for parcel in parcels)
