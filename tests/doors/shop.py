"""A small shop at the door: build its world, send it messages, look at what went out and what was kept.

`NOW` is a Wednesday noon in UTC, inside business hours. Worlds are plain data in the scenario contract's form.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from checkpoints.storage import SqliteFolder, Storages
from graph.arrivals import MessageArrived
from graph.case import CaseRecord, EscalationRecord, FollowUp, TicketRecord
from graph.facts import Patch, World
from server.policy_file import read_policy
from server.replay.results import result_of
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import Furnishing, build, furnish
from server.worker import drain

Json = dict[str, Any]

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
AVA = "ava@mailbox.example"
BEN = "ben@mailbox.example"

_numbers = itertools.count(1)


def ago(hours: float = 0, **more: float) -> str:
    return (NOW - timedelta(hours=hours, **more)).isoformat()


def ahead(hours: float = 0, **more: float) -> str:
    return (NOW + timedelta(hours=hours, **more)).isoformat()


def later(hours: float = 0, **more: float) -> datetime:
    return NOW + timedelta(hours=hours, **more)


def furniture(storages: Storages = SqliteFolder) -> Furnishing:
    """What all houses of a test session share."""
    return furnish(read_policy(None), storages=storages, patience=PATIENCE)


def item(title: str = "Desk Lamp", price: str = "40.00", **more: Any) -> Json:
    return {"sku": title.upper().replace(" ", "-"), "title": title, "unit_price": price, **more}


def scan(status: str, hours_ago: float = 5, **more: Any) -> Json:
    return {"at": ago(hours_ago), "status": status, **more}


class Scene:
    """A world in the making. What follows an order (task, parcel, reservation ...) belongs to that order."""

    def __init__(self, *, name: str = "Ava Lindqvist", **customer: Any) -> None:
        self.world: Json = {table: [] for table in World.model_fields if table != "faults"}
        self.world["faults"] = {}
        self.customer("C-1", name, AVA, **customer)

    def __repr__(self) -> str:
        """The rows, without empty tables: what a failing property shows."""
        return json.dumps({table: rows for table, rows in self.world.items() if rows})

    def customer(self, customer_id: str, name: str, *emails: str, **more: Any) -> Self:
        return self._add("customers", customer_id=customer_id, name=name, emails=list(emails), **more)

    def ben(self, **more: Any) -> Self:
        """Another customer, with an order 2077 of his own on its way."""
        self.customer("C-2", "Ben Okafor", BEN, **more)
        return self.order("2077", item("Oak Shelf", "75.00"), customer="C-2", status="shipped").parcel(
            scan("in_transit"), tracking_number="1ZBEN0002077"
        )

    def order(self, number: str = "1042", *lines: Json, customer: str = "C-1", **more: Any) -> Self:
        rows = [{"line_id": f"L{place}", **row} for place, row in enumerate(lines or (item(),), 1)]
        total = sum(Decimal(row["unit_price"]) * row.get("quantity", 1) for row in rows)
        fields = {
            "status": "processing",
            "placed_at": ago(24),
            "updated_at": ago(24),
            "ship_by": ahead(30),
            "total": str(total),
            "ship_to": {"line1": "2210 W Addison St", "city": "Chicago", "region": "IL", "postal_code": "60618"},
            **more,
        }
        return self._add("orders", order_id=f"O-{number}", order_number=number, customer_id=customer, lines=rows, **fields)

    def hold(self, kind: str, **more: Any) -> Self:
        self._order.setdefault("holds", []).append({"kind": kind, "placed_at": ago(20), **more})
        self._order["status"] = "on_hold"
        return self

    def task(self, state: str = "not_started", *, lines: tuple[str, ...] = (), **more: Any) -> Self:
        number = len(self.world["fulfillments"]) + 1
        fields = {"warehouse": "DFW1", "updated_at": ago(20), "lines": self._pieces(lines), **more}
        return self._add("fulfillments", fulfillment_id=f"F-{number}", order_id=self._order["order_id"], state=state, **fields)

    def parcel(self, *scans: Json, lines: tuple[str, ...] = (), **more: Any) -> Self:
        number = len(self.world["shipments"]) + 1
        fields = {
            "carrier": "UPS",
            "tracking_number": f"1Z99900{number}",
            "tracking_url": f"https://track.example/1Z99900{number}",
            "label_created_at": ago(300),
            "lines": self._pieces(lines),
            **more,
        }
        return self._add("shipments", shipment_id=f"S-{number}", order_id=self._order["order_id"], events=list(scans), **fields)

    def sent(self, *scans: Json, **more: Any) -> Self:
        """Handed over to the carrier in one parcel; the OMS knows."""
        self._order["status"] = "delivered" if scans and scans[-1]["status"] == "delivered" else "shipped"
        return self.task("handed_off").parcel(*scans, **more)

    def reserved(self, state: str = "allocated", line_id: str = "L1", **more: Any) -> Self:
        return self._add("allocations", order_id=self._order["order_id"], line_id=line_id, state=state, **more)

    def stock(self, sku: str = "DESK-LAMP", available: int = 9) -> Self:
        return self._add("inventory", sku=sku, warehouse="DFW1", on_hand=available, available=available)

    def supply(self, state: str = "delayed", sku: str = "DESK-LAMP", **more: Any) -> Self:
        number = len(self.world["supply"]) + 1
        fields = {"supplier": "Norvik Components", "quantity": 10, "updated_at": ago(20), **more}
        return self._add("supply", po_id=f"PO-{number}", sku=sku, state=state, **fields)

    def catalog(self, title: str, price: str, **more: Any) -> Self:
        return self._add("catalog", **(item(title, price) | more))

    def contact(self, hours_ago: float, *, ticket: str = "T-0", **more: Any) -> Self:
        number = len(self.world["contacts"]) + 1
        fields = {
            "customer_id": "C-1",
            "order_id": self._order["order_id"],
            "direction": "inbound",
            "author": "customer",
            "text": "Where is it?",
            **more,
        }
        return self._add("contacts", contact_id=f"K-{number}", ticket_id=ticket, at=ago(hours_ago), **fields)

    def fault(self, system: str, kind: str = "error") -> Self:
        self.world["faults"][system] = kind
        return self

    @property
    def _order(self) -> Json:
        return self.world["orders"][-1]

    def _pieces(self, lines: tuple[str, ...]) -> list[Json]:
        return [
            {"line_id": row["line_id"], "quantity": row.get("quantity", 1)} for row in self._order["lines"] if not lines or row["line_id"] in lines
        ]

    def _add(self, table: str, **row: Any) -> Self:
        self.world[table].append(row)
        return self


@dataclass(frozen=True)
class Step:
    """What one message came to, as the contract reports it."""

    shop: Shop
    root: str
    result: Json

    def __getattr__(self, name: str) -> Any:
        try:
            return self.result[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def text(self) -> str:
        """What the customer reads."""
        return "\n".join(message["text"] for message in self.visible)

    @property
    def visible(self) -> list[Json]:
        return [message for message in self.result["messages"] if message["visible"]]

    @property
    def facts(self) -> dict[str, Json]:
        """The facts cited, by field."""
        return {fact["field"]: fact for message in self.result["messages"] for fact in message["facts"]}

    @property
    def gates(self) -> dict[str, str]:
        return {row["action"]: row["gate"] for row in self.result["actions"]}

    @property
    def statuses(self) -> dict[str, str]:
        return {row["action"]: row["status"] for row in self.result["actions"]}

    @property
    def executed(self) -> list[str]:
        return [row["action"] for row in self.result["actions"] if row["status"] == "executed"]

    def checks(self, action: str) -> dict[str, str]:
        """The checks of an action's gate and their results."""
        row = next(row for row in self.result["actions"] if row["action"] == action)
        return {check["name"]: check["result"] for check in row["checks"]}

    @property
    def due(self) -> datetime | None:
        """The promised next update."""
        due = (self.result["follow_up"] or {}).get("due_at")
        return datetime.fromisoformat(due) if due else None

    @property
    def deadline(self) -> datetime:
        return datetime.fromisoformat(self.result["escalation"]["deadline"])

    @property
    def case(self) -> CaseRecord:
        """The case record as it is now."""
        return self.shop.case(self.result["case_id"])

    @property
    def resolution(self) -> str:
        """The resolution of section 9, as the case keeps it."""
        return self.case.resolution

    @property
    def review(self) -> EscalationRecord:
        """The whole review request of this step's escalation."""
        return self.shop.escalation(self.result["escalation"]["escalation_id"])

    @property
    def posts(self) -> list[Json]:
        """What this step put before reviewers."""
        return self.shop.effects("ask_reviewer", self.root)


