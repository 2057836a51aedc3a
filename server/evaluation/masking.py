"""Texts without anybody in them: names, addresses, emails, phones, order and tracking numbers of the world around a message become placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graph.facts import World

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])\+?\d[\d\s().-]{7,}\d(?![\w-])")
_SHORTEST = 3

Masks = tuple[tuple[str, str], ...]
"""What is replaced by what, the longest first."""


def masks_of(world: World, more: Iterable[tuple[str, str]] = ()) -> Masks:
    """Everything in a world that tells who somebody is or which order is theirs."""
    found = {term: placeholder for term, placeholder in (*_private(world), *more) if len(term) >= _SHORTEST}
    return tuple(sorted(found.items(), key=lambda each: -len(each[0])))


def masked(text: str, masks: Masks) -> str:
    """The text with placeholders; addresses and phone numbers that no fact knows are masked by their shape."""
    for term, placeholder in masks:
        text = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", placeholder, text, flags=re.IGNORECASE)
    return _PHONE.sub("[phone]", _EMAIL.sub("[email]", text))


def _private(world: World) -> Iterator[tuple[str, str]]:
    for customer in world.customers:
        yield customer.customer_id, "[customer]"
        yield from ((email, "[email]") for email in customer.emails)
        yield from ((name, "[name]") for name in (customer.name, *customer.name.split()))
    for order in world.orders:
        yield order.order_id, "[order]"
        yield from ((number, "[order]") for number in (order.order_number, re.sub(r"\D", "", order.order_number)))
        place = order.ship_to
        yield from ((part, "[address]") for part in (place.line1, place.line2, place.postal_code, place.city) if part)
        yield from ((name, "[name]") for name in (place.name, *(place.name or "").split()) if name)
    for parcel in world.shipments:
        yield from ((number, "[tracking]") for number in (parcel.tracking_number, parcel.tracking_url, parcel.shipment_id) if number)
