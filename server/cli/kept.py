"""Opening the cases of a data folder for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkpoints.database import Database
from checkpoints.schema import StoreVersionError, connect
from server.cli.folders import default_data_folder
from server.cli.refusal import refuse
from server.cli.storing import database_address, postgres_or_refuse


@contextmanager
def kept_cases(data: Path | None) -> Iterator[Database]:
    """The case store of a folder, or the database that is configured; a folder without one is refused, never created."""
    if database_address() is not None:
        with postgres_or_refuse() as storage:
            yield storage.connect()
        return
    folder = data or default_data_folder()
    file = folder / "wismo.sqlite"
    if not file.is_file():
        refuse(f"no cases are kept in {folder}; `wismo ask ... --data {folder}` starts some")
    try:
        connection = connect(file).conn
    except (sqlite3.DatabaseError, StoreVersionError) as error:
        refuse(f"{file} cannot be read: {error}")
    try:
        yield connection
    finally:
        connection.close()
