"""The jobs that wake workers: those of dead workers start anew, and nothing that waits is without one."""

from __future__ import annotations

from procrastinate import App, PsycopgConnector

from checkpoints.database import Database
from checkpoints.postgres.liveness import SILENT_AFTER
from checkpoints.postgres.waking import QUEUE

_FORGOTTEN = (
    "select lane, wismo_wake(lane) from (select distinct lane from arrivals where state in ('waiting', 'working') "
    "and not exists (select 1 from lanes where lanes.lane = arrivals.lane and until > ?) "
    "and not exists (select 1 from procrastinate_jobs where lock = arrivals.lane and status in ('todo', 'doing'))) as forgotten"
)


def open_jobs(address: str, *, slots: int) -> App:
    """The app of the engine that dispatches; its connections are its own."""
    connector = PsycopgConnector(conninfo=address, min_size=1, max_size=max(2, min(slots, 4)), kwargs={"application_name": "wismo jobs"})
    return App(connector=connector)


async def begin_anew(app: App) -> int:
    """Start the jobs of dead workers anew. Returns how many there were."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=SILENT_AFTER))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


def wake_forgotten(database: Database, now: float) -> int:
    """Make a job for each lane where something waits and nobody is told: after a failure, or where a job got lost."""
    return len(database.execute(_FORGOTTEN, (now,)).fetchall())
