"""Dying without ending this process: at a deadly point every database of the house is closed under its hands."""

from __future__ import annotations

from random import Random
from typing import Any, Self

import pytest

from checkpoints import crash_points
from checkpoints.crash_points import CRASH_AT, POINTS
from server.wiring import House


class Died(BaseException):
    """The process was killed; nothing after this was written."""


class Reaper:
    """Stands where `crash_points` reaches for the operating system."""

    def __init__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        self._house: House | None = None
        self.environ: dict[str, str] = {}
        self.has_come = False

    def __enter__(self) -> Self:
        self._patch.setattr(crash_points, "os", self)
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def watch(self, house: House) -> None:
        """The house that will die next."""
        self._house, self.has_come = house, False

    def lurk(self, rng: Random) -> None:
        """From now on a point is deadly, when it is reached for the first, second or third time."""
        self._patch.setattr(crash_points, "_reached", {})
        self.environ[CRASH_AT] = f"{rng.choice(POINTS)}:{rng.choice((1, 1, 2, 3))}"

    def getpid(self) -> int:
        """Asked for by whoever kills."""
        return 0

    def kill(self, pid: int, signal: Any) -> None:
        """Close everything; an open transaction is lost, as it would be."""
        assert self._house is not None
        self.environ.clear()
        self.has_come = True
        self._house.close()
        self._house.saver.conn.close()
        raise Died
