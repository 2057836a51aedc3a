"""LangGraph's checkpoints on PostgreSQL, in the same database as the cases."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from checkpoints.encryption import encrypted
from checkpoints.postgres.connection import Pool
from checkpoints.run_saver import RunSaver


class PostgresStoreSaver(RunSaver, PostgresSaver):
    """`PostgresSaver` for the event loop of one worker."""

    def __init__(self, pool: Pool, keys: Sequence[bytes] = ()) -> None:
        serde = encrypted(JsonPlusSerializer(), keys) if keys else None
        super().__init__(pool, serde=serde)  # type: ignore[arg-type]  # each of its cursors asks for rows as dictionaries
        self._pool = pool

    def threads(self, after: str, limit: int) -> tuple[str, ...]:
        """Some threads by name, after that name."""
        sql = 'select distinct thread_id collate "C" from checkpoints where thread_id collate "C" > %s order by 1 limit %s'
        with self._pool.connection() as connection:
            return tuple(row[0] for row in connection.execute(sql, (after, limit)))

    def threads_of_run(self, run_id: str) -> tuple[str, ...]:
        """The threads in which a run was tried, the last try first."""
        sql = (
            'select distinct thread_id collate "C" from checkpoints where thread_id = %s '
            'or (thread_id collate "C" > %s and thread_id collate "C" < %s) order by 1 desc'
        )
        with self._pool.connection() as connection:
            return tuple(row[0] for row in connection.execute(sql, (run_id, f"{run_id}.", f"{run_id}/")))

    def is_readable(self) -> bool:
        """Whether the checkpoints can be read now."""
        try:
            with self._pool.connection() as connection:
                connection.execute("select 1 from checkpoints limit 1").fetchone()
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Nothing: the pool belongs to the storage."""
