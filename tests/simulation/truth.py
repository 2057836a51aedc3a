"""Whether a message is true: its facts against the systems as they are when it goes out, and its sentences against the parcels.

Knows nothing of the product's conditions: it reads sentences back from the text, and looks at the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from graph.commit import SendMessage
from graph.facts import Order, Shipment
from graph.statements import Fact, FactKind
from prompts.texts import TextBook
from tests.properties.telling import unfounded
from tests.simulation.lives import STALLED_AFTER
from tests.simulation.systems import Systems, is_delivered

_PATH = re.compile(r"(?P<table>shipments|supply|order\.lines|catalog)\[(?P<key>[^\]]+)\]\.(?P<field>.+)")
FRESH = timedelta(minutes=10)


def untrue(
    message: SendMessage, systems: Systems, now: datetime, zone: str, book: TextBook, settled: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Everything in a message that is not so. `settled` lines were refunded, replaced or cancelled."""
    if message.order_id is None:
        return ()
    order = systems.order(message.order_id)
    plain = {"text": message.text, "language": message.language.value, "facts": [fact.model_dump(mode="json") for fact in message.facts]}
    return (
        *unfounded(plain, zone),
        *(f"{fact.field} is not {fact.value}" for fact in message.facts if not _is_so(fact, order, systems, now)),
        *(f"{key} is not so" for key in _said(message, book) if not CLAIMS[key](Scene(order, systems, now, settled))),
    )


# Facts


def _is_so(fact: Fact, order: Order, systems: Systems, now: datetime) -> bool:
    if fact.field == "follow_up.due_at":
        return fact.moment > now
    if fact.field.endswith("as_of"):
        return now - FRESH <= fact.moment <= now
    if fact.field.startswith(("catalog[", "action.")) or fact.field == "order.ship_to":
        return True
    if match := _PATH.fullmatch(fact.field):
        return any(_means(fact, value) for value in _values(match["table"], match["key"], match["field"], order, systems))
    if fact.field == "customer.name":
        return fact.value == systems.customer(order.customer_id).name
    if fact.field == "order.ship_by":
        return fact.moment > now
    return _means(fact, _attribute(order, fact.field.removeprefix("order.")))


def _values(table: str, key: str, field: str, order: Order, systems: Systems) -> Iterator[Any]:
    if table == "shipments":
        yield _attribute(systems.parcel(key), field)
    elif table == "supply":
        rows = [row for line in order.lines for row in systems.supply(line.sku) if row.po_id == key and row.state != "received"]
        yield from (row.eta for row in rows)
    else:
        line = next(line for line in order.lines if line.line_id == key)
        yield from range(1, line.quantity + 1) if field == "quantity" else (getattr(line, field),)


