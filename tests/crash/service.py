"""Processes of `wismo` that die where they are told, and somebody who starts them again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from checkpoints.crash_points import CRASH_AT
from server.cli import app

DEADLINE = 60.0
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.crash.warm"])


@dataclass(frozen=True)
class Command:
    """One command that is to be kept up."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    is_up: str
    """A pattern for the line by which it says that it works; its group is its address."""
    crashes: Iterable[str] = ()
    """Where it dies, start by start."""


def run(words: tuple[str, ...], environment: Mapping[str, str], told: Connection) -> None:
    """The command line, in this process; what it says goes to the pipe."""
    os.environ.pop("WISMO_DATA_DIR", None)
    os.environ.update(environment)
    os.dup2(told.fileno(), 1)
    os.dup2(told.fileno(), 2)
    app(list(words), standalone_mode=False)


class Kept:
    """A process that is started again whenever it dies: where it is to die next, is told beforehand."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._crashes = iter(command.crashes)
        self._process: Any = None
        self._up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._is_ending = False
        self.deaths = 0

    @property
    async def up(self) -> str:
        """Its address, as soon as it works."""
        return await asyncio.wait_for(asyncio.shield(self._up), DEADLINE)

    @property
    def exit_code(self) -> int | None:
        """How the last one ended."""
        code: int | None = self._process.exitcode
        return code

    def kill(self) -> None:
        """kill -9, from outside."""
        self._process.kill()

    def end(self) -> None:
        """An orderly stop, and no new start."""
        self._is_ending = True
        self._process.terminate()

    async def stand_by(self) -> None:
        """Start it, and start it again whenever it has died, until it is ended."""
        while not self._is_ending:
            ours, theirs = _PROCESSES.Pipe(duplex=False)
            environment = {**self._command.environment, CRASH_AT: next(self._crashes, "")}
            self._process = _PROCESSES.Process(target=run, args=(self._command.words, environment, theirs))
            self._process.start()
            theirs.close()
            await asyncio.to_thread(self._listen, ours, asyncio.get_running_loop())
            self.deaths += not self._is_ending

    def _listen(self, told: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Read what it says until it is no more."""
        with os.fdopen(os.dup(told.fileno()), encoding="utf-8") as lines:
            for line in lines:
                if found := re.search(self._command.is_up, line):
                    loop.call_soon_threadsafe(self._is_up, found[1])
        told.close()
        self._process.join(DEADLINE)
        loop.call_soon_threadsafe(self._is_down)

    def _is_up(self, address: str) -> None:
        self._up.set_result(address)

    def _is_down(self) -> None:
        if self._up.done():
            self._up = asyncio.get_running_loop().create_future()


class Service:
    """A door, and the workers behind it where it has some."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.kept = [Kept(command) for command in commands]

    @property
    async def url(self) -> str:
        """Where the door listens, as soon as it does."""
        return await self.kept[0].up

    @property
    def deaths(self) -> int:
        """How often one of them died."""
        return sum(each.deaths for each in self.kept)

    def kill(self, which: int) -> None:
        """kill -9 of one of them."""
        self.kept[which % len(self.kept)].kill()


@asynccontextmanager
async def standing_by(commands: Iterable[Command]) -> AsyncIterator[Service]:
    """Processes that are kept up; stopped in good order at the end."""
    service = Service(commands)
    tasks = [asyncio.create_task(each.stand_by()) for each in service.kept]
    try:
        yield service
    finally:
        for each in service.kept:
            await each.up
            each.end()
        await asyncio.wait_for(asyncio.gather(*tasks), DEADLINE)
        assert [each.exit_code for each in service.kept] == [0] * len(service.kept), "the last ones end in good order"
