"""Where a value stands in a file that somebody hands in, as its author would write it."""

from __future__ import annotations

from collections.abc import Iterable


def dotted(place: Iterable[int | str]) -> str:
    """The place as `escalation.reviewers[1].limit`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
