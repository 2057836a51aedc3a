"""Makes the databases of a release in which reviews sleep: `python -m tests.checkpoints_released.make_golden v1`.

Run once, with the code of that release, and committed; a released folder is never made again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from graph.arrivals import DecisionArrived, MessageArrived, TimerArrived
from graph.facts import World
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import SetClock
from server.wiring import House, build, furnish
from server.worker import drain
from tests.doors.shop import NOW, Scene, item, scan

HERE = Path(__file__).parent
FILES = ("wismo.sqlite", "world.sqlite", "checkpoints.sqlite")
REQUESTS = {
    "1": "please cancel order {}",
    "2": "order {} is lost, please refund it",
    "3": "order {} is lost, please send another one",
    "4": "please cancel order {}",
    "5": "please cancel order {}",
}


def scene() -> Scene:
    """Five customers with one order each."""
    made = Scene()
    for number in REQUESTS:
        made.customer(f"G-{number}", f"Golden {number}", f"golden{number}@mailbox.example")
    for number in ("1", "4", "5"):
        made.order(f"710{number}", item("Desk Lamp", "300.00"), customer=f"G-{number}").task().reserved()
    made.order("7102", item("Oak Shelf", "60.00"), customer="G-2").sent(scan("lost")).stock("OAK-SHELF", 0)
    made.order("7103", item("Gold Watch", "160.00"), customer="G-3").sent(scan("lost"), tracking_number="1ZGOLD3").stock("GOLD-WATCH")
    return made.stock()


def message(number: str) -> MessageArrived:
    """The customer's request."""
    fields = {"arrival_id": f"golden-{number}", "at": NOW, "mode": "live", "channel": "email", "ticket_id": f"TG-{number}"}
    text = REQUESTS[number].format(f"710{number}")
    return MessageArrived.model_validate({**fields, "from_email": f"golden{number}@mailbox.example", "text": text})


async def fill(house: House) -> None:
    """1 open, 2 reminded, 3 expired, 4 taken over, 5 asked again after requested changes."""
    for number in REQUESTS:
        house.inbox.put(message(number))
    await drain(house, "golden")
    rows = house.connection.execute("select escalation_id, json_extract(doc, '$.order_id') from escalations join cases using (case_id)")
    reviews = {order_id: escalation_id for escalation_id, order_id in rows}
    for number, verb in (("4", "manual_takeover"), ("5", "request_changes")):
        fields = {"arrival_id": f"golden-{number}-{verb}", "at": NOW, "mode": "live", "order_id": f"O-710{number}", "reviewer": "U0CXLEAD"}
        house.inbox.put(DecisionArrived.model_validate({**fields, "decision": verb, "rationale": "Once more."}))
    for number, what in (("2", "reminder"), ("3", "reminder"), ("3", "expiry")):
        escalation_id = reviews[f"O-710{number}"]
        fields = {"arrival_id": f"timer:{what}:{escalation_id}", "at": NOW + timedelta(hours=4), "mode": "live"}
        house.inbox.put(TimerArrived.model_validate({**fields, "what": what, "escalation_id": escalation_id}))
    await drain(house, "golden")


def make(folder: Path) -> None:
    """The three files, in one piece each."""
    folder.mkdir(exist_ok=True)
    furnishing = furnish(read_policy(None), folder=folder, patience=PATIENCE)
    house = build(folder, furnishing, SetClock(NOW))
    house.world.load(World.model_validate(scene().world))
    asyncio.run(fill(house))
    house.close()
    furnishing.close()
    for name in FILES:
        with closing(sqlite3.connect(folder / name)) as connection:
            connection.execute("pragma journal_mode = delete")
            connection.execute("pragma page_size = 1024")
            connection.execute("vacuum")


if __name__ == "__main__":
    make(HERE / sys.argv[1])
