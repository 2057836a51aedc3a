"""Where the command line's cases are kept: in PostgreSQL, where `WISMO_DATABASE_URL` names it, else in the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.cli.refusal import refuse

if TYPE_CHECKING:
    from pathlib import Path

    from checkpoints.postgres.storage import Postgres
    from checkpoints.storage import Storage, Storages

SETTING = "WISMO_DATABASE_URL"


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

    import psycopg

    from checkpoints.postgres.storage import Postgres
    from checkpoints.schema import StoreVersionError

    address = database_address()
    if address is None:
        refuse(f"{SETTING} is not set; it names the PostgreSQL database, like postgresql://wismo@localhost/wismo")
    try:
        storage = Postgres(address)
    except StoreVersionError as problem:
        refuse(str(problem))
    except psycopg.Error as problem:
        refuse(f"the database of {SETTING} does not answer: {first_line(problem)}")
    with closing(storage):
        yield storage


def first_line(problem: Exception) -> str:
    """What the database says, briefly."""
    return str(problem).strip().partition("\n")[0]
