"""Customers, carriers and a reviewer who send everything until it is acknowledged, some of it twice; and what must have come of it."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from checkpoints.database import Database
from checkpoints.tokens import Scope, Tokens
from tests.crash.grounds import Ground
from tests.crash.service import DEADLINE, Service

Json = dict[str, Any]
PLAN = ("Where is my order {small}?", "please cancel order {small}", "please cancel order {large}, I have one already", "thanks, and order {large}?")
REVIEWER = "U0CXLEAD"


def write_world(path: Path, customers: int) -> Path:
    """A file: customers with two orders each, a small one that may be cancelled at once and one that people decide on."""
    now = datetime.now(UTC)
    orders = [
        _order(f"{size}{number}", f"C-{number}", total, now) for number in range(customers) for size, total in (("4", "40.00"), ("9", "900.00"))
    ]
    tasks = [
        {
            "fulfillment_id": f"F-{order['order_number']}", "order_id": order["order_id"], "warehouse": "DFW1", "state": "not_started",
            "updated_at": now.isoformat(), "lines": [{"line_id": "L1"}],
        }
        for order in orders
    ]  # fmt: skip
    people = [{"customer_id": f"C-{n}", "name": f"Customer Number {n}", "emails": [f"c{n}@mailbox.example"]} for n in range(customers)]
    path.write_text(json.dumps({"customers": people, "orders": orders, "fulfillments": tasks}), encoding="utf-8")
    return path


def _order(number: str, customer_id: str, total: str, now: datetime) -> Json:
    order_number = f"{int(number):04d}"
    return {
        "order_id": f"O-{order_number}", "order_number": order_number, "customer_id": customer_id, "status": "processing", "total": total,
        "placed_at": (now - timedelta(hours=1)).isoformat(), "ship_by": (now + timedelta(days=3)).isoformat(),
        "lines": [{"line_id": "L1", "sku": "LAMP", "title": "Desk Lamp", "unit_price": total}],
        "ship_to": {"line1": "2210 W Addison St", "city": "Chicago", "postal_code": "60618"},
    }  # fmt: skip


@dataclass
class Traffic:
    """Everybody who sends something."""

    ground: Ground
    service: Service
    customers: int
    seed: int
    kills: tuple[int, ...] = ()
    """After how many acknowledgements a process is killed from outside."""
    accepted: list[str] = field(default_factory=list)
    """The arrivals that were acknowledged, in that order."""
    by_customer: dict[int, list[str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the tokens in the folder before anything is served."""
        self.ground.data.mkdir(parents=True, exist_ok=True)
        with self.ground.store() as connection:
            tokens, now = Tokens(connection), datetime.now(UTC)
            self._tokens["admin"] = tokens.issue("admin", frozenset({Scope.ADMIN}), now)[1]
            self._tokens["lead"] = tokens.issue("lead", frozenset({Scope.DECIDE}), now, reviewer=REVIEWER)[1]
        self._luck = random.Random(self.seed)
        self.kills = tuple(sorted(self.kills))

    async def flow(self) -> None:
        """Everybody sends all they have, and waits until all of it is answered."""
        async with httpx.AsyncClient(timeout=DEADLINE) as http:
            await asyncio.gather(*(self._customer(http, number) for number in range(self.customers)))
            await self._decide_everything(http)

    async def _customer(self, http: httpx.AsyncClient, number: int) -> None:
        small, large = f"{int(f'4{number}'):04d}", f"{int(f'9{number}'):04d}"
        who = {"channel": "chat", "ticket_id": f"T-{number}", "authenticated_customer_id": f"C-{number}"}
        kept: list[Json] = []
        events: list[Json] = []
        for step, text in enumerate(PLAN):
            body = {"message_id": f"c{number}-m{step}", "text": text.format(small=small, large=large), **who}
            kept.append(body)
            self._note(number, await self._send(http, "/v1/messages", body))
            if self._luck.random() < 0.4:
                await self._send(http, "/v1/messages", self._luck.choice(kept))
            events.append({"event_id": f"c{number}-e{step}", "type": "order_updated", "order_id": f"O-{large}"})
            await self._send(http, "/v1/events/oms", events[-1])
        for body in kept:
            await self._answered(http, "/v1/messages", body)
        for event in events:
            await self._answered(http, "/v1/events/oms", event)

    async def _decide_everything(self, http: httpx.AsyncClient) -> None:
        """The reviewer approves what waits; every second approval is sent twice."""
        while waiting := (await self._get(http, "/v1/escalations"))["items"]:
            for review in waiting:
                path = f"/v1/escalations/{review['escalation_id']}/decisions"
                body = {"message_id": f"d-{review['escalation_id']}", "decision": "approve", "approved_action": "cancel"}
                for _ in range(1 + self._luck.randrange(2)):
                    await self._send(http, path, body, token="lead")
                await self._answered(http, path, body, token="lead")

    async def _send(self, http: httpx.AsyncClient, path: str, body: Json, *, token: str = "admin", wait: int = 0) -> Json:
        """Send it until it is acknowledged."""
        while True:
            try:
                url = await self.service.url
                response = await http.post(f"{url}{path}?wait={wait}", json=body, headers=self._headers(token))
            except httpx.TransportError:
                await asyncio.sleep(0)
                continue
            assert response.status_code in {200, 202}, response.text
            told: Json = response.json()
            self.accepted.append(told["arrival_id"])
            if self.kills and len(self.accepted) >= self.kills[0]:
                self.kills = self.kills[1:]
                self.service.kill(self._luck.randrange(6))
            return told

    async def _answered(self, http: httpx.AsyncClient, path: str, body: Json, *, token: str = "admin") -> None:
        """Wait until all is done that it leads to."""
        while "disposition" not in await self._send(http, path, body, token=token, wait=20):
            pass

    async def _get(self, http: httpx.AsyncClient, path: str) -> Json:
        while True:
            try:
                found: Json = (await http.get(f"{await self.service.url}{path}", headers=self._headers("admin"))).json()
                return found
            except httpx.TransportError:
                await asyncio.sleep(0)

    def _note(self, number: int, told: Json) -> None:
        known = self.by_customer.setdefault(number, [])
        if told["arrival_id"] not in known:
            known.append(told["arrival_id"])

    def _headers(self, token: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._tokens[token]}"}


