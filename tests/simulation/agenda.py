"""What will happen, and when: single happenings, and lives that say how long they rest between two steps."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

Act = Callable[[], Awaitable[None] | None]
Life = Iterator[timedelta]
"""A generator: it does something, yields how long it rests, and is woken again."""


def hours(number: float) -> timedelta:
    """So many hours, to the minute."""
    return timedelta(minutes=round(number * 60))


class Agenda:
    """Happenings in the order of their time; of two at the same moment the one that was noted first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()

    def note(self, at: datetime, act: Act) -> None:
        """Something happens then."""
        heapq.heappush(self._heap, (at, next(self._numbers), act))

    def follow(self, at: datetime, life: Life) -> None:
        """A life begins then, and goes on until it ends."""

        def step() -> None:
            rest = next(life, None)
            if rest is not None:
                self.follow(at + rest, life)

        self.note(at, step)

    def pop(self, until: datetime) -> tuple[datetime, Act] | None:
        """The next happening up to `until`."""
        if not self._heap or self._heap[0][0] > until:
            return None
        at, _, act = heapq.heappop(self._heap)
        return at, act
