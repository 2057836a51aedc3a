"""One story in one house, whose systems and helpdesk are a served world that a test can disturb."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.arrivals import MessageArrived
from graph.case import ActionRecord
from graph.facts import World
from graph.labels import Mode
from server.delivery import carry_post
from server.policy_file import read_policy
from server.time_and_ids import SetClock
from server.wiring import House, build, connected, furnish
from server.worker import drain
from tests.connectors.scripted import until_given_up
from tests.connectors.served import Street
from tests.replay.playing import story_of
from tools.embedded.store import EmbeddedStore

Answer = Callable[[str, bytes], Response | None]
DELIVERIES = "/helpdesk/deliveries"


@dataclass
class Disturbed:
    """A shop in front of which a test may stand: it listens, loses answers, and answers itself."""

    app: ASGIApp
    asked: list[tuple[str, str]] = field(default_factory=list)
    lost: set[tuple[str, str]] = field(default_factory=set)
    helpdesk: Answer | None = None
    """What the helpdesk says instead of itself; None from it lets a delivery through."""
    silent: bool = False
    """The helpdesk takes deliveries and never answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or not."""
        one = (scope["method"], scope["path"])
        self.asked.append(one)
        if one in self.lost:
            self.lost.discard(one)
            await self.app(scope, receive, _nowhere)
            await _error(scope, receive, send)
            return
        if self.silent and scope["path"] == DELIVERIES:
            await Request(scope, receive).body()
            await until_given_up(receive)
            return
        if self.helpdesk is not None and scope["path"] == DELIVERIES:
            body = await Request(scope, receive).body()
            answer = self.helpdesk(dict(Request(scope).headers)["webhook-id"], body)
            if answer is not None:
                await answer(scope, receive, send)
                return
            receive = _again(body)
        await self.app(scope, receive, send)


async def _nowhere(message: Message) -> None:
    """Where an answer goes that is lost."""


async def _error(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=502)(scope, receive, send)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class Shop:
    """The house and the disturbed shop."""

    def __init__(self, house: House, world: EmbeddedStore, clock: SetClock, front: Disturbed, story: dict[str, Any]) -> None:
        self.house = house
        self.world = world
        self.clock = clock
        self.front = front
        self.story = story
        self._written = 0

    async def work(self) -> None:
        """Everything that can be done now."""
        await drain(self.house, "tests")

    async def customer_writes(self, **fields: Any) -> None:
        """The customer of the story writes, and the house works."""
        self.keeps_message(**fields)
        await self.work()

    def keeps_message(self, **fields: Any) -> None:
        """A message of the customer is in the inbox."""
        self._written += 1
        told = {key: value for key, value in self.story["steps"][0].items() if key not in {"kind", "expect", "at"}}
        message = {**told, "mode": Mode.LIVE, "at": self.clock.now(), "arrival_id": f"m{self._written}", **fields}
        self.house.inbox.put(MessageArrived.model_validate(message))

    def waits(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Time passes."""
        self.clock.set(self.clock.now() + timedelta(minutes=minutes, seconds=seconds))

    def loses_next_answer_of(self, method: str, path: str) -> None:
        """The shop does what it is asked for, and its answer gets lost."""
        self.front.lost.add((method, path))

    async def carry(self) -> None:
        """One more round of the postman."""
        await carry_post(self.house, "tests")

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the shop was asked."""
        return self.front.asked

    @property
    def performed(self) -> int:
        """How many actions the shop has performed."""
        with self.world.transaction() as db:
            return int(db.execute("select count(*) from performed").fetchone()[0])

    @property
    def received(self) -> list[dict[str, Any]]:
        """What the helpdesk received, each once."""
        app: Any = self.front.app
        return list(app.state.received.values())

    def replies(self) -> list[str]:
        """The texts that customers got."""
        return [contact.text for contact in self.world.world().contacts if contact.author == "automation"]

    def actions(self) -> list[str]:
        """How our actions stand."""
        rows = self.house.connection.execute("select body from personal where kind = 'action' order by rowid").fetchall()
        return [ActionRecord.model_validate_json(body).status for (body,) in rows]

    def outbox(self) -> list[tuple[str, str, int]]:
        """Kind, state and failed attempts of every effect."""
        return [tuple(row) for row in self.house.connection.execute("select kind, state, attempts from outbox order by seq").fetchall()]


@asynccontextmanager
async def shop_of(scenario_id: str, shops: Street, folder: Path | None = None, **policy: Any) -> AsyncIterator[Shop]:
    """The house of a story with its disturbed shop, closed at the end."""
    story, rules = story_of(scenario_id), read_policy(None)
    clock = SetClock(datetime.fromisoformat(story["steps"][0]["at"]))
    furnishing = furnish(rules.model_copy(update=policy), patience=5.0)
    world = EmbeddedStore.open(":memory:")
    world.load(World.model_validate_json(json.dumps(story["world"])))
    wires = shops.open(world)
    number = str(len(shops.shops) - 1)
    shops.shops[number] = front = Disturbed(shops.shops[number])
    house = connected(build(folder, furnishing, clock), wires)
    try:
        yield Shop(house, world, clock, front, story)
    finally:
        await house.hang_up()
        house.close()
        world.close()
        furnishing.close()
