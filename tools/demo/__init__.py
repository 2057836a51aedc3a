"""The demo shop Fernhill Supply: one world of backend facts and the customer messages played against it."""

import json
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
    return data


def demo_world() -> dict[str, Any]:
    """The facts of all backend systems, in the shape of the contract's `World`."""
    return _read("world.json")


def demo_stories() -> dict[str, Any]:
    """The moment the demo plays at (`at`) and its `stories`: one customer message each, with what must come out."""
    return _read("stories.json")


def demo_world_at(at: datetime) -> dict[str, Any]:
    """The facts as of another moment, which has a UTC offset: everything is moved by whole hours, so that ages stay what they are."""
    hours = (at - datetime.fromisoformat(demo_stories()["at"])) // timedelta(hours=1)
    moved: dict[str, Any] = _moved(demo_world(), timedelta(hours=hours))
    return moved


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _moved(each, by) for name, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, by) for each in value]
    return _later(value, by) if isinstance(value, str) else value


def _later(text: str, by: timedelta) -> str:
    """A date or moment, moved; any other text as it is."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return (read(text) + by).isoformat()
        except ValueError:
            continue
    return text
