"""A pool of connections that looks like the store's one database."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg_pool import ConnectionPool

from checkpoints.database import Unavailable
from checkpoints.postgres.dialect import translate

Connection = psycopg.Connection[tuple[Any, ...]]
Pool = ConnectionPool[Connection]

CONNECTIONS = 4
"""Of one process, at most: its statements run one after the other on its loop, so one is mostly enough."""
WAITS = 5.0
"""Seconds until a database that does not answer is a failure."""
_LIMITS = "set idle_in_transaction_session_timeout = '10s'; set lock_timeout = '10s'"
"""A process that hangs in the middle of a transaction loses it, and nobody waits for it longer than that."""
PREPARED = 500
"""Statements that a connection keeps prepared; the store has more than the driver keeps by itself."""
CHECKED_AFTER = 1.0
"""Seconds of rest after which a connection is checked before it is used: the database may have been restarted meanwhile."""


def open_pool(address: str, *, size: int = CONNECTIONS) -> Pool:
    """A pool for that address. It reconnects by itself; a dead connection is noticed before it is used."""
    kwargs = {"autocommit": True, "connect_timeout": int(WAITS), "application_name": "wismo"}
    used: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()

    def check(connection: Connection) -> None:
        if time.monotonic() - used.get(connection, 0.0) > CHECKED_AFTER:
            ConnectionPool.check_connection(connection)
        used[connection] = time.monotonic()

    return ConnectionPool(
        address, kwargs=kwargs, min_size=1, max_size=size, timeout=WAITS, configure=_configure, check=check, open=True, name="wismo"
    )


class Away(psycopg.OperationalError, Unavailable):
    """Unreachable, shutting down, without room, or busy with somebody else's lock."""


class PostgresDatabase:
    """One database of the store's protocol. A transaction holds one connection until it ends; used by one thread at a time."""

    Error: type[Exception] = psycopg.Error
    IntegrityError: type[Exception] = psycopg.IntegrityError

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._held: Connection | None = None

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""
        return self._held is not None

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement, at once outside a transaction."""
        try:
            return self._execute(sql, parameters)
        except psycopg.OperationalError as error:
            raise Away(type(error).__name__) from error

    def _execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        if sql.startswith("begin"):
            return self._begin(sql)
        if self._held is None:
            with self._pool.connection() as connection:
                return connection.execute(translate(sql), parameters)
        if sql in {"commit", "rollback"}:
            return self._end(sql)
        return self._held.execute(translate(sql), parameters)

    def close(self) -> None:
        """Give up what is held; the pool belongs to the storage."""
        if self._held is not None:
            self._end("rollback")

    def _begin(self, sql: str) -> psycopg.Cursor[tuple[Any, ...]]:
        connection = self._pool.getconn()
        try:
            begun = connection.execute(translate(sql))
        except BaseException:
            self._pool.putconn(connection)
            raise
        self._held = connection
        return begun

    def _end(self, how: str) -> psycopg.Cursor[tuple[Any, ...]]:
        connection, self._held = self._held, None
        assert connection is not None
        try:
            if how == "rollback" and connection.closed:
                return connection.cursor()
            return connection.execute(how)
        finally:
            self._pool.putconn(connection)


class _Truth(Dumper):
    """Truth is 1 or 0, as SQLite keeps it."""

    oid = psycopg.adapters.types["int8"].oid

    def dump(self, obj: bool) -> Buffer:
        """As text."""
        return b"1" if obj else b"0"


def _configure(connection: Connection) -> None:
    connection.adapters.register_dumper(bool, _Truth)
    connection.prepared_max = PREPARED
    connection.execute(_LIMITS)
