"""How often one sender may ask: a bucket that refills steadily and holds one minute's worth."""

from __future__ import annotations

from collections.abc import Callable


class Limiter:
    """The buckets of all senders of one process."""

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        self._capacity = float(per_minute)
        self._seconds = seconds
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_of(self, sender: str) -> float:
        """Take one from the sender's bucket: 0 where there was one, else the seconds until there is one."""
        now, rate = self._seconds(), self._capacity / 60
        left, since = self._buckets.get(sender, (self._capacity, now))
        left = min(self._capacity, left + (now - since) * rate)
        if left < 1:
            self._buckets[sender] = (left, now)
            return (1 - left) / rate
        self._buckets[sender] = (left - 1, now)
        return 0.0
