"""One of any number of worker processes on one PostgreSQL database: jobs say where to look, and one of all processes keeps the time."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
import time
import uuid
from contextlib import suppress
from functools import partial
from typing import Any

from procrastinate import App

from checkpoints.postgres.jobs import HEARTBEAT_SECONDS, STALLED_SECONDS, open_jobs, revive, wake_forgotten
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
    """What one of all processes does: it lets time pass, sweeps, delivers what rested, and looks after the jobs."""

    def __init__(self, house: House, *, holder: Holder, app: App, owner: str, **more: Any) -> None:
        sweep = Sweep(house, owner)
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

    async def _tend_jobs(self) -> None:
        dead = await revive(self._app, self._house.connection)
        if dead:
            _log.warning("%s jobs of workers that are silent begin anew", dead)
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
        return Keeper(house, holder=self._holder, app=self._app, owner=owner, **more)

    async def work(self, house: House, keeper: Shift, stop: asyncio.Event) -> None:
        """Work until a stop is asked for; then nothing new is begun, and what runs is brought to its end."""

        @self._app.task(name=TASK, queue=QUEUE)
        async def work(lane: str) -> None:
            await self._work_in(house, lane)

        async with self._app.open_async(), keeper.at_work():
            fetching = asyncio.create_task(self._fetch())
            await stop.wait()
            fetching.cancel()
            with suppress(asyncio.CancelledError):
                await fetching
        self._holder.close()

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
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            except Exception as error:
                _log.error("no jobs can be fetched: %s", trouble(error))
            await asyncio.sleep(AGAIN_AFTER)

    async def _work_in(self, house: House, lane: str) -> None:
        """The oldest arrival of the lane. A job too many finds nothing; a failure is the inbox's, which keeps it."""
        owner = f"{self.owner}:{next(self._numbers)}"
        try:
            lease = house.inbox.claim(owner, lane=lane)
            if lease is None:
                return
            await work_on(house, lease)
            await deliver(house, owner=owner, among=(lease.root_arrival_id,))
        except Exception as error:
            _log.error("an arrival failed: %s", trouble(error))
