"""Writing a SQLite file anew, so that nothing of what was deleted is left in it or in its journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

WAIT_SECONDS = 30


class StillRead(Exception):
    """Another process reads the database, so its journal cannot be emptied now."""


def compact(path: Path) -> None:
    """Rewrite a database without free pages, and empty its journal. Writers wait meanwhile. Raises `StillRead`."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
        try:
            connection.execute("pragma secure_delete = on")
            connection.execute("vacuum")
            is_busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise StillRead(path.name) from error
    if is_busy:
        raise StillRead(path.name)
