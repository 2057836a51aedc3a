"""Failures in a log: what kind, and where in the code; never their words, which may quote a customer or a secret."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb

_HOME = Path(__file__).parents[1]
_FLOORS = {"graph", "nodes", "tools", "prompts", "checkpoints", "server", "evals"}


def trouble(error: BaseException) -> str:
    """A failure as one line: its kind, the innermost line of ours, and the line that raised it."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [place for place in places if _is_ours(place[0])]
    shown = dict.fromkeys(_place(*place) for place in (*ours[-1:], *places[-1:]))
    return f"{type(error).__name__}{' at ' if shown else ''}{', '.join(shown)}"


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(_HOME) and path.relative_to(_HOME).parts[0] in _FLOORS


def _place(file: str, line: int) -> str:
    path = Path(file)
    return f"{path.relative_to(_HOME) if _is_ours(file) else path.name}:{line}"
