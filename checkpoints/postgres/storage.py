"""Everything that one process needs of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Sequence

from checkpoints.postgres.connection import CONNECTIONS, PostgresDatabase, open_pool
from checkpoints.postgres.migrations import check
from checkpoints.postgres.saver import PostgresStoreSaver


class Postgres:
    """The storage at an address. Raises `StoreVersionError` where `wismo migrate` has not been."""

    def __init__(self, address: str, *, size: int = CONNECTIONS) -> None:
        self.address = address
        self._pool = open_pool(address, size=size)
        try:
            with self._pool.connection() as connection:
                check(connection)
        except BaseException:
            self._pool.close()
            raise

    def connect(self, *, durably: bool = False) -> PostgresDatabase:
        """The store's database. Every commit waits for the disk, unless the server is configured otherwise."""
        return PostgresDatabase(self._pool)

    def saver(self, keys: Sequence[bytes] = ()) -> PostgresStoreSaver:
        """A checkpointer; with keys, what it writes is encrypted with the first of them."""
        return PostgresStoreSaver(self._pool, keys)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
