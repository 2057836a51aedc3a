"""Named points before and after every durable write, at which a test can kill the process the hard way."""

from __future__ import annotations

import os
import signal

CRASH_AT = "WISMO_CRASH_AT"
"""`name` or `name:n`: kill -9 this process when the point is reached (for the n-th time). Unset outside tests."""

CRASH_BY = "WISMO_CRASH_BY"
"""`SIGSTOP` lets the process hang there instead of killing it."""

POINTS = (
    "before_inbox",
    "after_inbox",
    "before_commit",
    "inside_commit",
    "after_commit",
    "before_action",
    "after_action",
    "after_record",
    "before_delivery",
    "after_delivery",
)

_reached: dict[str, int] = {}


def reached(point: str) -> None:
    """Mark a crash point; does nothing unless the environment asks for a crash here."""
    wanted = os.environ.get(CRASH_AT)
    if wanted is None:
        return
    name, _, count = wanted.partition(":")
    if name == point:
        _reached[point] = _reached.get(point, 0) + 1
        if _reached[point] == int(count or 1):
            os.kill(os.getpid(), signal.Signals[os.environ.get(CRASH_BY, "SIGKILL")])
