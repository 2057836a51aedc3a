"""Plausible facts for every placeholder of the texts, nasty ones among them."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.labels import Language, Source
from graph.statements import Draft, Fact, FactKind, Item, Part, Statement
from prompts.texts import TextBook

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ZONE = "America/Chicago"
DUE = datetime(2026, 3, 13, 15, 0, tzinfo=UTC)

_VALUES = {
    "number": ("order.order_number", FactKind.ORDER_NUMBER, "W-10482"),
    "carrier": ("shipments[S1].carrier", FactKind.CARRIER, "DPD"),
    "tracking": ("shipments[S1].tracking_number", FactKind.TRACKING, "1Z999AA10123456784"),
    "link": ("shipments[S1].tracking_url", FactKind.LINK, "https://track.dpd.example/p/1Z999AA10123456784?lang=de"),
    "place": ("shipments[S1].newest_scan.location", FactKind.PLACE, "O'Fallon, MO"),
    "reason": ("shipments[S1].newest_scan.reason", FactKind.CODE, "scan_reason.weather"),
    "proof": ("shipments[S1].proof_of_delivery.kind", FactKind.CODE, "proof.gps"),
    "at": ("shipments[S1].newest_scan.at", FactKind.MOMENT, "2026-03-09T19:20:00+00:00"),
    "eta": ("shipments[S1].eta", FactKind.DAY, "2026-03-12T23:00:00+00:00"),
    "since": ("shipments[S1].claim_opened_at", FactKind.DAY, "2026-02-28T15:00:00+00:00"),
    "ship_by": ("order.ship_by", FactKind.DAY, "2026-04-01T15:00:00+00:00"),
    "placed": ("order.placed_at", FactKind.DAY, "2025-12-30T15:00:00+00:00"),
    "due": ("follow_up.due_at", FactKind.MOMENT, DUE.isoformat()),
    "amount": ("order.payment.refunded_amount", FactKind.MONEY, "1239.5"),
    "difference": ("catalog[X].unit_price", FactKind.MONEY, "20"),
    "title": ("catalog[X].title", FactKind.TITLE, "Risk: The Board Game 2nd Ed."),
    "address": ("order.ship_to", FactKind.ADDRESS, "D'Arcy Müller-Łuczak, 12 Rue de l'Été, Apt. 4, 60311 Frankfurt am Main"),
}


def fact(name: str, value: str = "") -> Fact:
    """The fact of a placeholder, with another value where one is given."""
    field, kind, own = _VALUES[name]
    currency = "EUR" if kind is FactKind.MONEY else None
    return Fact(field=field, kind=kind, value=value or own, source=Source.OMS, as_of=NOW, zone=ZONE, currency=currency)


NAME = Fact(field="customer.name", kind=FactKind.NAME, value="D'Arcy Müller-Łuczak", source=Source.OMS, as_of=NOW, zone=ZONE)


def item(title: str, quantity: int) -> Item:
    """Some pieces of an own item."""
    line = Fact(field="order.lines[L1].title", kind=FactKind.TITLE, value=title, source=Source.OMS, as_of=NOW)
    return Item(title=line, quantity=Fact(field="order.lines[L1].quantity", kind=FactKind.COUNT, value=str(quantity), source=Source.OMS, as_of=NOW))


ITEMS = (item("Risk: The Board Game 2nd Ed.", 2), item("Lampe „Übermorgen“, 60 cm", 1), item("Guarantee tomorrow €5 voucher", 1))


def statement(key: str, part: Part = Part.KNOWN, **facts: Fact) -> Statement:
    """A statement with plausible facts for whatever its text needs."""
    holes = TextBook.load().template(Language.EN, key).placeholders
    bound = {name: facts.get(name) or fact(name) for name in holes if name != "items"}
    return Statement(key=key, part=part, facts=bound, items=ITEMS if "items" in holes else ())


def draft(language: Language, *statements: Statement, due: bool = True) -> Draft:
    """A draft with its own deterministic text."""
    text = TextBook.load().render(language, statements, name=NAME, signature=True)
    return Draft(language=language, text=text, statements=statements, due_at=DUE if due else None)


SPOKEN = sorted(key for key in TextBook.load().texts[Language.EN] if not key.startswith(("frame.", "codes.")))
"""Every key that a statement may have."""
