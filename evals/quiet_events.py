"""What an event costs that changes nothing, beside a full run on the same orders: most webhooks are such events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from evals.throughput import Story
from graph.arrivals import Arrival, EventArrived, MessageArrived
from graph.facts import World
from graph.labels import Disposition, Mode, Reason
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import Furnishing, House, build, furnish
from server.worker import drain

EVENTS = 5
"""Events after each message."""


@dataclass(frozen=True)
class Quiet:
    """Events without news and full runs, each in a second of one process."""

    orders: int
    events_per_second: float
    runs_per_second: float

    @property
    def share(self) -> float:
        """What such an event costs, as a share of a full run."""
        return self.runs_per_second / self.events_per_second


def quiet_events(stories: Sequence[Story], folder: Path) -> Quiet:
    """Answer the first message of each story, then let events come in after which the customer knows all there is to know."""
    folder.mkdir()
    furnishing = furnish(read_policy(None), folder=folder, patience=PATIENCE)
    try:
        asked = [story for story in stories if _order_asked_about(story) is not None]
        timed = [_measured(story, folder / f"{number}", furnishing) for number, story in enumerate((asked[0], *asked))][1:]
    finally:
        furnishing.close()
    events = [seconds for _, quiet in timed for seconds in quiet]
    runs = [run for run, quiet in timed if quiet]
    return Quiet(len(runs), len(events) / sum(events), len(runs) / sum(runs))


def _order_asked_about(story: Story) -> str | None:
    """The order of a story that begins with a message; none where a system fails, which costs its time."""
    first = story["steps"][0]
    if first["kind"] != "message" or story["world"].get("faults"):
        return None
    order_id: str | None = (first.get("expect") or {}).get("order_id")
    return order_id


def _measured(story: Story, folder: Path, furnishing: Furnishing) -> tuple[float, list[float]]:
    """Seconds of the run of the message, and of each event that came to nothing new."""
    folder.mkdir()
    clock = SetClock(_message(story).at)
    house = build(folder, furnishing, clock)
    try:
        house.world.load(World.model_validate(story["world"]))
        return asyncio.run(_timed(story, house, clock))
    finally:
        house.close()


async def _timed(story: Story, house: House, clock: SetClock) -> tuple[float, list[float]]:
    message = _message(story)
    run, quiet = await _seconds(house, message), []
    for event in _events(message, _order_asked_about(story)):
        clock.set(event.at)
        seconds = await _seconds(house, event)
        if _is_quiet(house, event):
            quiet.append(seconds)
    return run, quiet


async def _seconds(house: House, arrival: Arrival) -> float:
    house.inbox.put(arrival)
    started = time.perf_counter()
    await drain(house, "bench", among=(arrival.arrival_id,))
    return time.perf_counter() - started


def _message(story: Story) -> MessageArrived:
    told = {key: value for key, value in story["steps"][0].items() if key not in {"kind", "expect"}}
    return MessageArrived.model_validate({**told, "arrival_id": story["scenario_id"], "mode": Mode.LIVE})


def _events(message: MessageArrived, order_id: str | None) -> Iterator[EventArrived]:
    for number in range(EVENTS):
        at = message.at + timedelta(minutes=number + 1)
        name = f"{message.arrival_id}-{number}"
        fields = {"arrival_id": name, "event_id": name, "at": at, "occurred_at": at, "mode": Mode.LIVE, "source": "oms", "type": "order.updated"}
        yield EventArrived.model_validate({**fields, "order_id": order_id})


def _is_quiet(house: House, event: EventArrived) -> bool:
    sql = "select json_extract(doc, '$.disposition'), json_extract(doc, '$.reason') from runs where arrival_id = ?"
    row = house.connection.execute(sql, (event.arrival_id,)).fetchone()
    return tuple(row) == (Disposition.SUPPRESS, Reason.NO_CHANGE)
