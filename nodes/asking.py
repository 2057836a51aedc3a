"""Asking one system: bounded in time, repeated where that is safe, and a failure becomes a value."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.labels import System
from graph.ports import BackendError, BackendFailure, BackendTimeout

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What a system answered, or why it did not."""

    system: System
    value: T | None
    because: str = ""
    attempts: int = 1

    @property
    def is_known(self) -> bool:
        """Whether the system answered."""
        return not self.because


async def ask(system: System, question: Callable[[], Awaitable[T]], *, patience: float, retries: int) -> Answer[T]:
    """Ask for facts. An error is asked once more (reading is safe to repeat); a timeout is not, it has cost its time."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return Answer(system, await _in_time(system, question, patience), attempts=attempt)
        except BackendError as failure:
            if attempt > retries:
                return Answer(system, None, failure.because, attempt)
        except BackendFailure as failure:
            return Answer(system, None, failure.because, attempt)


async def _in_time(system: System, question: Callable[[], Awaitable[T]], patience: float) -> T:
    try:
        async with asyncio.timeout(patience):
            return await question()
    except TimeoutError as error:
        raise BackendTimeout(system, f"no answer within {patience:g} s") from error
