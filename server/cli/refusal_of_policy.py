"""A policy file that cannot be used ends a command with the line of every problem."""

from __future__ import annotations

from pathlib import Path

from graph.policy import Policy
from server.cli.refusal import refuse
from server.policy_file import PolicyFileError, read_policy


def policy_or_refuse(path: Path | None) -> Policy:
    """The policy of a file, or the shipped default."""
    try:
        return read_policy(path)
    except PolicyFileError as error:
        refuse(*(f"{path}: {problem}" for problem in error.problems))
