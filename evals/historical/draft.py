"""One ticket in the making: the facts as they were, how they went on, the words, the labels, and what the humans did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from evals.historical.shop import CARRIERS, CHEAP, FIRST_NAMES, HUBS, LAST_NAMES, MAIL, MIDDLE, PLACES, ZONES, Item

Json = dict[str, Any]
Rows = dict[str, list[Json]]


@dataclass
class Draft:
    """What a situation writes into. Times of facts are counted from 04:00 UTC of the day, which the nightly export knows."""

    number: int
    at: datetime
    language: str
    rng: Random
    rows: Rows = field(default_factory=dict)
    later: Rows = field(default_factory=dict)
    labels: Json = field(default_factory=dict)
    words: str = "status"
    slots: dict[str, str] = field(default_factory=dict)
    did: list[str] = field(default_factory=lambda: ["answered"])
    reply: str | None = None
    otherwise: tuple[list[str], str] | None = None
    """What a hurried human did instead, and with which words."""
    email: str | None = None
    category: str = "WISMO"
    faults: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    rebuilt: bool = False
    """No export of that day exists: the facts have to be rebuilt from a later one."""

    def __post_init__(self) -> None:
        line1, city, code, country = self.rng.choice(PLACES[self.language])
        first, last = self.rng.choice(FIRST_NAMES[self.language]), self.rng.choice(LAST_NAMES[self.language])
        self.name, self.country, self.customer_id = f"{first} {last}", country, f"C-{4000 + self.number}"
        self.email = f"{_ascii(first)}.{_ascii(last)}{self.number}@{self.rng.choice(MAIL)}"
        self.ship_to = {"name": self.name, "line1": line1, "city": city, "postal_code": code, "country": country}
        self.currency = {"US": "USD", "GB": "GBP"}.get(country, "EUR")
        self._orders = self._parcels = 0

    def before(self, days: float = 0, hours: float = 0) -> datetime:
        """A moment before this morning."""
        return self.at.replace(hour=4, minute=0, second=0) - timedelta(days=days, hours=hours)

    def after(self, days: float = 0, hours: float = 0) -> datetime:
        """A moment after the ticket's day."""
        return self.at.replace(hour=23, minute=30, second=0) + timedelta(days=days, hours=hours)

    def add(self, table: str, row: Json, *, later: bool = False) -> Json:
        """Put a row into the facts of that day, or into those of a week later."""
        (self.later if later else self.rows).setdefault(table, []).append(row)
        return row

    def customer(self, **fields: Any) -> None:
        """Who buys."""
        zone = ZONES[self.country]
        self.add(
            "customers",
            {"customer_id": self.customer_id, "name": self.name, "emails": [self.email], "locale": self.language, "timezone": zone, **fields},
        )

    def items(self, count: int = 1, among: tuple[Item, ...] = MIDDLE) -> list[Item]:
        """Different items, each with a SKU of this ticket's own, so that no ticket drinks another's stock."""
        return [Item(f"{each.sku}-{self.number:03d}", each.title, each.price) for each in self.rng.sample(among, count)]

    def order(self, items: list[Item], *, placed: float, status: str, ship_by: float | None = None, line: Json | None = None, **fields: Any) -> Json:
        """An order with one line per item; `placed` and `ship_by` in days before this morning (negative: ahead)."""
        self._orders += 1
        plain = str(31000 + self.number * 3 + self._orders)
        total = sum((Decimal(each.price) for each in items), Decimal(0))
        lines = [
            {"line_id": f"L{place}", "sku": each.sku, "title": each.title, "unit_price": each.price, **(line or {})}
            for place, each in enumerate(items, 1)
        ]
        number = f"WEB-{plain}" if self.number % 5 < 2 else plain
        row = {
            "order_id": f"O-{plain}",
            "order_number": number,
            "customer_id": self.customer_id,
            "placed_at": _text(self.before(placed)),
            "updated_at": _text(self.before(fields.pop("updated", placed - 0.1))),
            "status": status,
            "currency": self.currency,
            "total": str(total),
            "ship_to": self.ship_to,
            "lines": lines,
            **fields,
        }
        if ship_by is not None:
            row["ship_by"] = _text(self.before(ship_by))
        self.slots.setdefault("number", plain if self.rng.random() < 0.4 else number)
        self.slots.setdefault("title", items[0].title)
        self.labels.setdefault("order_id", row["order_id"])
        return self.add("orders", row)

    def task(
        self, order: Json, state: str, *, updated: float, due: float | None = None, lines: tuple[str, ...] | None = None, note: str = ""
    ) -> Json:
        """A warehouse task."""
        count = len([row for row in self.rows.get("fulfillments", []) if row["order_id"] == order["order_id"]]) + 1
        row = {
            "fulfillment_id": f"F-{order['order_id'][2:]}-{count}",
            "order_id": order["order_id"],
            "warehouse": "DFW1",
            "lines": [{"line_id": each["line_id"]} for each in order["lines"] if lines is None or each["line_id"] in lines],
            "state": state,
            "updated_at": _text(self.before(updated)),
        }
        if due is not None:
            row["pick_due_at"] = _text(self.before(due))
        if note:
            row["internal_note"] = note
        return self.add("fulfillments", row)

    def parcel(
        self,
        order: Json,
        scans: list[tuple[str, float]],
        *,
        label: float,
        eta: float | None = None,
        lines: tuple[str, ...] | None = None,
        reason: str | None = None,
        **fields: Any,
    ) -> Json:
        """A parcel with its scans (status, days before this morning); `reason` is that of the last one."""
        self._parcels += 1
        events = [{"at": _text(self.before(days)), "status": status, "location": self.rng.choice(HUBS[self.country])} for status, days in scans]
        if reason:
            events[-1]["reason"] = reason
        tracking = f"{self.rng.choice(('1Z88A0', '003404', 'RR2290', 'PQ71F4'))}{self.number:04d}{self._parcels}{self.rng.randrange(10**7):07d}"
        row = {
            "shipment_id": f"S-{order['order_id'][2:]}-{self._parcels}",
            "order_id": order["order_id"],
            "carrier": self.rng.choice(CARRIERS[self.country]),
            "lines": [{"line_id": each["line_id"]} for each in order["lines"] if lines is None or each["line_id"] in lines],
            "tracking_number": tracking,
            "tracking_url": f"https://track.carrier.example/{tracking}",
            "label_created_at": _text(self.before(label)),
            "events": events,
            **fields,
        }
        if eta is not None:
            row["eta"] = _text(self.before(eta))
        return self.add("shipments", row)

    def stock(self, items: list[Item], available: int) -> None:
        """How many there are."""
        for each in items:
            self.add("inventory", {"sku": each.sku, "warehouse": "DFW1", "on_hand": available, "available": available})

    def expect(self, **labels: Any) -> None:
        """What the specification asks for."""
        self.labels.update(labels)

    def then_delivered(self, order: Json, parcel: Json, *, days: float = 2) -> None:
        """How it went on: the parcel arrived."""
        more = [("out_for_delivery", self.after(days - 0.4)), ("delivered", self.after(days))]
        events = [*parcel["events"], *({"at": _text(at), "status": status, "location": self.ship_to["city"]} for status, at in more)]
        proof = {"kind": "photo", "at": _text(self.after(days)), "matches_address": True}
        self.add("shipments", {**parcel, "events": events, "proof_of_delivery": proof}, later=True)
        self.add("orders", {**order, "status": "delivered", "updated_at": _text(self.after(days, 1))}, later=True)


def cheap_or_middle(draft: Draft, count: int = 1) -> list[Item]:
    """Items of an order that is nothing special."""
    return draft.items(count, CHEAP if draft.rng.random() < 0.3 else MIDDLE)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _ascii(name: str) -> str:
    plain = name.lower().translate(str.maketrans("áéíóúüöäèêëçïîôñûùà", "aeiouuoaeeeciionuua"))
    return plain.replace("ß", "ss")
