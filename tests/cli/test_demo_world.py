"""`wismo world demo`: the demo shop, as of this hour."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.cli.stage import demo_time
from tools.demo import demo_world, demo_world_at


def test_it_can_be_used_as_it_is(wismo: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    file.write_text(wismo("world", "demo").stdout, encoding="utf-8")
    assert wismo("world", "check", file).exit_code == 0
    asked = wismo("ask", "where is my parcel?", "--email", "m.brandl@post.example", "--world", file, "--json")
    assert json.loads(asked.stdout)["condition"] == "no_tracking_movement"


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=3, hours=5, minutes=59), timedelta(weeks=-40)])
def test_ages_stay_what_they_are(later: timedelta) -> None:
    at = demo_time() + later
    for before, after in zip(_moments(demo_world()), _moments(demo_world_at(at)), strict=True):
        assert timedelta(0) <= (at - after) - (demo_time() - before) < timedelta(hours=1)


def _moments(value: Any) -> list[datetime]:
    """All moments with a time of day, in order."""
    if isinstance(value, dict | list):
        return [each for part in (value.values() if isinstance(value, dict) else value) for each in _moments(part)]
    if not (isinstance(value, str) and len(value) > len("2026-01-01")):
        return []
    try:
        return [datetime.fromisoformat(value).astimezone(UTC)]
    except ValueError:
        return []
