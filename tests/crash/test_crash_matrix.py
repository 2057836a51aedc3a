"""kill -9 at every durable write and at any time, under traffic: nothing accepted is lost, nothing happens twice, order is kept.

One process on SQLite, a door and two workers on PostgreSQL.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from checkpoints.crash_points import POINTS
from tests.crash.grounds import Ground
from tests.crash.service import standing_by
from tests.crash.traffic import PLAN, Traffic, write_world, wrongs
from tests.databases import Server

CUSTOMERS = 3
ACKNOWLEDGEMENTS = CUSTOMERS * len(PLAN) * 2
SOME = ("after_inbox", "inside_commit", "after_action", "before_delivery")
Opens = Callable[[str], Ground]


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest) -> Opens:
    """A place for a service, on one of the databases."""

    def opened(database: str) -> Ground:
        if database == "sqlite":
            return Ground(tmp_path)
        server: Server = request.getfixturevalue("server")
        return Ground(tmp_path, server.migrated())

    return opened


async def after(
    ground: Ground, *, seed: int, crashes: Iterable[str] = (), kills: tuple[int, ...] = (), customers: int = CUSTOMERS
) -> tuple[int, list[str]]:
    """How often a process died under the traffic, and what is wrong afterwards."""
    world = write_world(ground.folder / "world.json", customers)
    async with standing_by(ground.commands(world, crashes)) as service:
        traffic = Traffic(ground, service, customers, seed, kills)
        await traffic.flow()
    return service.deaths, wrongs(traffic)


async def test_killed_at_one_durable_write_after_the_other(ground: Opens) -> None:
    deaths, wrong = await after(ground("sqlite"), seed=1, crashes=[f"{point}:1" for point in POINTS], customers=2)
    assert (deaths >= len(POINTS) - 2, wrong) == (True, [])


async def test_workers_and_the_door_are_killed_at_some_durable_writes(ground: Opens) -> None:
    deaths, wrong = await after(ground("postgres"), seed=1, crashes=[f"{point}:1" for point in SOME], customers=2)
    assert (deaths >= len(SOME) - 1, wrong) == (True, [])


async def test_killed_from_outside(ground: Opens) -> None:
    assert await after(ground("sqlite"), seed=2, kills=(3, 17)) == (2, [])


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_without_a_crash_nothing_is_wrong(database: str, ground: Opens) -> None:
    assert await after(ground(database), seed=0, customers=12) == (0, [])


@pytest.mark.soak
@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_durable_write_whenever_it_comes(point: str, count: int, ground: Opens) -> None:
    assert await after(ground("sqlite"), seed=count, crashes=(f"{point}:{count}", f"{point}:1")) == (2, [])


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
async def test_both_workers_or_the_door_twice_are_killed_at_a_durable_write(point: str, ground: Opens) -> None:
    assert await after(ground("postgres"), seed=7, crashes=[f"{point}:1"] * 2) == (2, [])


@pytest.mark.soak
@pytest.mark.parametrize(("database", "seed"), [("sqlite", seed) for seed in range(10, 30)] + [("postgres", seed) for seed in range(30, 38)])
async def test_killed_at_any_time(database: str, seed: int, ground: Opens) -> None:
    luck = random.Random(seed)
    kills = tuple(luck.sample(range(1, 2 * ACKNOWLEDGEMENTS), 4))
    deaths, wrong = await after(ground(database), seed=seed, kills=kills, customers=2 * CUSTOMERS)
    assert (0 < deaths <= len(kills), wrong) == (True, []), "two kills close together are one death"
