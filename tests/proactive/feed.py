"""A shop that backend systems tell of events, and whose teammates write to customers themselves."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from graph.arrivals import EventArrived, HumanReplied
from graph.facts import Contact
from graph.labels import Mode
from server.replay.results import result_of
from server.worker import drain
from tests.doors.shop import Step
from tests.reviews.desk import Desk


class Fed(Desk):
    """The shop with its feeds."""

    def happens(self, type_: str, at: datetime, *, source: str = "carrier", order_id: str = "O-1042", **about: Any) -> Step:
        """An event arrives as it happens; everything that follows is worked off."""
        root = f"{self.name}:{self.steps}"
        self.steps += 1
        self.clock.set(at)
        known = {"arrival_id": root, "at": at, "mode": self.mode, "source": source, "event_id": root, "type": type_, "occurred_at": at}
        self.house.inbox.put(EventArrived.model_validate({**known, "order_id": order_id, **about}))
        asyncio.run(drain(self.house, "feed", among=(root,)))
        return Step(self, root, result_of(self.house.connection, self.name, self.steps - 1, "event", (root,), 0.0))

    def teammate_writes(self, at: datetime, text: str = "I'm looking into it.") -> None:
        """A teammate answers the customer in the ticket."""
        self.clock.set(at)
        key = f"human:{at.isoformat()}"
        fields = {"contact_id": key, "ticket_id": "T-1", "customer_id": "C-1", "order_id": "O-1042", "at": at}
        self.house.world.add_contact(Contact.model_validate({**fields, "direction": "outbound", "author": "human", "text": text}))
        self.house.inbox.put(HumanReplied(arrival_id=key, at=at, mode=Mode.LIVE, ticket_id="T-1"))
        self.deliver()

    def moments(self) -> list[datetime]:
        """When each of our texts went out."""
        return [datetime.fromisoformat(row["at"]) for row in self.now()["contacts"] if row["author"] == "automation"]

    def standing(self) -> dict[str, Any]:
        """The open promise or watch."""
        return next(row.model_dump() for row in self.follow_ups() if row.status == "open")
