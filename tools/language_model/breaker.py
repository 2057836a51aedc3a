"""A circuit breaker: a model that fails again and again is left alone for a while, so that replies wait for it no more."""

from __future__ import annotations

import time
from collections.abc import Callable

_LONGEST = 20
"""Times the first rest: no rest is longer."""


class Breaker:
    """Counts failures in a row. After a rest one question tries; while it is on its way the others still rest."""

    def __init__(self, failures: int, rest_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._first_rest = rest_seconds
        self._now = now
        self._in_a_row = 0
        self._rests = 0
        self._until = 0.0

    def admits(self) -> bool:
        """Whether a question may be asked now."""
        if self._in_a_row < self._most:
            return True
        if self._now() < self._until:
            return False
        self._until = self._now() + self._first_rest
        return True

    def succeeded(self) -> None:
        """The model answered in the form that was asked for."""
        self._in_a_row = self._rests = 0

    def failed(self) -> None:
        """It did not."""
        self._in_a_row += 1
        if self._in_a_row >= self._most:
            self._until = self._now() + min(self._first_rest * 2**self._rests, self._first_rest * _LONGEST)
            self._rests += 1
