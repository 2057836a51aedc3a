"""`wismo migrate`: makes the tables of a database, or brings them to this version; one process at a time, by an advisory lock."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from procrastinate.schema import SchemaManager

from checkpoints.postgres.dialect import FUNCTIONS, GUARD, tables, translate
from checkpoints.postgres.liveness import WORKERS
from checkpoints.postgres.locks import Lock, try_lock
from checkpoints.postgres.waking import WAKING
from checkpoints.schema import FILLED, VERSION, StoreVersionError

PATIENCE = 60.0
"""Seconds to wait for another migration."""
_SCRIPTS = (FUNCTIONS, tables(), translate(FILLED), GUARD, WAKING, WORKERS)
_DIGEST = hashlib.sha256("\n".join(_SCRIPTS).encode()).hexdigest()
_OURS = "create table if not exists wismo_schema (one boolean primary key default true check (one), version integer not null, digest text not null)"


def migrate(address: str) -> bool:
    """Bring a database to this version; false if it was already. Raises `StoreVersionError` for one of a newer version."""
    with psycopg.connect(address, autocommit=True) as connection, _alone(connection):
        connection.execute(_OURS)
        kept = _kept(connection)
        if kept is not None and kept[0] > VERSION:
            raise StoreVersionError(f"the database has version {kept[0]}, this service has {VERSION}")
        PostgresSaver(connection).setup()  # type: ignore[arg-type]  # each of its cursors asks for rows as dictionaries
        if kept == (VERSION, _DIGEST):
            return False
        with connection.transaction():
            if connection.execute("select to_regclass('procrastinate_jobs')").fetchone() == (None,):
                connection.execute(SchemaManager.get_schema())
            for script in _SCRIPTS:
                connection.execute(script)
            connection.execute(
                "insert into wismo_schema (version, digest) values (%s, %s) "
                "on conflict (one) do update set version = excluded.version, digest = excluded.digest",
                (VERSION, _DIGEST),
            )
    return True


def check(connection: psycopg.Connection[Any]) -> None:
    """Raises `StoreVersionError` for a database that is not of this version."""
    if connection.execute("select to_regclass('wismo_schema')").fetchone() == (None,) or (kept := _kept(connection)) is None:
        raise StoreVersionError("the database has no tables yet; `wismo migrate` makes them")
    if kept != (VERSION, _DIGEST):
        raise StoreVersionError("the database belongs to another version of this service; `wismo migrate` brings it to this one")


def _kept(connection: psycopg.Connection[Any]) -> tuple[int, str] | None:
    return connection.execute("select version, digest from wismo_schema").fetchone()


@contextmanager
def _alone(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Asks again and again instead of waiting inside a statement, which would keep indexes from being built."""
    until = time.monotonic() + PATIENCE
    while not try_lock(connection, Lock.MIGRATION):
        if time.monotonic() > until:
            raise StoreVersionError("another migration holds the database")
        time.sleep(0.1)
    yield
