"""A house whose reviewers sit in a local Slack: customers write, reviewers press, submit and reply over signed requests."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from slack_sdk.signature import SignatureVerifier

from checkpoints.storage import SqliteFolder, Storages
from graph.arrivals import MessageArrived
from graph.case import EscalationRecord
from graph.facts import World
from graph.labels import Mode
from graph.policy import Policy
from server.replay.runner import PATIENCE
from server.slack.settings import Links, SlackSettings
from server.slack.station import Station, station
from server.slack.web import create_app
from server.time_and_ids import SetClock
from server.wiring import Furnishing, build, furnish
from tests.replay.playing import story_of
from tests.slack.local_slack import APP_TOKEN, SECRET, TOKEN, Json, LocalSlack, texts_of

LINKS = Links(base_url="https://wismo.example")
_numbers = itertools.count(1)


class WallClock:
    """The clock of back-off, caches and dead processes; stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Workplace:
    """One story, one house, one Slack."""

    def __init__(self, scenario_id: str, folder: Path, furnishing: Furnishing, slack: LocalSlack) -> None:
        self.story = story_of(scenario_id)
        self.slack = slack
        self.wall = WallClock()
        self.clock = SetClock(self.message().at)
        self._folder, self._furnishing = folder, furnishing
        self.station = self.open()
        self.station.house.world.load(World.model_validate(self.story["world"]))
        self.http = self._connected()

    def open(self) -> Station:
        """A process on the database of this place."""
        house = build(self._folder, self._furnishing, self.clock, wall=self.wall)
        settings = SlackSettings(TOKEN, SECRET, APP_TOKEN, self.slack.api_url)
        return station(house, settings, LINKS, wall=self.wall)

    async def start_anew(self) -> None:
        """The process dies, and a minute later another one takes its place."""
        self.station.house.close()
        await self.http.aclose()
        self.wall.seconds += 90
        self.station = self.open()
        self.http = self._connected()

    async def close(self) -> None:
        """Close everything."""
        await self.http.aclose()
        self.station.house.close()

    async def work(self) -> None:
        """The worker does everything that can be done."""
        await self.station.shift.work()

    async def customer_writes(self, step: int = 0, **fields: Any) -> None:
        """The customer of the story writes, and everything that follows is done."""
        message = self.message(step, **fields)
        self.clock.set(message.at)
        self.station.house.inbox.put(message)
        await self.work()

    def message(self, step: int = 0, **fields: Any) -> MessageArrived:
        """A message of the story."""
        told = {key: value for key, value in self.story["steps"][step].items() if key not in {"kind", "expect"}}
        return MessageArrived.model_validate({"mode": Mode.LIVE, "arrival_id": f"m{step}", **told, **fields})

    async def press(self, button: str, user: str, *, root: Json | None = None, action_ts: str | None = None) -> httpx.Response:
        """A button of the root message is pressed."""
        message = root or self.root
        action = {"type": "button", "action_id": f"wismo:{button}", "block_id": "decide", "value": self.review.escalation_id}
        body = {
            **_who(user, "block_actions"),
            "trigger_id": f"trigger.{next(_numbers)}",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "channel": {"id": message["channel"]},
            "actions": [action | {"action_ts": action_ts or f"17.{next(_numbers)}"}],
        }
        return await self.send(f"payload={quote(json.dumps(body))}", form=True)

    async def modal_for(self, button: str, user: str, **more: Any) -> Json:
        """The modal that a button opens."""
        known = len(self.slack.views)
        assert (await self.press(button, user, **more)).status_code == 200
        await self.slack.until(lambda: len(self.slack.views) > known)
        return self.slack.views[-1]

    async def submit(self, view: Json, user: str, **values: str) -> httpx.Response:
        """A modal is submitted; the worker is not waited for."""
        return await self.send(f"payload={quote(json.dumps(submission(view, user, **values)))}", form=True)

    async def reply(self, text: str, user: str, *, root: Json | None = None, **event: Any) -> httpx.Response:
        """Somebody writes in the thread."""
        return await self.send(json.dumps(self.reply_event(text, user, root=root, **event)))

    def reply_event(self, text: str, user: str, *, root: Json | None = None, **event: Any) -> Json:
        """The event of a message in the thread."""
        message = root or self.root
        told = {"type": "message", "channel": message["channel"], "user": user, "text": text, "ts": self.slack.next_ts(), "thread_ts": message["ts"]}
        return event_callback({**told, **event})

    async def send(self, body: str, *, form: bool = False, age: int = 0, secret: str = SECRET, **headers: str) -> httpx.Response:
        """A signed request of Slack."""
        stamp = str(int(time.time()) - age)
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        signed = {"content-type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or "", **headers}
        return await self.http.post("/slack/events", content=body, headers=signed)

    @property
    def root(self) -> Json:
        """The newest root message."""
        return self.slack.roots()[-1]

    @property
    def review(self) -> EscalationRecord:
        """The review, as the store has it."""
        [body] = self.station.house.connection.execute("select body from personal where kind = 'escalation'").fetchone()
        return EscalationRecord.model_validate_json(body)

    @property
    def executed(self) -> list[str]:
        """The keys of the receipts in the backends."""
        with self.station.house.world.transaction() as db:
            return [key for (key,) in db.execute("select key from performed order by key")]

    @property
    def said(self) -> list[str]:
        """What our automation told the customer."""
        return [contact.text for contact in self.station.house.world.world().contacts if contact.author == "automation"]

    def reasons(self) -> list[str]:
        """What came of the decisions."""
        sql = "select json_extract(doc, '$.reason') from runs where json_extract(doc, '$.kind') = 'decision' order by seq"
        return [row[0] for row in self.station.house.connection.execute(sql)]

    def _connected(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=create_app(self.station))
        return httpx.AsyncClient(transport=transport, base_url="http://wismo.example")


def submission(view: Json, user: str, **values: str) -> Json:
    """The payload of a submitted modal; blocks that were not filled in have their initial values."""
    state = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            name = {"users_select": "selected_user", "datepicker": "selected_date"}.get(element["type"], "value")
            state[block["block_id"]] = {"value": {"type": element["type"], name: values.get(block["block_id"], element.get("initial_value"))}}
    assert set(values) <= set(state)
    return {**_who(user, "view_submission"), "view": {**view, "state": {"values": state}}}


def event_callback(event: Json, event_id: str | None = None) -> Json:
    """An event as Slack sends it."""
    own = event_id or f"Ev{next(_numbers)}"
    seen_by = [{"team_id": "T1", "user_id": "UBOT00001", "is_bot": True}]
    return {"type": "event_callback", "token": "x", "team_id": "T1", "api_app_id": "A1", "event_id": own, "authorizations": seen_by, "event": event}


def shown(message: Json) -> str:
    """Everything that can be read in a message."""
    return "\n".join(texts_of(message["blocks"]))


def buttons(message: Json) -> list[str]:
    """The buttons of a message."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["action_id"].removeprefix("wismo:") for elements in rows for element in elements]


def _who(user: str, kind: str) -> Json:
    return {"type": kind, "api_app_id": "A1", "token": "x", "team": {"id": "T1"}, "user": {"id": user, "team_id": "T1"}}


@asynccontextmanager
async def workplace(scenario_id: str, folder: Path, slack: LocalSlack, policy: Policy, storages: Storages = SqliteFolder) -> AsyncIterator[Workplace]:
    """A place to work, closed at the end."""
    furnishing = furnish(policy, storages=storages, patience=PATIENCE)
    place = Workplace(scenario_id, folder, furnishing, slack)
    try:
        yield place
    finally:
        await place.close()
        furnishing.close()
