"""The shipped phases, in order, and phases of your own: each a policy overlay with a `[rollout]` table."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from graph.rollout import Rollout
from server.policy_file import read_policy

PHASES = ("observe", "reactive", "proactive", "specialists", "actions")


def shipped_phase(name: str) -> Rollout:
    """The rollout of a shipped phase."""
    with as_file(files("server") / "rollout" / "phases" / f"{name}.toml") as path:
        return read_policy(path).rollout


def phase_of(file: Path) -> Rollout:
    """The rollout of a file of your own. Raises `PolicyFileError` with the line of every problem."""
    return read_policy(file).rollout


def next_phase(name: str) -> str | None:
    """The phase after that one; None after the last, and after one that is not shipped."""
    place = PHASES.index(name) + 1 if name in PHASES else len(PHASES)
    return PHASES[place] if place < len(PHASES) else None
