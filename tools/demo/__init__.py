"""The demo shop Fernhill Supply: one world of backend facts and the customer messages played against it."""

import json
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
