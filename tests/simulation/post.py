"""The way of events to the service: most arrive soon, some never, some twice, some so late that newer ones were faster."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from graph.arrivals import EventArrived
from graph.labels import Mode
from tests.simulation.agenda import Agenda, hours

LOST, DOUBLED, LATE = 0.08, 0.10, 0.10


class Post:
    """Carries what the systems notice to the service."""

    def __init__(self, rng: Random, agenda: Agenda, deliver: Callable[[EventArrived], Awaitable[None]]) -> None:
        self._rng, self._agenda, self._deliver = rng, agenda, deliver
        self._numbers = itertools.count(1)
        self.fates: Counter[str] = Counter()

    def send(self, source: str, type_: str, now: datetime, **about: Any) -> None:
        """A system noticed something now."""
        event_id = f"{source}-{next(self._numbers)}"
        for copy, rest in enumerate(self._rests()):
            fields = {"arrival_id": f"event:{event_id}:{copy}", "at": now + rest, "mode": Mode.LIVE, "source": source, "event_id": event_id}
            event = EventArrived.model_validate({**fields, "type": type_, "occurred_at": now, **about})
            self._agenda.note(event.at, lambda event=event: self._deliver(event))  # type: ignore[misc]

    def _rests(self) -> list[timedelta]:
        """How long each copy is on its way; none where the event is lost."""
        chance, soon = self._rng.random(), timedelta(seconds=self._rng.randint(5, 400))
        if chance < LOST:
            self.fates["lost"] += 1
            return []
        if chance < LOST + DOUBLED:
            self.fates["doubled"] += 1
            return [soon, soon + hours(self._rng.choice((0.02, 0.5, 9, 40)))]
        if chance < LOST + DOUBLED + LATE:
            self.fates["late"] += 1
            return [hours(self._rng.uniform(0.5, 30))]
        self.fates["soon"] += 1
        return [soon]
