"""One transaction on the store's connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from checkpoints.database import Database, Unavailable


@contextmanager
def transaction(connection: Database) -> Iterator[None]:
    """Everything inside is written at once, or nothing of it."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # on a full disk SQLite has taken it back by itself
            connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def snapshot(connection: Database) -> Iterator[None]:
    """Everything that is read inside belongs to one moment; inside another snapshot or transaction it is part of that."""
    if connection.in_transaction:
        yield
        return
    connection.execute("begin")
    try:
        yield
    finally:
        connection.execute("commit")


_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not do its work just now (locked, full, unreachable): waiting helps, and nothing is wrong with what was asked."""
    if isinstance(error, Unavailable):
        return True
    return isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNAVAILABLE


WAL_ATTEMPTS = 20


def use_wal(connection: sqlite3.Connection) -> None:
    """Switch the journal. SQLite does not wait by itself here, so a lock is waited for by asking to write."""
    for _ in range(WAL_ATTEMPTS):
        try:
            connection.execute("pragma journal_mode = wal")
            break
        except sqlite3.OperationalError:
            connection.execute("begin immediate")
            connection.execute("rollback")
    connection.execute("pragma synchronous = normal")
