"""A world file that cannot be used ends a command with every problem in it."""

from __future__ import annotations

from pathlib import Path

from graph.facts import World
from server.cli.refusal import refuse
from tools.embedded.world_file import WorldFileError, read_world


def facts_or_refuse(path: Path) -> World:
    """The facts of a file."""
    try:
        return read_world(path)
    except WorldFileError as error:
        refuse(*(f"{path}: {problem}" for problem in error.problems))
