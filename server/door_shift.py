"""The shift of a door whose cases other processes work on: it hears, and looks whether they have finished."""

from __future__ import annotations

from typing import Any

from checkpoints.postgres.liveness import Liveness
from server.shift import Shift
from server.wiring import House

LOOKS_EVERY = 0.1
"""Seconds after which a request that waits looks whether a worker has finished."""


class DoorShift(Shift):
    """Keeps what comes in; the workers are elsewhere."""

    def __init__(self, house: House, **more: Any) -> None:
        super().__init__(house, work=(), every=LOOKS_EVERY, **more)
        self._workers = Liveness(house.connection)

    @property
    def is_on(self) -> bool:
        """Whether any worker lives."""
        try:
            return super().is_on and self._workers.living() > 0
        except self._house.connection.Error:
            return False
