"""kill -9 of `wismo serve` at every durable write and at any time, under traffic: nothing accepted is lost, nothing happens twice, order is kept."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from checkpoints.crash_points import POINTS
from tests.crash.service import standing_by
from tests.crash.traffic import PLAN, Traffic, write_world, wrongs

CUSTOMERS = 3
ACKNOWLEDGEMENTS = CUSTOMERS * len(PLAN) * 2


async def after(
    folder: Path, *, seed: int, crashes: Iterable[str] = (), kills: tuple[int, ...] = (), customers: int = CUSTOMERS
) -> tuple[int, list[str]]:
    """How often the service died under the traffic, and what is wrong afterwards."""
    world = write_world(folder / "world.json", customers)
    async with standing_by(folder / "data", world, crashes) as service:
        traffic = Traffic(folder / "data", service, customers, seed, kills)
        await traffic.flow()
    return service.deaths, wrongs(traffic)


async def test_killed_at_one_durable_write_after_the_other(tmp_path: Path) -> None:
    deaths, wrong = await after(tmp_path, seed=1, crashes=[f"{point}:1" for point in POINTS], customers=2)
    assert (deaths >= len(POINTS) - 2, wrong) == (True, [])


async def test_killed_from_outside(tmp_path: Path) -> None:
    assert await after(tmp_path, seed=2, kills=(3, 17)) == (2, [])


@pytest.mark.soak
async def test_without_a_crash_nothing_is_wrong(tmp_path: Path) -> None:
    assert await after(tmp_path, seed=0, customers=12) == (0, [])


@pytest.mark.soak
@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_durable_write_whenever_it_comes(point: str, count: int, tmp_path: Path) -> None:
    assert await after(tmp_path, seed=count, crashes=(f"{point}:{count}", f"{point}:1")) == (2, [])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 30))
async def test_killed_at_any_time(seed: int, tmp_path: Path) -> None:
    luck = random.Random(seed)
    kills = tuple(luck.sample(range(1, 2 * ACKNOWLEDGEMENTS), 4))
    deaths, wrong = await after(tmp_path, seed=seed, kills=kills, customers=2 * CUSTOMERS)
    assert (0 < deaths <= len(kills), wrong) == (True, []), "two kills close together are one death"
