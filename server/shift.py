"""One process at work on one house: hears, lets time pass, works, sweeps, shows; and sleeps until something wakes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from server.delivery import carry_post
from server.sweep import Sweep
from server.trouble import trouble
from server.wiring import House
from server.worker import drain

Step = Callable[[], Awaitable[object]]
T = TypeVar("T")

LOOKS_EVERY = 1.0
ENDS_WITHIN = 10.0
"""Seconds that a stop waits for the arrival in hand. What is cut off then is taken up by the next process."""
_log = logging.getLogger("wismo.shift")


class Shift:
    """The worker of one house. `hear` comes before the work, `show` after it: what a review desk or another door needs.

    `work` is what is done in between, by default all there is, for a process that is alone; `every` so many seconds it looks by itself
    for what other processes did, and for moments that fell due.
    """

    def __init__(
        self,
        house: House,
        *,
        owner: str,
        hear: tuple[Step, ...] = (),
        show: tuple[Step, ...] = (),
        work: tuple[Step, ...] | None = None,
        every: float = LOOKS_EVERY,
    ) -> None:
        self._house = house
        self._owner = owner
        self._every = every
        sweep = Sweep(house, owner)
        self._steps = (*hear, *((sweep.let_time_pass, self._drain, sweep.look_around) if work is None else work), *show)
        self._awake = asyncio.Event()
        self._progress = asyncio.Event()
        self._post = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._is_ending = False

    @property
    def is_on(self) -> bool:
        """Whether somebody is at work."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """There is something to do."""
        self._awake.set()

    async def work(self) -> None:
        """Everything that can be done now. The one place where a failure of any kind is survived: it stays in the inbox."""
        async with self._at_work:
            for step in self._steps:
                if self._is_ending:
                    break
                try:
                    await step()
                except Exception as error:
                    _log.error("%s failed: %s", getattr(step, "__qualname__", "a step"), trouble(error))
            self._tell()

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """Nothing is worked on inside; what is under way comes to its end first."""
        async with self._at_work:
            yield

    async def until(self, look: Callable[[], T | None], seconds: float) -> T | None:
        """What `look` sees as soon as it sees something; None after that many seconds without."""
        try:
            async with asyncio.timeout(seconds):
                while (seen := look()) is None:
                    await self._further()
        except TimeoutError:
            return look()
        return seen

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Works while the context lasts. At its end the arrival in hand is finished and delivered, and no other begun; in time."""
        self._is_ending = False
        self._task = asyncio.create_task(self._work_on_and_on())
        tasks = [self._task]
        if (postman := self._house.postman) is not None:
            postman.has_own_round = True
            tasks.append(asyncio.create_task(self._carry_on_and_on()))
        try:
            yield
        finally:
            self._is_ending = True
            self.wake()
            await asyncio.wait(tasks[:1], timeout=ENDS_WITHIN)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_on_and_on(self) -> None:
        while not self._is_ending:
            self._awake.clear()
            await self.work()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._awake.wait()

    async def _carry_on_and_on(self) -> None:
        """The post beside the work: a helpdesk that is slow or dead holds up nobody but its own deliveries."""
        while True:
            self._post.clear()
            try:
                await carry_post(self._house, self._owner)
            except Exception as error:
                _log.error("the post failed: %s", trouble(error))
            self._look_again()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY):
                    await self._post.wait()

    async def _drain(self) -> None:
        await drain(self._house, self._owner, told=self._tell, is_ending=lambda: self._is_ending)

    def _tell(self) -> None:
        """There may be post, and those who wait look again."""
        self._post.set()
        self._look_again()

    def _look_again(self) -> None:
        self._progress.set()
        self._progress = asyncio.Event()

    async def _further(self) -> None:
        """Until one more arrival is worked on, here or (seen a little later) in another process."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await self._progress.wait()
