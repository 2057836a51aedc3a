"""The front office: what all addresses of the HTTP door share."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel

from checkpoints.acceptance import Acceptance, accept
from checkpoints.database import Database
from checkpoints.tokens import Tokens
from graph.arrivals import Arrival
from server.http.answers import Accepted, acceptance_of
from server.http.limiter import Limiter
from server.http.probes import Probes
from server.http.problems import Problem
from server.http.settings import HttpSettings
from server.reviews import Reviews
from server.shift import Shift
from server.wiring import House

T = TypeVar("T")


@dataclass(frozen=True)
class Front:
    """One house and its door."""

    house: House
    shift: Shift
    settings: HttpSettings
    intake: Database
    """Arrivals are kept over this connection, whose commits wait for the disk."""
    folder: Path
    """Where the databases are."""
    seconds: Callable[[], float] = time.monotonic
    limiter: Limiter = field(init=False)
    tokens: Tokens = field(init=False)
    reviews: Reviews = field(init=False)
    probes: Probes = field(init=False)

    def __post_init__(self) -> None:
        """Set up what follows from the rest."""
        object.__setattr__(self, "limiter", Limiter(self.settings.per_minute, self.seconds))
        object.__setattr__(self, "tokens", Tokens(self.house.connection))
        object.__setattr__(self, "reviews", Reviews(self.house.connection))
        object.__setattr__(self, "probes", Probes(self.house, self.seconds))

    @property
    def database(self) -> Database:
        """What is read from."""
        connection: Database = self.house.connection
        return connection

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self.house.deps.clock.now().astimezone(UTC)

    @property
    def lead(self) -> timedelta:
        """How long before it is due a promised update goes out."""
        return timedelta(minutes=self.house.deps.policy.events.lead_minutes)

    def id_of(self, kind: str, *parts: str) -> str:
        """The id of an arrival: the same parts are the same arrival."""
        return self.house.deps.ids.new(kind, *parts)

    def keep(self, arrival: Arrival, sender: str, body: BaseModel) -> bool:
        """Keep an arrival and wake the worker; false if it is known. The same id with another body is refused."""
        digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
        kept = accept(self.intake, arrival, sender=sender, digest=digest, at=self.now())
        if kept is Acceptance.CONFLICT:
            raise Problem(409, "this id came before, with another body; nothing was changed")
        self.shift.wake()
        return kept is Acceptance.NEW

    async def told(self, arrival_id: str, look: Callable[[], T | None], wait: float) -> T | Accepted:
        """What came of an arrival, if that is known within that many seconds; else how far it has come."""

        def seen() -> T | Accepted | None:
            kept = acceptance_of(self.database, arrival_id)
            return kept if kept.state in {"dead", "erased"} else look()

        known: T | Accepted | None = await self.shift.until(seen, wait) if wait > 0 else None
        return acceptance_of(self.database, arrival_id) if known is None else known


def front_of(request: Request) -> Front:
    """The front office of the app."""
    front: Front = request.app.state.front
    return front
