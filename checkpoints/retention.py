"""Checkpoints that nobody will resume any more: of cases that were closed long ago, and of runs that came to no case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from checkpoints.belongings import among
from checkpoints.database import Database
from checkpoints.run_saver import RunSaver

PAGE = 500
"""Threads that are looked at in one step."""


def drop_old_threads(saver: RunSaver, connection: Database, before: datetime, after: str = "") -> tuple[int, str | None]:
    """Look at a page of threads after that name: how many were removed, and the name after which to go on, if there is more."""
    threads = saver.threads(after, PAGE)
    ended = _ended_before(connection, {_run_of(thread) for thread in threads}, before)
    old = [thread for thread in threads if _run_of(thread) in ended]
    for thread in old:
        saver.delete_thread(thread)
    return len(old), threads[-1] if len(threads) == PAGE else None


def _run_of(thread: str) -> str:
    return thread.partition(".")[0]


def _ended_before(connection: Database, runs: Collection[str], before: datetime) -> set[str]:
    """Those of the runs whose case was closed before then; without a case, those that ran before then."""
    sql = (
        "select run_id, coalesce(json_extract(cases.doc, '$.closed_at'), runs.at) from runs left join cases using (case_id) "
        "where run_id in ({marks}) and coalesce(is_open, 0) = 0"
    )
    return {run_id for run_id, ended in among(connection, sql, runs) if datetime.fromisoformat(ended) < before}
