"""LangGraph's checkpoints on SQLite, one connection per process."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from checkpoints.encryption import encrypted
from checkpoints.transaction import use_wal


def open_checkpoints(path: Path | str) -> sqlite3.Connection:
    """The one connection of a process to its checkpoints: WAL, waits 10 s for other writers."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    use_wal(connection)
    connection.execute("pragma secure_delete = on")
    return connection


class StoreSaver(SqliteSaver):
    """`SqliteSaver` for the event loop: its statements take microseconds, so they run on the loop without a thread."""

    def __init__(self, connection: sqlite3.Connection, keys: Sequence[bytes] = ()) -> None:
        """With keys, what is written is encrypted with the first of them."""
        super().__init__(connection, serde=encrypted(JsonPlusSerializer(), keys) if keys else None)
        self.setup()

    def threads(self, after: str, limit: int) -> tuple[str, ...]:
        """Some threads by name, after that name."""
        sql = "select distinct thread_id from checkpoints where thread_id > ? order by thread_id limit ?"
        return tuple(row[0] for row in self.conn.execute(sql, (after, limit)))

    def threads_of_run(self, run_id: str) -> tuple[str, ...]:
        """The threads in which a run was tried, the last try first: `run_x`, and `run_x.2.0` after a lost race or a crash."""
        sql = "select distinct thread_id from checkpoints where thread_id = ? or (thread_id > ? and thread_id < ?) order by thread_id desc"
        return tuple(row[0] for row in self.conn.execute(sql, (run_id, f"{run_id}.", f"{run_id}/")))

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The newest (or named) checkpoint of a thread."""
        return self.get_tuple(config)

    async def alist(
        self, config: RunnableConfig | None, *, filter: dict[str, Any] | None = None, before: RunnableConfig | None = None, limit: int | None = None
    ) -> AsyncIterator[CheckpointTuple]:
        """Checkpoints, newest first."""
        for item in self.list(config, filter=filter, before=before, limit=limit):
            yield item

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        """Store a checkpoint."""
        return self.put(config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        """Store the writes of a task."""
        self.put_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        self.delete_thread(thread_id)