def _attribute(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def _means(fact: Fact, value: Any) -> bool:
    if isinstance(value, datetime):
        return fact.moment == value
    if isinstance(value, Decimal):
        return Decimal(fact.value) == value
    if fact.kind is FactKind.CODE:
        return fact.value.rpartition(".")[2] == value
    return fact.value == str(value)


# Sentences


class Scene:
    """The order as it is when a message about it goes out."""

    def __init__(self, order: Order, systems: Systems, now: datetime, settled: frozenset[str]) -> None:
        self.order, self.systems, self.now = order, systems, now
        self.parcels = systems.parcels(order.order_id)
        self.lines = [line for line in order.lines if line.line_id not in settled]
        self.counting = [parcel for parcel in self.parcels if any(part.line_id not in settled for part in parcel.lines)]
        self.limit = timedelta(hours=STALLED_AFTER[order.service_level])

    def newest(self, *statuses: str) -> bool:
        """Whether the newest scan of some parcel says one of these."""
        return any(parcel.newest_scan and parcel.newest_scan.status in statuses for parcel in self.parcels)

    def any_parcel(self, holds: Callable[[Shipment], bool]) -> bool:
        """Whether it holds for some parcel."""
        return any(holds(parcel) for parcel in self.parcels)

    def moves(self, parcel: Shipment) -> bool:
        """Whether a parcel was scanned on its way not too long ago."""
        scan = parcel.newest_scan
        return scan is not None and scan.status in {"in_transit", "out_for_delivery", "unknown"} and self.now - scan.at <= self.limit

    def stands_still(self, parcel: Shipment) -> bool:
        """Whether a parcel was last scanned on its way too long ago."""
        scan = parcel.newest_scan
        return scan is not None and scan.status in {"in_transit", "out_for_delivery", "unknown"} and self.now - scan.at > self.limit

    def is_coming_back(self, parcel: Shipment) -> bool:
        """Whether a parcel is on its way back."""
        scan = parcel.newest_scan
        return scan is not None and (scan.status == "return_to_sender" or scan.reason == "attempts_exhausted")

    def waits_in_the_warehouse(self) -> bool:
        """Whether some line is in no scanned parcel."""
        gone = {part.line_id for parcel in self.parcels if parcel.physical_scans for part in parcel.lines}
        return any(line.line_id not in gone for line in self.lines)

    def waits_for_goods(self) -> bool:
        """Whether some line is neither reserved nor on the shelf."""
        return any(
            self.systems.allocation(self.order.order_id, line.line_id) != "allocated" and self.systems.available(line.sku) < line.quantity
            for line in self.lines
        )

    def is_held(self) -> bool:
        """Whether a hold is in force."""
        return any(hold.released_at is None or hold.released_at > self.now for hold in self.order.holds)


CLAIMS: dict[str, Callable[[Scene], bool]] = {
    "processing.status": lambda scene: not any(parcel.physical_scans for parcel in scene.counting),
    "transit.moving": lambda scene: scene.any_parcel(scene.moves),
    "transit.out_for_delivery": lambda scene: scene.newest("out_for_delivery"),
    "transit.label": lambda scene: scene.any_parcel(lambda parcel: not parcel.physical_scans),
    "pickup.ready": lambda scene: scene.newest("available_for_pickup"),
    "delivered.when": lambda scene: all(is_delivered(parcel) for parcel in scene.counting),
    "delivered.when_place": lambda scene: all(is_delivered(parcel) for parcel in scene.counting),
    "item.delivered": lambda scene: scene.any_parcel(is_delivered),
    "dispute.recorded": lambda scene: scene.any_parcel(is_delivered),
    "dispute.recorded_place": lambda scene: scene.any_parcel(is_delivered),
    "stalled.status": lambda scene: scene.any_parcel(scene.stands_still),
    "stalled.status_no_place": lambda scene: scene.any_parcel(scene.stands_still),
    "stalled.label": lambda scene: scene.any_parcel(
        lambda parcel: not parcel.physical_scans and scene.now - parcel.label_created_at > timedelta(hours=48)
    ),
    "item.stalled": lambda scene: scene.any_parcel(scene.stands_still),
    "late.status": lambda scene: scene.any_parcel(scene.moves),
    "failed.status": lambda scene: scene.newest("delivery_attempted"),
    "failed.status_no_reason": lambda scene: scene.newest("delivery_attempted"),
    "exception.lost": lambda scene: scene.newest("lost"),
    "exception.damaged": lambda scene: scene.newest("damaged"),
    "exception.customs_hold": lambda scene: scene.newest("customs_hold"),
    "exception.exception": lambda scene: scene.newest("exception"),
    "returning.status": lambda scene: scene.any_parcel(scene.is_coming_back),
    "returning.status_reason": lambda scene: scene.any_parcel(scene.is_coming_back),
    "backorder.status": Scene.waits_for_goods,
    "pick.status": Scene.waits_in_the_warehouse,
    "pick.packed": Scene.waits_in_the_warehouse,
    "hold.status": lambda scene: scene.is_held() or scene.order.payment.state == "failed",
    "hold.still": lambda scene: scene.is_held() or scene.order.payment.state == "failed",
    "cancelled.status": lambda scene: scene.order.status == "cancelled",
    "cancelled.returned": lambda scene: scene.order.status == "returned",
    "done.cancel": lambda scene: scene.order.status == "cancelled",
    "done.refund": lambda scene: scene.order.payment.refunded_amount > 0,
    "done.replacement": lambda scene: any(line.replaces for line in scene.order.lines),
    "done.carrier_investigation": lambda scene: scene.any_parcel(lambda parcel: parcel.claim_opened_at is not None),
}
"""What sentences claim, by their key in the texts."""


def _said(message: SendMessage, book: TextBook) -> list[str]:
    """The claims that stand in a text: every literal piece of the sentence, in its order."""
    return [key for key in CLAIMS if _reads(book, message, key)]


def _reads(book: TextBook, message: SendMessage, key: str) -> bool:
    pieces = [re.escape(piece) for piece in book.template(message.language, key).literals]
    return re.search(r"[^\n]{1,120}?".join(pieces), message.text) is not None
