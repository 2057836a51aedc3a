"""A shop with two customers who both write; one of them wants to be forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from checkpoints.storage import SqliteFolder, Storages
from checkpoints.tokens import Scope
from graph.facts import World
from graph.labels import Mode
from server.http.app import create_app
from server.http.front import Front
from server.http.settings import HttpSettings
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.shift import Shift
from server.time_and_ids import SetClock
from server.wiring import build, furnish
from tests.server_http.documented import Documented

Json = dict[str, Any]
NOW = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
EVA = {"customer_id": "C-1", "name": "Eva Grünwald-Okafor", "emails": ["Eva.Okafor@mailbox.example", "eva.private@mailbox.example"]}
ROB = {"customer_id": "C-2", "name": "Robert Lindqvist", "emails": ["rob@mailbox.example"]}
STREET = {"C-1": "17 Quillfeather Lane", "C-2": "2210 W Addison St"}
ABOUT_EVA = (
    "grünwald-okafor", "okafor@mailbox", "eva.private", "quillfeather", "+44 20 7946 0018", "my neighbour bartholomew",
    "unmistakable sentence of hers", "C-1", "O-1042", "O-1043",
)  # fmt: skip
"""What must not be found anywhere once she is forgotten."""
WORDS = "Where is my order 1042? It is an unmistakable sentence of hers. Call +44 20 7946 0018 or give it to my neighbour Bartholomew, please."


class Shop:
    """One house with its HTTP door."""

    def __init__(self, folder: Path, keys: tuple[bytes, ...] = (), storages: Storages = SqliteFolder) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.clock = folder, SetClock(NOW)
        self._furnishing = furnish(read_policy(None), folder=folder, storages=storages, patience=PATIENCE, keys=keys)
        self.house = build(folder, self._furnishing, self.clock)
        if self.house.world.is_empty():
            self.house.world.load(world())
        self._intake = storages(folder).connect(durably=True)
        self.front = Front(self.house, Shift(self.house, owner="tests"), HttpSettings(Mode.LIVE), self._intake, folder)
        app = create_app(self.front)
        self.http = httpx.AsyncClient(transport=Documented(app), base_url="http://wismo.example", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        _, text = self.front.tokens.issue("test", frozenset({Scope.ADMIN}), NOW)
        return {"authorization": f"Bearer {text}"}

    async def close(self) -> None:
        """Close everything."""
        await self.http.aclose()
        self._intake.close()
        self.house.close()
        self._furnishing.close()

    async def writes(self, message_id: str, text: str = WORDS, *, work: bool = True, **fields: Any) -> httpx.Response:
        """Somebody writes; by default Eva, logged in."""
        who = {} if "from_email" in fields else {"authenticated_customer_id": "C-1"}
        body = {"message_id": message_id, "channel": "email", "ticket_id": f"T-{message_id}", "text": text, **who, **fields}
        response = await self.http.post("/v1/messages", json=body)
        if work:
            await self.front.shift.work()
        return response

    async def event(self, event_id: str, **fields: Any) -> None:
        """A carrier says something."""
        await self.http.post("/v1/events/carrier", json={"event_id": event_id, "type": "scan", **fields})
        await self.front.shift.work()

    async def forget(self, **who: Any) -> httpx.Response:
        """An admin has somebody forgotten."""
        return await self.http.post("/v1/forget", json=who)

    async def decides(self, **fields: Any) -> None:
        """The lead of the queue answers the one review."""
        [(escalation_id,)] = self.rows("select escalation_id from escalations")
        _, token = self.front.tokens.issue("lead", frozenset({Scope.DECIDE}), NOW, reviewer="U0CXLEAD")
        headers = {"authorization": f"Bearer {token}"}
        await self.http.post(f"/v1/escalations/{escalation_id}/decisions", json={"message_id": "d1", **fields}, headers=headers)
        await self.front.shift.work()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the case store holds."""
        return [tuple(row) for row in self.house.connection.execute(sql).fetchall()]

    def raw(self) -> bytes:
        """Every byte of the data folder, in lower case: databases, journals, free pages and all."""
        return b"".join(file.read_bytes() for file in sorted(self.folder.rglob("*")) if file.is_file()).lower()

    def found(self, words: tuple[str, ...] = ABOUT_EVA) -> list[str]:
        """Those of the words that stand anywhere."""
        raw = self.raw()
        return [word for word in words if word.lower().encode() in raw]


def world() -> World:
    """Two customers with an order each, and a second one of Eva's that hangs and has to be decided on by people."""
    orders = [order("O-1042", "1042", "C-1"), order("O-1043", "1043", "C-1", total="900.00"), order("O-2001", "2001", "C-2")]
    tasks = [
        {"fulfillment_id": f"F-{one['order_id']}", "order_id": one["order_id"], "warehouse": "DFW1", "state": "not_started", "updated_at": NOW,
         "lines": [{"line_id": "L1"}]}
        for one in orders
    ]  # fmt: skip
    return World.model_validate({"customers": [EVA, ROB], "orders": orders, "fulfillments": tasks})


def order(order_id: str, number: str, customer_id: str, *, total: str = "40.00") -> Json:
    """An order that is being packed."""
    name = EVA["name"] if customer_id == "C-1" else ROB["name"]
    line = {"line_id": "L1", "sku": "LAMP", "title": "Desk Lamp", "unit_price": total}
    address = {"name": name, "line1": STREET[customer_id], "city": "Chicago", "postal_code": "60618"}
    moments = {"placed_at": NOW - timedelta(hours=3), "ship_by": NOW + timedelta(days=3)}
    named = {"order_id": order_id, "order_number": number, "customer_id": customer_id, "status": "processing", "total": total}
    return {**named, **moments, "lines": [line], "ship_to": address}


@asynccontextmanager
async def shop_in(folder: Path, *keys: bytes, storages: Storages = SqliteFolder) -> AsyncIterator[Shop]:
    """A shop in a folder, closed at the end."""
    opened = Shop(folder, keys, storages)
    try:
        yield opened
    finally:
        await opened.close()
