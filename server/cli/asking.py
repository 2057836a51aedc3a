"""Asking the embedded service one message, in a house that may be kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.arrivals import MessageArrived
from graph.facts import World
from graph.policy import Policy
from server.cli.loading import load_once
from server.cli.own_words import words_or_refuse
from server.cli.page import console_for, page
from server.cli.stage import house_at, play
from server.replay.results import result_of
from server.timeline import ArrivalStory
from server.wiring import House


@dataclass(frozen=True)
class Answered:
    """What came of a message."""

    story: ArrivalStory
    result: dict[str, Any]
    """The result of the scenario contract."""
    is_new: bool
    interrupted: int
    """Earlier messages of this house that had been interrupted."""


async def asked(message: MessageArrived, facts: World, policy: Policy, folder: Path) -> Answered:
    """Put the message to a house in this folder and read what came of it."""
    async with house_at(message.at, policy, folder) as (house, clock):
        load_once(house, facts)
        is_new = house.inbox.state(message.arrival_id) is None
        interrupted = _waiting(house, message.arrival_id)
        story = await play(house, clock, message)
        result = result_of(house.connection, message.ticket_id, 0, "message", (message.arrival_id,), 0.0)
    return Answered(story, result, is_new, interrupted)


def show(answered: Answered, *, as_json: bool, plain: bool) -> None:
    """Print the answer with its evidence, or the bare result."""
    if as_json:
        print(json.dumps(answered.result, ensure_ascii=False, indent=2))
        return
    console = console_for(plain=plain)
    console.print(page(answered.story, words_or_refuse(), console.width))


def _waiting(house: House, arrival_id: str) -> int:
    sql = "select count(*) from arrivals where state in ('waiting', 'working') and root_arrival_id != ?"
    return int(house.connection.execute(sql, (arrival_id,)).fetchone()[0])
