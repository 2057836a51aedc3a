"""What the graph asks of the case store, as Protocols."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from graph.commit import Commit, Memory, Outcome
from graph.context import OrderContext


class LostRace(Exception):
    """Somebody else changed the case or took the lease since this run began: nothing was written, the run is repeated."""


class CaseMemory(Protocol):
    """READ. What is remembered."""

    async def recall(self, *, customer_id: str | None, order_id: str | None, ticket_id: str | None) -> Memory:
        """The newest case of a customer and order (or of a ticket without customer), its open matters, and the ticket."""
        ...

    async def recall_review(self, escalation_id: str | None, order_id: str | None) -> tuple[Memory, Outcome | None]:
        """The named review, or the newest of the order's case, whatever its status; and the run that opened it."""
        ...

    async def outcome(self, run_id: str) -> tuple[Outcome, OrderContext | None]:
        """What an earlier run decided and on which facts. Raises `KeyError` for an unknown run."""
        ...


class EventMemory(Protocol):
    """READ. Which events were worked on."""

    def has_seen(self, source: str, event_id: str) -> bool:
        """Whether that event was worked on already."""
        ...

    def newest_event_at(self, subject: str) -> datetime | None:
        """When the newest event of a subject happened."""
        ...

    def proactive_since(self, since: datetime) -> int:
        """How many messages went out unasked since then."""
        ...

    def cases_of_ticket(self, ticket_id: str) -> tuple[Memory, ...]:
        """The cases that a ticket is about, with their open matters."""
        ...

    def deferred_since(self, order_id: str) -> datetime | None:
        """When the event happened that a held-back message of the order is about."""
        ...


class Ledger(Protocol):
    """WRITE. One transaction per run."""

    async def commit(self, commit: Commit) -> None:
        """Write everything of a run, once; raises `LostRace` and writes nothing if the case or lease moved on."""
        ...