def wrongs(traffic: Traffic) -> list[str]:
    """What is not as it must be; empty where nothing was lost and nothing happened twice."""
    with traffic.ground.store() as store, closing(sqlite3.connect(traffic.ground.data / "world.sqlite")) as shop:
        return [*_lost(traffic, store), *_out_of_order(traffic, store), *_effects(store, shop), *_acted(traffic, shop)]


def _lost(traffic: Traffic, store: Database) -> list[str]:
    states = dict(store.execute("select arrival_id, state from arrivals"))
    runs = Counter(row[0] for row in store.execute("select arrival_id from runs"))
    wrong = [f"accepted, but {states.get(one, 'lost')}: {one}" for one in set(traffic.accepted) if states.get(one) != "done"]
    wrong += [f"{runs[one]} runs of {one}" for one in set(traffic.accepted) if runs[one] != 1]
    return wrong + [f"never finished: {one}" for one, state in states.items() if state != "done"]


def _out_of_order(traffic: Traffic, store: Database) -> list[str]:
    """Messages of a customer are worked on in the order in which they were acknowledged."""
    worked = [row[0] for row in store.execute("select arrival_id from runs where json_extract(doc, '$.kind') = 'message' order by seq")]
    orders = {number: [one for one in worked if one in sent] for number, sent in traffic.by_customer.items()}
    return [f"customer {number}: {orders[number]}, not {sent}" for number, sent in traffic.by_customer.items() if orders[number] != sent]


def _effects(store: Database, shop: sqlite3.Connection) -> list[str]:
    """Every effect is delivered; a text stands once in the helpdesk, under its key."""
    wrong = [f"{state}: {key} {why}" for key, state, why in store.execute("select key, state, why from outbox where state != 'delivered'")]
    keys = Counter(row[0] for row in store.execute("select key from outbox"))
    texts = store.execute("select key, body from outbox join personal on ref = 'effect:' || key where outbox.kind = 'send_message'")
    told = Counter(key for key, body in texts if json.loads(body)["visible"])
    shown = Counter(row[0] for row in shop.execute("select contact_id from contacts where json_extract(document, '$.author') = 'automation'"))
    return (
        wrong
        + [f"effect {key} is there twice" for key, count in keys.items() if count > 1]
        + [f"told: {told - shown}, {shown - told}"] * (told != shown)
    )


def _acted(traffic: Traffic, shop: sqlite3.Connection) -> list[str]:
    """Both orders of every customer are cancelled, each once."""
    cancelled = shop.execute("select count(*) from orders where json_extract(document, '$.status') = 'cancelled'").fetchone()[0]
    performed = shop.execute("select count(*) from performed").fetchone()[0]
    wanted = 2 * traffic.customers
    return [] if (cancelled, performed) == (wanted, wanted) else [f"{cancelled} orders cancelled by {performed} actions, not {wanted}"]
