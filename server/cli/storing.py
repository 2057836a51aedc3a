"""Where the command line's cases are kept: in PostgreSQL, where `WISMO_DATABASE_URL` names it, else in the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from server.cli.refusal import refuse

if TYPE_CHECKING:
    from pathlib import Path

    from checkpoints.postgres.storage import Postgres
    from checkpoints.storage import Storage, Storages

SETTING = "WISMO_DATABASE_URL"
T = TypeVar("T")


def database_address() -> str | None:
    """The address of the database, if there is one. Its password is never shown."""
    address = os.environ.get(SETTING, "").strip()
    if address and not address.startswith(("postgresql://", "postgres://")):
        refuse(f"{SETTING} does not begin with postgresql://")
    return address or None


@contextmanager
def kept_in() -> Iterator[Storages]:
    """The storage of any folder; a house without a folder lives in memory."""
    from checkpoints.storage import SqliteFolder

    if database_address() is None:
        yield SqliteFolder
        return
    with postgres_or_refuse() as storage:

        def of(folder: Path | None) -> Storage:
            return storage if folder is not None else SqliteFolder(None)

        yield of


@contextmanager
def postgres_or_refuse() -> Iterator[Postgres]:
    """The database, open."""
    from contextlib import closing

    from checkpoints.postgres.storage import Postgres

    with closing(at_database(Postgres)) as storage:
        yield storage


def at_database(do: Callable[[str], T]) -> T:
    """Do something with the address of the database. Without one, or where the database refuses, the command ends."""
    import psycopg

    from checkpoints.schema import StoreVersionError

    address = database_address()
    if address is None:
        refuse(f"{SETTING} is not set; it names the PostgreSQL database, like postgresql://wismo@localhost/wismo")
    try:
        return do(address)
    except StoreVersionError as problem:
        refuse(str(problem))
    except psycopg.Error as problem:
        told = str(problem).strip().partition("\n")[0]
        refuse(f"the database of {SETTING} {'does not answer' if isinstance(problem, psycopg.OperationalError) else 'refuses'}: {told}")
