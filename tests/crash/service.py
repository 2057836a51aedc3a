"""`wismo serve` in a process of its own that dies where it is told, and somebody who starts it again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from checkpoints.crash_points import CRASH_AT
from server.cli import app

DEADLINE = 60.0
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.crash.warm"])


def serve(folder: Path, world: Path, crash_at: str, told: Connection) -> None:
    """The command line of `wismo serve`, in this process; what it says goes to the pipe."""
    os.environ[CRASH_AT] = crash_at
    os.environ.pop("WISMO_DATA_DIR", None)
    os.dup2(told.fileno(), 1)
    os.dup2(told.fileno(), 2)
    app(["serve", "--port", "0", "--live", "--data", str(folder), "--world", str(world)], standalone_mode=False)


class Service:
    """A service that is started again whenever it dies: where it is to die next, is told beforehand."""

    def __init__(self, folder: Path, world: Path, crashes: Iterable[str]) -> None:
        self._folder, self._world = folder, world
        self._crashes = iter(crashes)
        self._process: Any = None
        self._url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._is_ending = False
        self.deaths = 0

    @property
    async def url(self) -> str:
        """Where it listens, as soon as it does."""
        return await asyncio.wait_for(asyncio.shield(self._url), DEADLINE)

    def kill(self) -> None:
        """kill -9, from outside."""
        self._process.kill()

    async def stand_by(self) -> None:
        """Start it, and start it again whenever it has died, until it is ended."""
        while not self._is_ending:
            ours, theirs = _PROCESSES.Pipe(duplex=False)
            self._process = _PROCESSES.Process(target=serve, args=(self._folder, self._world, next(self._crashes, ""), theirs))
            self._process.start()
            theirs.close()
            await asyncio.to_thread(self._listen, ours, asyncio.get_running_loop())
            self.deaths += not self._is_ending

    def end(self) -> None:
        """An orderly stop, and no new start."""
        self._is_ending = True
        self._process.terminate()

    @property
    def exit_code(self) -> int | None:
        """How the last one ended."""
        code: int | None = self._process.exitcode
        return code

    def _listen(self, told: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Read what it says until it is no more."""
        with os.fdopen(os.dup(told.fileno()), encoding="utf-8") as lines:
            for line in lines:
                if found := re.search(r"(http://\S+:\d+) serves", line):
                    loop.call_soon_threadsafe(self._is_up, found[1])
        told.close()
        self._process.join(DEADLINE)
        loop.call_soon_threadsafe(self._is_down)

    def _is_up(self, url: str) -> None:
        self._url.set_result(url)

    def _is_down(self) -> None:
        if self._url.done():
            self._url = asyncio.get_running_loop().create_future()


@asynccontextmanager
async def standing_by(folder: Path, world: Path, crashes: Iterable[str]) -> AsyncIterator[Service]:
    """A service that is kept up; stopped in good order at the end."""
    service = Service(folder, world, crashes)
    task = asyncio.create_task(service.stand_by())
    try:
        yield service
    finally:
        await service.url
        service.end()
        await asyncio.wait_for(task, DEADLINE)
        assert service.exit_code == 0, "the last one ends in good order"
