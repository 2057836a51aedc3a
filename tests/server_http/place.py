"""A house of one story with its HTTP door, and those who come to it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from checkpoints.storage import SqliteFolder, Storages
from checkpoints.tokens import Scope
from graph.case import EscalationRecord
from graph.deployments import Deployments
from graph.facts import Patch, World
from graph.labels import Mode
from server.http.app import create_app
from server.http.front import Front
from server.http.settings import HttpSettings
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.shift import Shift
from server.time_and_ids import SetClock
from server.wiring import build, furnish
from tests.replay.playing import story_of
from tests.server_http.documented import Documented

Json = dict[str, Any]
_numbers = itertools.count(1)


class Seconds:
    """The clock of the limiter; stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """The moment."""
        return self.now


class Place:
    """One story, one house, one door. `work()` does what can be done; nothing happens by itself."""

    def __init__(
        self, scenario_id: str, folder: Path, settings: HttpSettings, deployments: Deployments | None = None, storages: Storages = SqliteFolder
    ) -> None:
        self.story = story_of(scenario_id)
        self.clock = SetClock(datetime.fromisoformat(self.story["steps"][0]["at"]))
        self.seconds = Seconds()
        self._furnishing = furnish(read_policy(None), folder=folder, storages=storages, patience=PATIENCE, deployments=deployments)
        self.house = build(folder, self._furnishing, self.clock)
        self.house.world.load(World.model_validate(self.story["world"]))
        self._intake = storages(folder).connect(durably=True)
        self.front = Front(self.house, Shift(self.house, owner="tests"), settings, self._intake, folder, self.seconds)
        self.app = create_app(self.front)
        self.http = httpx.AsyncClient(transport=Documented(self.app), base_url="http://wismo.example")
        self._tokens: dict[tuple[str, ...], str] = {}

    async def close(self) -> None:
        """Close everything."""
        await self.http.aclose()
        self.end()

    def end(self) -> None:
        """Close the databases."""
        self._intake.close()
        self.house.close()
        self._furnishing.close()

    async def work(self) -> None:
        """The worker does everything that can be done."""
        await self.front.shift.work()

    def token(self, *scopes: str, reviewer: str | None = None) -> str:
        """A token with these scopes; the same one for the same scopes."""
        known = (*sorted(scopes), reviewer or "")
        if known not in self._tokens:
            wanted = frozenset(Scope(scope) for scope in scopes)
            self._tokens[known] = self.front.tokens.issue("test", wanted, self.clock.now(), reviewer=reviewer)[1]
        return self._tokens[known]

    async def post(self, path: str, body: Any = None, *, token: str | None = None, **more: Any) -> httpx.Response:
        """A request with a token (by default of everybody who is needed)."""
        if isinstance(body, dict):
            more["json"] = body
        return await self.http.post(path, headers=_bearer(token or self.token("intake_vouch", "events", "admin")), **more)

    async def get(self, path: str, *, token: str | None = None, **parameters: Any) -> httpx.Response:
        """A request of somebody who may read."""
        return await self.http.get(path, headers=_bearer(token or self.token("read")), params=parameters)

    def step(self, number: int = 0, **fields: Any) -> Json:
        """A step of the story as it is handed in; its patch is true before, and its time has come."""
        told = dict(self.story["steps"][number])
        if (patch := told.pop("patch", None)) is not None:
            self.house.world.patch(Patch.model_validate(patch))
        self.clock.set(datetime.fromisoformat(told["at"]))
        own = {} if told["kind"] == "event" else {"message_id": f"m{number}"}
        return {key: value for key, value in {**told, **own, **fields}.items() if key != "expect"}

    async def customer_writes(self, number: int = 0, **fields: Any) -> Json:
        """The customer of the story writes, and has the answer."""
        response = await self.post("/v1/messages", self.step(number, **fields))
        assert response.status_code == 202, response.text
        await self.work()
        answer = await self.post("/v1/messages?wait=5", self.step(number, **fields))
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def decides(self, reviewer: str, **fields: Any) -> Json:
        """A reviewer decides the one review, and is told what came of it."""
        path, token = f"/v1/escalations/{self.review.escalation_id}/decisions", self.token("decide", reviewer=reviewer)
        body = {"message_id": f"d{next(_numbers)}", **fields}
        assert (await self.post(path, body, token=token)).status_code == 202
        await self.work()
        told: Json = (await self.post(f"{path}?wait=5", body, token=token)).json()
        return told

    @property
    def review(self) -> EscalationRecord:
        """The review."""
        [record] = self.front.reviews.open_reviews() or [self._ended_review()]
        return record

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the case store holds."""
        return [tuple(row) for row in self.house.connection.execute(sql).fetchall()]

    @property
    def said(self) -> list[str]:
        """What our automation told customers."""
        return [contact.text for contact in self.house.world.world().contacts if contact.author == "automation"]

    @property
    def executed(self) -> list[str]:
        """The actions that the backends performed, by key."""
        with self.house.world.transaction() as db:
            return [key for (key,) in db.execute("select key from performed order by key")]

    def _ended_review(self) -> EscalationRecord:
        [(body,)] = self.rows("select body from personal where kind = 'escalation'")
        return EscalationRecord.model_validate_json(body)


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


@asynccontextmanager
async def place(
    scenario_id: str,
    folder: Path,
    settings: HttpSettings | None = None,
    deployments: Deployments | None = None,
    storages: Storages = SqliteFolder,
) -> AsyncIterator[Place]:
    """A place, closed at the end; live unless the settings say otherwise."""
    opened = Place(scenario_id, folder, settings or HttpSettings(Mode.LIVE), deployments, storages)
    try:
        yield opened
    finally:
        await opened.close()
