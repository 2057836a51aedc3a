"""Advisory locks: one holder in the whole database, for as long as its session lives."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import psycopg

_OURS = 0x7769736D
"""Keeps our locks apart from those of others in the same database."""


class Lock(IntEnum):
    """What only one may do at a time."""

    MIGRATION = 1
    SWEEP = 2


def try_lock(connection: psycopg.Connection[Any], what: Lock) -> bool:
    """Whether the lock is this session's now; the server lets go of it when the session ends, however it ends."""
    row = connection.execute("select pg_try_advisory_lock(%s, %s)", (_OURS, int(what))).fetchone()
    return row == (True,)
