"""What time it is for a kept data folder."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from checkpoints.database import Database
from graph.facts import World
from server.cli.options import moment_or_mistyped
from tools.demo import demo_world


def moment_of(connection: Database, at: str | None) -> datetime:
    """The moment that was typed; else now, or in a kept demo shop, whose time stands still, the time of its last arrival."""
    return moment_or_mistyped("--at", at) if at is not None else _demo_moment(connection) or datetime.now(UTC)


def _demo_moment(connection: Database) -> datetime | None:
    row = connection.execute("select value from switches where name = 'loaded_world'").fetchone()
    facts = World.model_validate_json(json.dumps(demo_world()))
    digest = hashlib.sha256(facts.model_dump_json().encode()).hexdigest()
    last = connection.execute("select max(at) from arrivals").fetchone()[0] if row and row[0] == digest else None
    return datetime.fromisoformat(last) if last else None
