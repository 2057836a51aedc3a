"""One transaction on the store's connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from checkpoints.database import Database


@contextmanager
def transaction(connection: Database) -> Iterator[None]:
    """Everything inside is written at once, or nothing of it."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
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
