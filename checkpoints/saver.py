"""LangGraph's checkpoints on SQLite, one connection per process."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from checkpoints.encryption import encrypted
from checkpoints.run_saver import RunSaver
from checkpoints.transaction import use_wal


def open_checkpoints(path: Path | str) -> sqlite3.Connection:
    """The one connection of a process to its checkpoints: WAL, waits 10 s for other writers."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    use_wal(connection)
    connection.execute("pragma secure_delete = on")
    return connection


class StoreSaver(RunSaver, SqliteSaver):
    """`SqliteSaver` for the event loop."""

    def __init__(self, connection: sqlite3.Connection, keys: Sequence[bytes] = ()) -> None:
        """With keys, what is written is encrypted with the first of them."""
        super().__init__(connection, serde=encrypted(JsonPlusSerializer(), keys) if keys else None)
        self.setup()

    def threads(self, after: str, limit: int) -> tuple[str, ...]:
        """Some threads by name, after that name."""
        sql = "select distinct thread_id from checkpoints where thread_id > ? order by thread_id limit ?"
        return tuple(row[0] for row in self.conn.execute(sql, (after, limit)))

    def threads_of_run(self, run_id: str) -> tuple[str, ...]:
        """The threads in which a run was tried, the last try first."""
        sql = "select distinct thread_id from checkpoints where thread_id = ? or (thread_id > ? and thread_id < ?) order by thread_id desc"
        return tuple(row[0] for row in self.conn.execute(sql, (run_id, f"{run_id}.", f"{run_id}/")))

    def is_readable(self) -> bool:
        """Whether the checkpoints can be read now."""
        try:
            self.conn.execute("select 1 from checkpoints limit 1").fetchone()
        except sqlite3.Error:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()
