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


_UNHEARD = "set idle_session_timeout = '10s'"
"""A holder that hangs loses its session, and with it the lock: it has to ask more often than that."""


class Holder:
    """Wants one lock, on a session of its own."""

    def __init__(self, address: str, what: Lock) -> None:
        self._address = address
        self._what = what
        self._session: psycopg.Connection[Any] | None = None
        self._is_held = False

    def holds(self) -> bool:
        """Whether the lock is ours now; asks for it where it is not. A session that died has lost it."""
        try:
            if self._session is None:
                self._session = psycopg.connect(self._address, autocommit=True, connect_timeout=5, application_name="wismo lock")
                self._session.execute(_UNHEARD)
            if self._is_held:
                self._session.execute("select 1")
            else:
                self._is_held = try_lock(self._session, self._what)
        except psycopg.Error:
            self.close()
            raise
        return self._is_held

    def keep(self) -> None:
        """Say that we live, if the lock is ours."""
        if self._is_held:
            self.holds()

    def close(self) -> None:
        """Let go."""
        session, self._session, self._is_held = self._session, None, False
        if session is not None:
            session.close()
