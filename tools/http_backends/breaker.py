"""A circuit breaker: a system that fails again and again is left alone for a while, then one question decides."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Closed while the system answers; open after a number of failures in a row, for some seconds; then one question is let through."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._tries_again_at = 0.0
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether the system counts as out of order."""
        return self._failed >= self._limit

    def lets_through(self) -> bool:
        """Whether a question may be asked now; while it is open, one at a time after each pause."""
        if not self.is_open:
            return True
        if self._trying or self._clock() < self._tries_again_at:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The system answered."""
        self._failed, self._trying = 0, False

    def failed(self) -> None:
        """The system did not answer as it should."""
        self._failed, self._trying = self._failed + 1, False
        self._tries_again_at = self._clock() + self._seconds
