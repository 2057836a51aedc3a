"""Expectations tried one by one: each a key, what is wanted, what came, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.scoring.never_told import Secrets
from server.scoring.seen_steps import EXPECTATIONS, TOTALS, Json, Seen

Known = Mapping[str, tuple[Callable[[Seen], Any], Callable[[Any, Any], bool]]]


@dataclass(frozen=True)
class Check:
    """One expectation, tried."""

    step: int
    key: str
    holds: bool
    want: object = "a result"
    got: object = "none"


def expected(step: int, expectations: Json, seen: Seen, known: Known = EXPECTATIONS) -> Iterator[Check]:
    """What a step is expected to do."""
    for key, want in expectations.items():
        if key not in known:
            yield Check(step, key, False, "a known expectation", key)
        elif want is not None:
            read, holds = known[key]
            got = read(seen)
            yield Check(step, key, holds(want, got), want, got)


def ruled(step: int, secrets: Secrets, messages: Iterable[Json], seen: Seen, *, is_shadow: bool) -> Iterator[Check]:
    """What holds of every step: no message tells a secret, nothing is visible in shadow, nothing failed."""
    for message in messages:
        told = secrets.told_in(message)
        yield Check(step, "rule:never_told", not told, "no secret", (told, message["text"]))
    for message in seen.visible if is_shadow else ():
        yield Check(step, "rule:shadow_silent", False, "no visible message in shadow mode", message["text"])
    if seen.result.get("error"):
        yield Check(step, "rule:no_error", False, "no error", seen.result["error"])


def summed(story: Json, seen: Mapping[int, Seen]) -> Iterator[Check]:
    """What is expected of all steps of a story together."""
    last, totals = len(story["steps"]) - 1, story.get("expect_total") or {}
    if totals and len(seen) <= last:
        yield Check(last, "total", False, "a result of every step", sorted(seen))
        return
    for key, want in totals.items():
        if want is not None:
            read, holds = TOTALS[key]
            got = read(list(seen.values()))
            yield Check(last, f"total:{key}", holds(want, got), want, got)
