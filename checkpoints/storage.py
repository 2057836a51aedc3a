"""Where an installation keeps what it remembers: cases, inbox, outbox and ledger, and LangGraph's checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from checkpoints.acceptance import connect_durably
from checkpoints.database import Database
from checkpoints.run_saver import RunSaver
from checkpoints.saver import StoreSaver, open_checkpoints
from checkpoints.schema import connect


class Storage(Protocol):
    """Opens what one process needs."""

    def connect(self, *, durably: bool = False) -> Database:
        """A connection to the cases; `durably` where a commit must survive a power failure, not only a kill."""
        ...

    def saver(self, keys: Sequence[bytes] = ()) -> RunSaver:
        """A checkpointer; with keys, what it writes is encrypted with the first of them."""
        ...

    def close(self) -> None:
        """Give up what all of them share."""
        ...


Storages = Callable[[Path | None], Storage]
"""The storage of a folder; None is a house that nobody keeps."""


class SqliteFolder:
    """Two SQLite files in a folder, or databases in memory where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def connect(self, *, durably: bool = False) -> Database:
        """A connection of its own; in memory a database of its own."""
        path = self._folder / "wismo.sqlite" if self._folder else ":memory:"
        return connect_durably(path) if durably else _database(path)

    def saver(self, keys: Sequence[bytes] = ()) -> StoreSaver:
        """A checkpointer with a connection of its own."""
        return StoreSaver(open_checkpoints(self._folder / "checkpoints.sqlite" if self._folder else ":memory:"), keys)

    def close(self) -> None:
        """Nothing is shared."""


def _database(path: Path | str) -> Database:
    connection: Database = connect(path).conn
    return connection
