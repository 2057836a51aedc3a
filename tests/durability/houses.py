"""Houses of one story in this process, and customers who write to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.arrivals import MessageArrived
from graph.facts import World
from graph.labels import Mode
from server.time_and_ids import SetClock
from server.wiring import Furnishing, House, build
from tests.durability.replaying import stories


class WallClock:
    """The clock of leases; stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Street:
    """One database, and as many houses (processes) on it as a test wants."""

    folder: Path
    furnishing: Furnishing
    story: dict[str, Any]
    wall: WallClock
    houses: list[House]

    @classmethod
    def of(cls, scenario_id: str, folder: Path, furnishing: Furnishing) -> Street:
        """A street in the world of a public scenario."""
        return cls(folder, furnishing, stories(scenario_id)[0], WallClock(), [])

    def house(self) -> House:
        """One more process on the same database."""
        house = build(self.folder, self.furnishing, SetClock(self.message("now").at), wall=self.wall)
        if house.world.is_empty():
            house.world.load(World.model_validate(self.story["world"]))
        self.houses.append(house)
        return house

    def message(self, arrival_id: str, step: int = 0, **fields: Any) -> MessageArrived:
        """A message of the story, with some fields replaced."""
        told = {key: value for key, value in self.story["steps"][step].items() if key not in {"kind", "expect"}}
        return MessageArrived.model_validate({"mode": Mode.LIVE, **told, **fields, "arrival_id": arrival_id})

    def close(self) -> None:
        """Close all houses."""
        for house in self.houses:
            house.close()


def rows(house: House, sql: str) -> list[tuple[Any, ...]]:
    """What the case store holds."""
    return [tuple(row) for row in house.connection.execute(sql).fetchall()]


def said(house: House) -> list[str]:
    """What our automation told customers."""
    return [contact.text for contact in house.world.world().contacts if contact.author == "automation"]


def performed(house: House) -> list[str]:
    """The keys of the receipts in the backends."""
    with house.world.transaction() as db:
        return [key for (key,) in db.execute("select key from performed order by key")]
