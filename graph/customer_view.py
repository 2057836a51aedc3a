"""What a customer may know: an allow-list type built from the facts, not a filter on text (specification, section 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from graph.calendar import BusinessCalendar, customer_zone
from graph.context import OrderContext
from graph.facts import Address, Customer, Order, OrderLine, Shipment
from graph.labels import Condition, Source, System
from graph.policy import Policy
from graph.rules.findings import Assessment, Group
from graph.rules.parcels import is_moving
from graph.rules.supply import expected_supply, ship_by
from graph.statements import Fact, FactKind, Item

_PLACE = re.compile(r"[^\w ,.\-']", re.UNICODE)
_MARKUP = re.compile(r"https?://\S+|[<>`*_{}\[\]|\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")
_TRACKING = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{2,39}")
_LINK = re.compile(r"https://[A-Za-z0-9.\-]+(?::\d+)?/[A-Za-z0-9\-._~/?#\[\]@!$&'()*+,;=%]*")


def plain(text: str, limit: int) -> str:
    """Untrusted text without markup, links, control and invisible characters, cut to a length."""
    return re.sub(r"\s+", " ", _MARKUP.sub(" ", text)).strip()[:limit].strip()


def plain_place(text: str) -> str:
    """A scan's place: letters, digits and `,.-'`, 60 characters."""
    return re.sub(r"\s+", " ", _PLACE.sub(" ", text).replace("_", " ")).strip()[:60].strip()


def zone_of(customer: Customer | None) -> str:
    """The name of the customer's time zone; UTC where the OMS has one that does not exist."""
    return customer_zone(customer.timezone).key if customer else "UTC"


@dataclass(frozen=True)
class OwnOrder:
    """The little that may be said even on a hold: own name, own order number, own items, when the order was placed."""

    context: OrderContext

    @property
    def order(self) -> Order:
        """The customer's own order."""
        assert self.context.order is not None, "a view needs an order"
        return self.context.order

    @property
    def zone(self) -> str:
        """The customer's time zone."""
        return zone_of(self.context.customer)

    def name(self) -> Fact | None:
        """The customer's own name."""
        customer = self.context.customer
        name = plain(customer.name, 60) if customer else ""
        return self._fact("customer.name", FactKind.NAME, name, Source.OMS) if name else None

    def number(self) -> Fact:
        """The own order number."""
        return self._fact("order.order_number", FactKind.ORDER_NUMBER, plain(self.order.order_number, 40), Source.OMS)

    def placed(self) -> Fact:
        """When the order was placed."""
        return self.day("order.placed_at", self.order.placed_at, Source.OMS)

    def items(self, pieces: tuple[tuple[str, int], ...] | None = None) -> tuple[Item, ...]:
        """Own items and quantities; all lines that are not replaced where no pieces are given."""
        wanted = pieces or tuple((line.line_id, line.quantity) for line in self.order.lines if line.line_id not in self._replaced())
        return tuple(self._item(line, quantity) for line_id, quantity in wanted if (line := self.context.line(line_id)))

    def group_items(self, groups: tuple[Group, ...]) -> tuple[Item, ...]:
        """The items of some groups."""
        totals: dict[str, int] = {}
        for group in groups:
            for piece in group.pieces:
                totals[piece.line_id] = totals.get(piece.line_id, 0) + piece.quantity
        return self.items(tuple(totals.items())) if totals else ()

    def day(self, field: str, at: datetime, source: Source) -> Fact:
        """A day on the customer's clock."""
        return self._fact(field, FactKind.DAY, at.isoformat(), source)

    def moment(self, field: str, at: datetime, source: Source) -> Fact:
        """A day and time on the customer's clock."""
        return self._fact(field, FactKind.MOMENT, at.isoformat(), source)

    def money(self, field: str, amount: Decimal, source: Source) -> Fact:
        """An amount in the order's currency."""
        text = f"{amount.normalize():f}" if amount == amount.to_integral() else f"{amount:f}"
        return self._fact(field, FactKind.MONEY, text, source, currency=self.order.currency)

    def promise(self, due: datetime) -> Fact:
        """The promised next update."""
        return self._fact("follow_up.due_at", FactKind.MOMENT, due.isoformat(), Source.CASE)

    def _replaced(self) -> set[str]:
        return {line.replaces for line in self.order.lines if line.replaces}

    def _item(self, line: OrderLine, quantity: int) -> Item:
        path = f"order.lines[{line.line_id}]"
        title = self._fact(f"{path}.title", FactKind.TITLE, plain(line.title, 120) or line.sku, Source.OMS)
        return Item(title=title, quantity=self._fact(f"{path}.quantity", FactKind.COUNT, str(quantity), Source.OMS))

    def _fact(self, field: str, kind: FactKind, value: str, source: Source, currency: str | None = None) -> Fact:
        return Fact(field=field, kind=kind, value=value, source=source, as_of=self._as_of(source), zone=self.zone, currency=currency)

    def _as_of(self, source: Source) -> datetime:
        systems = self.context.systems
        known = System(source.value) if source.value in set(System) else None
        return systems[known].as_of if known in systems else self.context.now


@dataclass(frozen=True)
class CustomerView(OwnOrder):
    """Everything else that may be said when the order is not on hold."""

    assessment: Assessment
    policy: Policy
    calendar: BusinessCalendar

    def sends_again(self, line_ids: tuple[str, ...]) -> bool:
        """Whether these lines are all replacements of what was sent before."""
        lines = [self.context.line(line_id) for line_id in line_ids]
        return bool(lines) and all(line is not None and line.replaces is not None for line in lines)

    def ship_by(self, line_ids: tuple[str, ...]) -> Fact | None:
        """The ship-by date of lines, only while it is ahead."""
        lines = [line for line_id in line_ids if (line := self.context.line(line_id))]
        dates = [ship_by(self.context, line, self.policy, self.calendar) for line in lines]
        latest = max(dates, default=None)
        if latest is None or latest <= self.context.now:
            return None
        own = self.order.ship_by or next((line.ship_by for line in lines if line.ship_by), None)
        return self.day("order.ship_by", latest, Source.OMS if own else Source.POLICY)

    def as_of(self, system: System) -> Fact:
        """When a system was asked."""
        return self.moment(f"systems.{system.value}.as_of", self.context.systems[system].as_of, Source(system.value))

    def carrier(self, parcel: Shipment) -> Fact:
        """The carrier's name."""
        return self._of(parcel, "carrier", FactKind.CARRIER, plain(parcel.carrier, 40))

    def tracking(self, parcel: Shipment) -> Fact | None:
        """The tracking number."""
        number = parcel.tracking_number.strip()
        return self._of(parcel, "tracking_number", FactKind.TRACKING, number) if _TRACKING.fullmatch(number) else None

    def link(self, parcel: Shipment) -> Fact | None:
        """The carrier's tracking page, https only."""
        url = (parcel.tracking_url or "").strip()
        return self._of(parcel, "tracking_url", FactKind.LINK, url) if _LINK.fullmatch(url) and len(url) <= 300 else None

    def scan_at(self, parcel: Shipment) -> Fact | None:
        """When the newest scan was made."""
        scan = parcel.newest_scan
        return self.moment(f"shipments[{parcel.shipment_id}].newest_scan.at", scan.at, Source.CARRIER) if scan else None

    def place(self, parcel: Shipment) -> Fact | None:
        """Where the newest scan was made."""
        scan = parcel.newest_scan
        text = plain_place(scan.location) if scan and scan.location else ""
        return self._of(parcel, "newest_scan.location", FactKind.PLACE, text) if text else None

    def label_at(self, parcel: Shipment) -> Fact:
        """When the label was made."""
        return self.day(f"shipments[{parcel.shipment_id}].label_created_at", parcel.label_created_at, Source.CARRIER)

    def eta(self, parcel: Shipment) -> Fact | None:
        """The carrier's ETA: only if the parcel moves (not conditions 5 to 10) and the date is not past."""
        group = next((group for group in self.assessment.groups if group.shipment_id == parcel.shipment_id), None)
        supported = group is not None and group.condition in {Condition.STANDARD_IN_TRANSIT, Condition.LATE_IN_TRANSIT}
        if parcel.eta is None or not supported or not (is_moving(parcel) or not parcel.physical_scans) or parcel.eta < self.context.now:
            return None
        return self.day(f"shipments[{parcel.shipment_id}].eta", parcel.eta, Source.CARRIER)

    def failure_reason(self, parcel: Shipment) -> Fact | None:
        """The carrier's reason for a failed delivery or a return, as a code."""
        scan = parcel.newest_scan
        if scan is None or scan.reason in {None, "other"}:
            return None
        return self._of(parcel, "newest_scan.reason", FactKind.CODE, f"scan_reason.{scan.reason}")

    def proof(self, parcel: Shipment) -> Fact | None:
        """The kind of proof of delivery, as a code."""
        proof = parcel.proof_of_delivery
        if proof is None or proof.kind == "none":
            return None
        return self._of(parcel, "proof_of_delivery.kind", FactKind.CODE, f"proof.{proof.kind}")

    def claim_since(self, parcel: Shipment) -> Fact | None:
        """Since when an investigation is open."""
        opened = parcel.claim_opened_at
        return self.day(f"shipments[{parcel.shipment_id}].claim_opened_at", opened, Source.CARRIER) if opened else None

    def supply_estimate(self, line_ids: tuple[str, ...]) -> Fact | None:
        """The supplier's date for lines, an estimate that may change; the supplier is never named."""
        skus = {line.sku for line_id in line_ids if (line := self.context.line(line_id))}
        rows = tuple(row for row in self.context.supply if row.sku in skus and row.state != "received")
        expected = expected_supply(rows, self.context.now)
        if expected is None or expected.eta is None:
            return None
        return self.day(f"supply[{expected.po_id}].eta", expected.eta, Source.SUPPLIER)

    def substitute(self, line: OrderLine, sku: str) -> dict[str, Fact] | None:
        """Title and price difference of a substitute that the catalog knows."""
        item = self.context.catalog_item(sku)
        if item is None:
            return None
        facts = {"title": self._fact(f"catalog[{sku}].title", FactKind.TITLE, plain(item.title, 120) or sku, Source.OMS)}
        difference = item.unit_price - line.unit_price
        if difference:
            facts["difference"] = self.money(f"catalog[{sku}].unit_price", abs(difference), Source.OMS)
        return facts

    def refunded(self) -> Fact | None:
        """The amount refunded so far."""
        amount = self.order.payment.refunded_amount
        return self.money("order.payment.refunded_amount", amount, Source.OMS) if amount else None

    def new_address(self, address: Address) -> Fact:
        """The own new delivery address."""
        parts = (address.name, address.line1, address.line2, f"{address.postal_code} {address.city}".strip(), address.region)
        text = plain(", ".join(part for part in parts if part), 200)
        return self._fact("order.ship_to", FactKind.ADDRESS, text, Source.OMS)

    def _of(self, parcel: Shipment, field: str, kind: FactKind, value: str) -> Fact:
        return self._fact(f"shipments[{parcel.shipment_id}].{field}", kind, value, Source.CARRIER)