class Shop:
    """One installation with one world. Messages come from Ava by mail, unless a test says otherwise."""

    def __init__(self, furnishing: Furnishing, scene: Scene, *, mode: str = "live", at: datetime = NOW) -> None:
        self.mode = mode
        self.clock = SetClock(at)
        self.house = build(None, furnishing, self.clock)
        self.house.world.load(World.model_validate(scene.world))
        self.name = f"door-{next(_numbers)}"
        self.steps = 0

    def hears(
        self,
        text: str,
        *,
        at: datetime = NOW,
        ticket: str = "T-1",
        channel: str = "email",
        sender: str | None = AVA,
        login: str | None = None,
        message_id: str | None = None,
        **more: Any,
    ) -> Step:
        """A customer writes; everything that follows is worked off."""
        root = message_id or f"{self.name}:{self.steps}"
        self.steps += 1
        self.clock.set(at)
        fields = {"channel": channel, "ticket_id": ticket, "from_email": sender, "authenticated_customer_id": login, "text": text, **more}
        self.house.inbox.put(MessageArrived.model_validate({"arrival_id": root, "at": at, "mode": self.mode, **fields}))
        asyncio.run(drain(self.house, "door", among=(root,)))
        return Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "message", (root,), 0.0))

    def deliver(self) -> None:
        """Whatever waits in the outbox goes out."""
        asyncio.run(drain(self.house, "door"))

    def patch(self, **tables: Any) -> None:
        """The world changes."""
        self.house.world.patch(Patch.model_validate(tables))

    def change(self, table: str, row_id: str, **fields: Any) -> None:
        """Some fields of one row change."""
        key = {"orders": "order_id", "shipments": "shipment_id", "fulfillments": "fulfillment_id"}[table]
        rows = self.now()[table]
        row = next(row for row in rows if row[key] == row_id)
        self.patch(**{table: [{**row, **fields}]})

    def now(self) -> Json:
        """The world as it is now."""
        return self.house.world.world().model_dump(mode="json")

    def close(self) -> None:
        self.house.close()

    def case(self, case_id: str) -> CaseRecord:
        return CaseRecord.model_validate_json(self._one("select doc from cases where case_id = ?", case_id))

    def cases(self) -> list[CaseRecord]:
        return [CaseRecord.model_validate_json(row[0]) for row in self.rows("select doc from cases order by rowid")]

    def ticket(self, ticket_id: str = "T-1") -> TicketRecord:
        return TicketRecord.model_validate_json(self._one("select doc from tickets where ticket_id = ?", ticket_id))

    def escalation(self, escalation_id: str) -> EscalationRecord:
        return EscalationRecord.model_validate_json(self._one("select body from personal where ref = ?", f"escalation:{escalation_id}"))

    def follow_ups(self, case_id: str | None = None) -> list[FollowUp]:
        rows = self.rows("select doc from follow_ups where case_id = coalesce(?, case_id) order by rowid", case_id)
        return [FollowUp.model_validate_json(row[0]) for row in rows]

    def effects(self, kind: str, root: str | None = None) -> list[Json]:
        """The effects of a kind in the outbox, oldest first, with their state."""
        rows = self.rows(
            "select state, outbox.why, body from outbox join runs using (run_id) join personal on ref = 'effect:' || key "
            "where outbox.kind = ? and root_arrival_id = coalesce(?, root_arrival_id) order by outbox.seq",
            kind, root,
        )  # fmt: skip
        return [{"state": row[0], "why": row[1], **json.loads(row[2])} for row in rows]

    def runs(self) -> list[Json]:
        return [json.loads(row[0]) for row in self.rows("select doc from runs order by seq")]

    def ledger(self) -> list[str]:
        """Every line of the ledger as text."""
        return [" ".join(str(value) for value in row) for row in self.rows("select * from ledger order by seq")]

    def everything(self) -> list[Any]:
        """All that is kept, to compare before and after."""
        tables = ("arrivals", "personal", "cases", "tickets", "contacts", "runs", "follow_ups", "escalations", "actions", "outbox", "ledger")
        return [self.rows(f"select * from {table} order by 1") for table in tables]

    def rows(self, sql: str, *parameters: Any) -> list[Any]:
        return self.house.connection.execute(sql, parameters).fetchall()

    def _one(self, sql: str, *parameters: Any) -> Any:
        return self.rows(sql, *parameters)[0][0]
