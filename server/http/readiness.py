"""Whether the house can do its work: its databases, its worker, and the systems that it asks."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from checkpoints.database import Database
from graph.labels import System
from server.http.front import Front
from server.http.probes import Answers

Check = Literal["ok", "failing"]


class Readiness(BaseModel):
    """What works."""

    status: Literal["ready", "degraded", "not_ready"] = Field(
        description="`degraded`: a system does not answer. Arrivals are kept and worked on, its facts are unknown: no reason to be cut off."
    )
    database: Check
    checkpointer: Check
    worker: Check
    backends: dict[System, Answers]


async def readiness_of(front: Front) -> Readiness:
    """Look at everything."""
    own: dict[str, Check] = {
        "database": _check(front.database),
        "checkpointer": "ok" if front.house.saver.is_readable() else "failing",
        "worker": "ok" if front.shift.is_on else "failing",
    }
    backends = await front.probes.backends()
    return Readiness.model_validate({"status": _status(set(own.values()), set(backends.values())), **own, "backends": backends})


def _status(own: set[Check], backends: set[Answers]) -> str:
    if "failing" in own or "ok" not in backends:
        return "not_ready"
    return "degraded" if "failing" in backends else "ready"


def _check(connection: Database) -> Check:
    try:
        connection.execute("select 1 from switches limit 1").fetchone()
    except connection.Error:
        return "failing"
    return "ok"
