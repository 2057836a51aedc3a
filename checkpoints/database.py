"""What the store asks of its database: statements, one transaction at a time, and the rows that come of them.

The store's SQL is written once, as SQLite speaks it. `sqlite3.Connection` is such a database as it is; `checkpoints.postgres` is the other one.
Two rules keep the same statements right where several processes write at once: what must hold is a condition of the statement
that writes (and `rowcount` says whether it held), never of one that was read before; and who takes something takes it by such a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol


class Unavailable(Exception):
    """The database could not do its work just now: waiting helps, and nothing is wrong with what was asked."""


class Rows(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        ...

    def fetchone(self) -> Any:
        """The next row, a tuple; None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """The rows, one by one."""
        ...


class Database(Protocol):
    """One connection; used by one thread at a time."""

    @property
    def Error(self) -> type[Exception]:
        """What all failures of the database are."""
        ...

    @property
    def IntegrityError(self) -> type[Exception]:
        """Raised where a row would break a unique key."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was begun and not ended."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Rows:
        """Run one statement, at once outside a transaction."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...
