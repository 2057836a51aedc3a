"""Small worlds for the rules: an order, what six systems say about it, and how the rules judge it.

`NOW` is a Wednesday noon in UTC, inside business hours.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from graph.calendar import BusinessCalendar
from graph.context import Knowledge, OrderContext, Remedy, SystemAnswer
from graph.facts import (
    Address,
    Allocation,
    CatalogItem,
    Contact,
    Customer,
    Fulfillment,
    Hold,
    InventoryLevel,
    LineQuantity,
    Order,
    OrderLine,
    Payment,
    ProofOfDelivery,
    Shipment,
    SupplyLine,
    TrackingEvent,
)
from graph.gates import judge
from graph.gates.verdict import Bench, Verdict, Wanted
from graph.labels import Action, Condition, System, Trigger
from graph.policy import Policy
from graph.rules.conditions import assess
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.triggers import Circumstances, fire_triggers

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
INSTANT = timedelta(seconds=1)

DEFAULTS: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "server" / "policies" / "default.toml").read_text("utf-8"))
POLICY = Policy.model_validate(DEFAULTS)

Part = str | tuple[str, int]


def policy_with(**tables: dict[str, Any]) -> Policy:
    """The default policy with some keys of some tables changed."""
    changed = {name: {**DEFAULTS.get(name, {}), **keys} for name, keys in tables.items()}
    return Policy.model_validate({**DEFAULTS, **changed})


def calendar_of(policy: Policy = POLICY, *holidays: date) -> BusinessCalendar:
    """The team's calendar, with public holidays as given."""
    return BusinessCalendar(policy, frozenset(holidays).__contains__)


def ago(hours: float = 0, **more: float) -> datetime:
    return NOW - timedelta(hours=hours, **more)


