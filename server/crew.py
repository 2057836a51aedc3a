"""One of any number of worker processes on one PostgreSQL database: jobs say where to look, and one of all processes keeps the time."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
import time
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from procrastinate import App

from checkpoints.postgres.jobs import begin_anew, open_jobs, wake_forgotten
from checkpoints.postgres.liveness import BEATS_EVERY, SILENT_AFTER, Liveness
from checkpoints.postgres.locks import Holder, Lock
from checkpoints.postgres.storage import Postgres
from checkpoints.postgres.waking import QUEUE, TASK
from server.delivery import deliver
from server.shift import Shift
from server.sweep import Sweep
from server.trouble import trouble
from server.wiring import House
from server.worker import work_on

GRACE = 30.0
"""Seconds that running jobs have to end after a stop was asked for; what is cut off is done again by another worker."""
AGAIN_AFTER = 1.0
POLLS_EVERY = 2.0
"""Seconds after which jobs are looked for that nobody told of."""
_log = logging.getLogger("wismo.crew")


class Keeper(Shift):
    """What one of all processes does: it lets time pass, sweeps, delivers what rested, and looks after jobs and workers."""

    def __init__(self, house: House, *, holder: Holder, app: App, owner: str, **more: Any) -> None:
        sweep = Sweep(house, owner)
        self._liveness = Liveness(house.connection)
        self._holder = holder
        self._app = app
        steps = (self._tend_jobs, sweep.let_time_pass, partial(deliver, house, owner=owner), sweep.look_around)
        super().__init__(house, owner=owner, work=steps, **more)

    async def work(self) -> None:
        """All of it, if no other process is the keeper."""
        try:
            if not self._holder.holds():
                return
        except Exception as error:
            _log.error("the lock of the keeper cannot be asked for: %s", trouble(error))
            return
        await super().work()

    def look_for_post(self) -> None:
        """A run has ended: there may be something to carry to the helpdesk."""
        self._tell()

    async def _tend_jobs(self) -> None:
        silent = self._liveness.bury()
        begun = await begin_anew(self._app)
        if silent or begun:
            _log.warning("silent: %s; %s of their jobs begin anew", ", ".join(silent) or "workers that others buried", begun)
        wake_forgotten(self._house.connection, time.time())


class Crew:
    """A worker process: as many lanes at once as it has slots. Its saver never waits for another slot, so the slots share one."""

    def __init__(self, storage: Postgres, *, slots: int) -> None:
        self.owner = f"worker:{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
        self._app = open_jobs(storage.address, slots=slots)
        self._holder = Holder(storage.address, Lock.SWEEP)
        self._slots = slots
        self._numbers = itertools.count(1)

    def keeper(self, house: House, *, owner: str, **more: Any) -> Keeper:
        """Its share in keeping the time."""
        return Keeper(house, holder=self._holder, app=self._app, owner=f"{owner}:keeper", **more)

    async def work(self, house: House, keeper: Keeper, stop: asyncio.Event) -> None:
        """Work until a stop is asked for; then nothing new is begun, and what runs is brought to its end."""

        @self._app.task(name=TASK, queue=QUEUE)
        async def work(lane: str) -> None:
            await self._work_in(house, keeper, lane)

        liveness = Liveness(house.connection)
        liveness.beat(self.owner)
        async with self._app.open_async(), _while_it_lasts(self._beat(liveness)), keeper.at_work(), _while_it_lasts(self._fetch()):
            await stop.wait()
        self._holder.close()
        liveness.leave(self.owner)

    async def _beat(self, liveness: Liveness) -> None:
        while True:
            await asyncio.sleep(BEATS_EVERY)
            try:
                liveness.beat(self.owner)
                self._holder.keep()
            except Exception as error:
                _log.error("no sign of life can be given: %s", trouble(error))

    async def _fetch(self) -> None:
        """The engine's worker; begins again after a failure of the database."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    name=self.owner,
                    concurrency=self._slots,
                    fetch_job_polling_interval=POLLS_EVERY,
                    shutdown_graceful_timeout=GRACE,
                    update_heartbeat_interval=BEATS_EVERY,
                    stalled_worker_timeout=SILENT_AFTER,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            except Exception as error:
                _log.error("no jobs can be fetched: %s", trouble(error))
            await asyncio.sleep(AGAIN_AFTER)

    async def _work_in(self, house: House, keeper: Keeper, lane: str) -> None:
        """The oldest arrival of the lane. A job too many finds nothing; a failure is the inbox's, which keeps it."""
        owner = f"{self.owner}:{next(self._numbers)}"
        try:
            lease = house.inbox.claim(owner, lane=lane)
            if lease is None:
                return
            await work_on(house, lease)
            await deliver(house, owner=owner, among=(lease.root_arrival_id,))
            keeper.look_for_post()
        except Exception as error:
            _log.error("an arrival failed: %s", trouble(error))


@asynccontextmanager
async def _while_it_lasts(running: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs in the background; at the end it is asked to stop, and waited for."""
    task = asyncio.create_task(running)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
