"""Accepting what a sender hands in: the arrival, and who sent it with which content, in one transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from checkpoints.crash_points import reached
from checkpoints.database import Database
from checkpoints.erasure import GONE
from checkpoints.inbox import insert_arrival
from checkpoints.schema import connect
from checkpoints.transaction import transaction
from graph.arrivals import Arrival


class Acceptance(StrEnum):
    """What became of something that was handed in."""

    NEW = "new"
    KNOWN = "known"
    """The same id with the same content: the same arrival. So is one whose content was erased since."""
    CONFLICT = "conflict"
    """The same id with another content: refused, nothing changed."""


def connect_durably(path: Path | str) -> sqlite3.Connection:
    """A connection whose commits survive a power failure, not only a kill: each waits for the disk."""
    connection: sqlite3.Connection = connect(path).conn
    connection.execute("pragma synchronous = full")
    return connection


def accept(connection: Database, arrival: Arrival, *, sender: str, digest: str, at: datetime) -> Acceptance:
    """Keep an arrival, once. The sender's id is part of the arrival's; the digest tells the same content from another."""
    reached("before_inbox")
    with transaction(connection):
        row = connection.execute("select digest from accepted where arrival_id = ?", (arrival.arrival_id,)).fetchone()
        if row is not None:
            return Acceptance.KNOWN if row[0] in {digest, GONE} else Acceptance.CONFLICT
        insert_arrival(connection, arrival, arrival.arrival_id)
        connection.execute("insert into accepted values (?, ?, ?, ?)", (arrival.arrival_id, sender, digest, at.isoformat()))
    reached("after_inbox")
    return Acceptance.NEW