def ahead(hours: float = 0, **more: float) -> datetime:
    return NOW + timedelta(hours=hours, **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def line(line_id: str = "L1", price: str = "50.00", **more: Any) -> OrderLine:
    fields = {"sku": f"SKU-{line_id}", "title": f"Item {line_id}", **more}
    return OrderLine(line_id=line_id, unit_price=Decimal(price), **fields)


ADDRESS = Address(line1="2210 W Addison St", city="Chicago", region="IL", postal_code="60618")
ELSEWHERE = Address(line1="500 Cargo Way", city="Newark", region="NJ", postal_code="07114")


def order(*lines: OrderLine, **more: Any) -> Order:
    """An order of yesterday, to be shipped within two days; its total is the sum of its lines."""
    chosen = lines or (line(),)
    fields: dict[str, Any] = {
        "status": "processing",
        "placed_at": ago(24),
        "updated_at": ago(24),
        "ship_by": ahead(48),
        "total": sum((each.unit_price * each.quantity for each in chosen), Decimal(0)),
        **more,
    }
    return Order(order_id="O-1", order_number="1042", customer_id="C-1", ship_to=ADDRESS, lines=chosen, **fields)


def hold(kind: str, **more: Any) -> Hold:
    return Hold.model_validate({"kind": kind, "placed_at": ago(20), **more})


def paid(state: str, refunded: str = "0") -> Payment:
    return Payment.model_validate({"state": state, "refunded_amount": refunded})


def _pieces(parts: tuple[Part, ...]) -> tuple[LineQuantity, ...]:
    named = [(part, 1) if isinstance(part, str) else part for part in parts or ("L1",)]
    return tuple(LineQuantity(line_id=line_id, quantity=quantity) for line_id, quantity in named)


def task(*parts: Part, state: str = "not_started", number: int = 1, **more: Any) -> Fulfillment:
    fields = {"updated_at": ago(20), **more}
    return Fulfillment.model_validate(
        {"fulfillment_id": f"F-{number}", "order_id": "O-1", "warehouse": "DFW1", "lines": _pieces(parts), "state": state, **fields}
    )


def scan(status: str, hours_ago: float = 5, **more: Any) -> TrackingEvent:
    return TrackingEvent.model_validate({"at": ago(hours_ago), "status": status, **more})


def parcel(*parts: Part, scans: tuple[TrackingEvent, ...] = (), number: int = 1, **more: Any) -> Shipment:
    fields = {"carrier": "UPS", "label_created_at": ago(30), **more}
    return Shipment(shipment_id=f"S-{number}", order_id="O-1", lines=_pieces(parts), tracking_number=f"1Z99900{number}", events=scans, **fields)


def proof(kind: str = "photo", **more: Any) -> ProofOfDelivery:
    return ProofOfDelivery.model_validate({"kind": kind, **more})


def supply(state: str, sku: str = "SKU-L1", number: int = 1, **more: Any) -> SupplyLine:
    fields = {"supplier": "Acme", "quantity": 10, "updated_at": ago(20), **more}
    return SupplyLine.model_validate({"po_id": f"PO-{number}", "sku": sku, "state": state, **fields})


def shelf(sku: str = "SKU-L1", available: int = 0, warehouse: str = "DFW1") -> InventoryLevel:
    return InventoryLevel(sku=sku, warehouse=warehouse, on_hand=available, available=available)


def reservation(state: str = "allocated", line_id: str = "L1") -> Allocation:
    return Allocation.model_validate({"order_id": "O-1", "line_id": line_id, "state": state})


def catalog_item(sku: str, price: str) -> CatalogItem:
    return CatalogItem(sku=sku, title=f"Item {sku}", unit_price=Decimal(price))


def contact(hours_ago: float = 48, *, number: int = 1, **more: Any) -> Contact:
    fields = {"ticket_id": "T-1", "order_id": "O-1", "direction": "inbound", "author": "customer", "text": "Where is it?", **more}
    return Contact.model_validate({"contact_id": f"K-{number}", "customer_id": "C-1", "at": ago(hours_ago), **fields})


def remedy(action: Action, *line_ids: str, hours_ago: float = 5) -> Remedy:
    return Remedy(action=action, line_ids=line_ids or ("L1",), executed_at=ago(hours_ago))


def customer(**more: Any) -> Customer:
    return Customer(customer_id="C-1", name="Ava Lindqvist", emails=("ava@mailbox.example",), **more)


def context(
    an_order: Order | None = None,
    *,
    unknown: tuple[System, ...] = (),
    not_connected: tuple[System, ...] = (),
    **more: Any,
) -> OrderContext:
    """All systems answered, unless named. What a silent system would have said is for the test to leave out."""
    silent = {**dict.fromkeys(unknown, Knowledge.UNKNOWN), **dict.fromkeys(not_connected, Knowledge.NOT_CONNECTED)}
    systems = {system: SystemAnswer(knowledge=silent.get(system, Knowledge.KNOWN), as_of=NOW) for system in System}
    given = None if System.OMS in unknown else an_order or order()
    return OrderContext(**{"now": NOW, "customer": customer(), "order": given, "systems": systems, **more})


def waiting(*lines: OrderLine, state: str = "not_started", order_fields: dict[str, Any] | None = None, **more: Any) -> OrderContext:
    """Nothing shipped: every line is reserved and has its own warehouse task in the given state."""
    chosen = lines or (line(),)
    fields = {
        "fulfillments": tuple(task((each.line_id, each.quantity), state=state, number=n) for n, each in enumerate(chosen, 1)),
        "allocations": tuple(reservation(line_id=each.line_id) for each in chosen),
        **more,
    }
    return context(order(*chosen, **(order_fields or {})), **fields)


def sent(*scans: TrackingEvent, order_fields: dict[str, Any] | None = None, parcel_fields: dict[str, Any] | None = None, **more: Any) -> OrderContext:
    """One line, handed over and in one parcel with these scans; the OMS says shipped."""
    lines = more.pop("lines", (line(),))
    parts = tuple((each.line_id, each.quantity) for each in lines)
    fields = {
        "fulfillments": (task(*parts, state="handed_off"),),
        "shipments": (parcel(*parts, scans=scans, **(parcel_fields or {})),),
        **more,
    }
    return context(order(*lines, **{"status": "shipped", **(order_fields or {})}), **fields)


def delivered(**more: Any) -> OrderContext:
    """One line, delivered, and the OMS knows it."""
    return sent(scan("delivered", 10), order_fields={"status": "delivered", **more.pop("order_fields", {})}, **more)


def judged(facts: OrderContext, *, disputed: bool = False, policy: Policy = POLICY) -> Assessment:
    return assess(facts, disputed=disputed, policy=policy, calendar=calendar_of(policy))


def condition_of(facts: OrderContext, *, disputed: bool = False, policy: Policy = POLICY) -> Condition:
    return judged(facts, disputed=disputed, policy=policy).condition


def fired(facts: OrderContext, circumstances: Circumstances | None = None, *, disputed: bool = False, policy: Policy = POLICY) -> set[Trigger]:
    """The triggers that hold, as labels."""
    found = fire_triggers(facts, judged(facts, disputed=disputed, policy=policy), circumstances or Circumstances(), policy)
    return {each.trigger for each in found}


def firing(*triggers: Trigger) -> tuple[Fired, ...]:
    return tuple(Fired(trigger=trigger, because=Because(rule=trigger.value)) for trigger in triggers)


def gated(
    action: Action,
    facts: OrderContext,
    *,
    disputed: bool = False,
    policy: Policy = POLICY,
    rivals: tuple[Wanted, ...] = (),
    **wanted: Any,
) -> Verdict:
    """The verdict of an action's gate, asked for all lines and parcels unless the test names some."""
    bench = Bench(context=facts, assessment=judged(facts, disputed=disputed, policy=policy), policy=policy, rivals=rivals)
    fields = {
        "asked": True,
        "line_ids": tuple(each.line_id for each in facts.lines),
        "shipment_ids": tuple(each.shipment_id for each in facts.shipments),
        **wanted,
    }
    return judge(bench, Wanted(action=action, **fields))
