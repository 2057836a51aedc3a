"""The demo shop on a stage: its world, its stories, and a house to play them in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checkpoints.inbox import ARRIVAL
from checkpoints.storage import SqliteFolder
from graph.arrivals import Arrival
from graph.facts import Patch, World
from graph.labels import ActionStatus, Channel, Mode
from graph.policy import Policy
from nodes.communications.subgraph import forbidden_texts
from server.cli.furnishing import furnished
from server.cli.storing import kept_in
from server.cli.wires import build_or_refuse
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.timeline import ArrivalStory, arrival_story
from server.wiring import House
from server.worker import drain
from tools.demo import demo_stories, demo_world

OWNER = "wismo"


@dataclass(frozen=True)
class DemoStory:
    """One arrival of the demo (a customer's message, a reviewer's answer, a backend's event), and what must come out."""

    story_id: str
    title: str
    shows: str
    arrival: Arrival
    expect: dict[str, Any]
    of: str | None = None
    """The story that it continues."""
    patch: Patch | None = None
    """What became true in the backends before it."""

    def belongs_to(self, story_id: str) -> bool:
        """Whether it is that story, or continues it."""
        return story_id in (self.story_id, self.of)


def demo_time() -> datetime:
    """The moment at which the demo shop stands."""
    return datetime.fromisoformat(demo_stories()["at"])


def the_demo_world() -> World:
    """The facts of the demo shop."""
    return World.model_validate_json(json.dumps(demo_world()))


def the_demo_stories() -> tuple[DemoStory, ...]:
    """All stories, in the order in which they are played."""
    return tuple(_story(row) for row in demo_stories()["stories"])


def _story(row: dict[str, Any]) -> DemoStory:
    told = {"id", "title", "shows", "expect", "of", "patch"}
    fields = {"kind": "message", "arrival_id": row["id"], "mode": Mode.LIVE, **{name: value for name, value in row.items() if name not in told}}
    patch = Patch.model_validate_json(json.dumps(row["patch"])) if "patch" in row else None
    return DemoStory(row["id"], row["title"], row["shows"], ARRIVAL.validate_json(json.dumps(fields)), row["expect"], row.get("of"), patch)


@asynccontextmanager
async def house_at(now: datetime, policy: Policy, folder: Path | None = None) -> AsyncIterator[tuple[House, SetClock]]:
    """A house in a folder (on the shop's systems, where they are connected) or in memory, closed at the end; its clock stands where it is set."""
    clock = SetClock(now)
    with kept_in() if folder else nullcontext(SqliteFolder) as storages:
        furnishing = furnished(policy, folder, storages, embedded_patience=PATIENCE)
        with closing(furnishing), closing(build_or_refuse(folder, furnishing, clock)) as house:
            try:
                yield house, clock
            finally:
                await house.hang_up()


async def play(house: House, clock: SetClock, arrival: Arrival, patch: Patch | None = None) -> ArrivalStory:
    """Put an arrival into the inbox, work until nothing waits, and read what came of it."""
    clock.set(arrival.at)
    if patch is not None:
        house.world.patch(patch)
    house.inbox.put(arrival)
    await drain(house, OWNER)
    return arrival_story(house.connection, arrival.arrival_id)


def differences(story: DemoStory, told: ArrivalStory) -> tuple[str, ...]:
    """Where what happened is not what the story promises."""
    run = told.runs[0].record
    executed = [acted.record.wanted.action.value for acted in told.acted if acted.record.status == ActionStatus.EXECUTED]
    happened: dict[str, Any] = {
        "disposition": run.disposition.value,
        "condition": run.condition.value if run.condition else None,
        "handler": run.handler.value,
        "triggers": [trigger.value for trigger in run.triggers],
        "executed": executed,
    }
    wrong = {name: wanted for name, wanted in story.expect.items() if happened[name] != wanted}
    return tuple(f"{name} is {happened[name]!r}, not {wanted!r}" for name, wanted in wrong.items())


@dataclass(frozen=True)
class Secrets:
    """Internal texts that the service knew while it answered, and those of them that a customer read."""

    known: tuple[str, ...]
    leaked: tuple[str, ...]


def secrets_of(told: tuple[ArrivalStory, ...]) -> Secrets:
    """Notes, supplier names and private messages of all stories, looked for in every text to a customer."""
    known = dict.fromkeys(text for story in told for run in story.runs for text in forbidden_texts(run.context))
    texts = "\n".join(said.message.text for story in told for said in story.said).casefold()
    return Secrets(tuple(known), tuple(text for text in known if text.casefold() in texts))


def channel_of(name: str) -> Channel:
    """The channel of that name. Raises `ValueError` for any other."""
    return Channel(name)
