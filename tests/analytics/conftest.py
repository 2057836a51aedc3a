"""A kept installation with a day of work in it: the demo's messages, an approval and an event."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.cli.stage import demo_time, house_at, play, the_demo_stories, the_demo_world
from server.policy_file import read_policy

SINCE = ("--since", "2026-03-01", "--until", "2026-03-20")


def wismo(*arguments: str | Path) -> Any:
    """Run a command line in this process."""
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, [str(argument) for argument in arguments], prog_name="wismo")


async def _work(folder: Path) -> None:
    async with house_at(demo_time(), read_policy(None), folder) as (house, clock):
        house.world.load(the_demo_world())
        for story in the_demo_stories():
            await play(house, clock, story.arrival, story.patch)


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder."""
    folder = tmp_path_factory.mktemp("worked")
    asyncio.run(_work(folder))
    return folder


def values(folder: Path, out: Path, *arguments: str | Path) -> dict[tuple[str, str, str], str]:
    """The report's rows: part, name and measure, and the value."""
    ran = wismo("report", "--data", folder, *(arguments or SINCE), "--csv", out, "--plain")
    assert ran.exit_code == 0, ran.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["part", "name", "measure", "value"]
    return {(part, name, measure): value for part, name, measure, value in rows[1:]}
