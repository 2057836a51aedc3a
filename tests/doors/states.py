"""One small world for every condition of the specification, section 3. The order is Ava's 1042: a desk lamp of 40.00."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.doors.shop import Scene, ago, ahead, item, scan


def processing(**customer: Any) -> Scene:
    return Scene(**customer).order().task().reserved().stock()


def moving(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("in_transit", 5, location="Joliet, IL"), eta=ahead(28))


def late(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("in_transit", 5, location="Joliet, IL"), eta=ago(20))


def pickup(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("available_for_pickup", 30, location="Corner Shop 5"))


def delivered(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("delivered", 30), proof_of_delivery={"kind": "photo", "matches_address": True})


def partial(**customer: Any) -> Scene:
    scene = Scene(**customer).order("1042", item(), item("Wall Clock", "25.00"), status="partially_shipped")
    return scene.task("handed_off", lines=("L1",)).parcel(scan("in_transit", 5), lines=("L1",)).task("picking", lines=("L2",)).reserved(line_id="L2")


def backorder(**customer: Any) -> Scene:
    return Scene(**customer).order().task().stock(available=0).supply("delayed", eta=ahead(24 * 9))


def unallocated(**customer: Any) -> Scene:
    return Scene(**customer).order().task().stock(available=9).reserved("failed")


def picked_late(**customer: Any) -> Scene:
    return Scene(**customer).order(ship_by=ahead(4)).task("picking", pick_due_at=ago(6)).reserved().stock()


def unscanned(**customer: Any) -> Scene:
    return Scene(**customer).order(status="shipped").task("handed_off").parcel(label_created_at=ago(60))


def stalled(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("in_transit", 110, location="Joliet, IL"))


def attempted(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("delivery_attempted", 5, reason="recipient_unavailable"))


def broken(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("exception", 5, reason="weather"))


def damaged(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("damaged", 5)).stock()


def lost(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("lost", 5)).stock()


def returning(**customer: Any) -> Scene:
    return Scene(**customer).order().sent(scan("return_to_sender", 5, reason="address_issue")).stock()


def held(kind: str = "fraud", **customer: Any) -> Scene:
    return processing(**customer).hold(kind)


def payment_held(**customer: Any) -> Scene:
    return held("payment", **customer)


def address_held(**customer: Any) -> Scene:
    return held("address", **customer)


def contradictory(**customer: Any) -> Scene:
    """The OMS says delivered, the carrier shows no delivery; both for longer than the grace time."""
    return Scene(**customer).order(status="delivered").task("handed_off").parcel(scan("in_transit", 8))


def cancelled(**customer: Any) -> Scene:
    return Scene(**customer).order(status="cancelled", payment={"state": "voided"})


def unknown_carrier(**customer: Any) -> Scene:
    return moving(**customer).fault("carrier", "error")


QUESTION = {
    "en": "Hello, where is my order 1042? When will it get here?",
    "de": "Guten Tag, wo ist meine Bestellung 1042? Wann kommt sie denn an?",
    "es": "Hola, ¿dónde está mi pedido 1042? ¿Cuándo me va a llegar?",
    "fr": "Bonjour, où est ma commande 1042 ? Quand va-t-elle arriver ?",
}
NOT_RECEIVED = {
    "en": "Hello, order 1042 is marked as delivered, but I never received it.",
    "de": "Guten Tag, Bestellung 1042 soll zugestellt sein, aber ich habe nichts erhalten.",
    "es": "Hola, el pedido 1042 figura como entregado, pero no lo he recibido.",
    "fr": "Bonjour, la commande 1042 est indiquée comme livrée, mais je ne l'ai jamais reçue.",
}

WORLDS: dict[str, Callable[..., Scene]] = {
    "data_conflict": contradictory,
    "fraud_hold": held,
    "payment_hold": payment_held,
    "address_hold": address_held,
    "facts_unavailable": unknown_carrier,
    "order_cancelled": cancelled,
    "delivered_not_received": delivered,
    "return_to_sender": returning,
    "delivery_failed": attempted,
    "carrier_exception": broken,
    "no_tracking_movement": stalled,
    "label_created_no_pickup": unscanned,
    "supplier_backorder": backorder,
    "allocation_conflict": unallocated,
    "warehouse_pick_delay": picked_late,
    "partial_shipment": partial,
    "late_in_transit": late,
    "available_for_pickup": pickup,
    "standard_in_transit": moving,
    "delivered": delivered,
    "processing_within_sla": processing,
}


WAS_IT_DELIVERED = {
    "en": "Hello, could you tell me when my order 1042 was delivered, please?",
    "de": "Guten Tag, wann genau wurde meine Bestellung 1042 zugestellt?",
    "es": "Hola, ¿cuándo se entregó mi pedido 1042, por favor?",
    "fr": "Bonjour, quand ma commande 1042 a-t-elle été livrée, s'il vous plaît ?",
}


def question(condition: str, language: str = "en") -> str:
    """What a customer would ask on that condition."""
    return {"delivered_not_received": NOT_RECEIVED, "delivered": WAS_IT_DELIVERED}.get(condition, QUESTION)[language]
