"""One process at work for Slack: hears, lets time pass, works, sweeps, shows, answers; and sleeps until something wakes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from server.slack.answers import Answers
from server.slack.desk import SlackDesk
from server.slack.hearing import Hearing
from server.sweep import Sweep
from server.wiring import House
from server.worker import drain

LOOKS_EVERY = 1.0
"""Seconds after which arrivals that other processes kept, and moments that fell due, are looked for."""
_log = logging.getLogger("wismo.slack")


class Shift:
    """The worker of one house with a Slack desk."""

    def __init__(self, house: House, desk: SlackDesk, hearing: Hearing, answers: Answers, *, owner: str) -> None:
        self._house = house
        self._desk = desk
        self._hearing = hearing
        self._answers = answers
        self._owner = owner
        self._sweep = Sweep(house, owner)
        self._awake = asyncio.Event()
        self._at_work = asyncio.Lock()

    def wake(self) -> None:
        """There is something to do."""
        self._awake.set()

    async def work(self) -> None:
        """Everything that can be done now. The one place where a failure of any kind is survived: it stays in the inbox."""
        async with self._at_work:
            for step in self._steps():
                try:
                    await step()
                except Exception:
                    _log.exception("%s failed", step.__qualname__)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Works while the context lasts."""
        task = asyncio.create_task(self._work_on_and_on())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _work_on_and_on(self) -> None:
        while True:
            self._awake.clear()
            await self.work()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY):
                    await self._awake.wait()

    def _steps(self) -> tuple[Callable[[], Awaitable[object]], ...]:
        sweep = self._sweep
        return (self._hearing.hand_in, sweep.let_time_pass, self._drain, sweep.look_around, self._desk.catch_up, self._answers.give)

    async def _drain(self) -> None:
        await drain(self._house, self._owner)
