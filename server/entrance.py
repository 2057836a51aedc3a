"""The entrance: which entry point an arrival comes in by, decided when it is worked on, and with which voice."""

from __future__ import annotations

import logging
from datetime import timedelta

from checkpoints.commit_rows import utc
from checkpoints.database import Database
from graph.arrivals import Arrival, EventArrived, MessageArrived
from graph.deployments import Deployment, Deployments
from graph.labels import Intent, Mode
from graph.policy import Policy
from graph.ports import Clock
from nodes.reading import read_message

_log = logging.getLogger("wismo.entrance")
_OF_TICKET = (
    "select coalesce(json_extract(runs.doc, '$.deployment'), '') from contacts join runs using (arrival_id) where ticket_id = ? "
    "order by runs.seq desc limit 1"
)
_TAKEN = "select count(*) from runs where json_extract(doc, '$.deployment') = ? and at >= ?"


class Entrance:
    """The entry points of one house. An arrival that is admitted already, or continues a case, goes on as it is."""

    def __init__(self, connection: Database, deployments: Deployments, policy: Policy, clock: Clock) -> None:
        self._connection = connection
        self.deployments = deployments
        self._policy = policy
        self._clock = clock

    def admit(self, arrival: Arrival) -> Arrival | None:
        """The arrival with its entry point and mode; None where no entry point takes it."""
        if arrival.deployment is not None or not isinstance(arrival, MessageArrived | EventArrived):
            return arrival
        taken = self._of_message(arrival) if isinstance(arrival, MessageArrived) else self.deployments.for_event(arrival)
        if taken is None:
            return None
        mode = self.mode_of(taken, arrival.mode)
        if mode is not arrival.mode and taken.mode is Mode.LIVE:
            _log.warning("entry point %s has reached its cap of %s runs an hour: a draft only", taken.name, taken.cap_per_hour)
        return arrival.model_copy(update={"deployment": taken.name, "mode": mode})

    def mode_of(self, deployment: Deployment, allowed: Mode) -> Mode:
        """Live where the installation and the entry point are, and the hour has room: beyond its cap everything is a draft that a human may send."""
        if Mode.SHADOW in (deployment.mode, allowed):
            return Mode.SHADOW
        if deployment.cap_per_hour is not None and self.taken_within_hour(deployment.name) >= deployment.cap_per_hour:
            return Mode.SHADOW
        return Mode.LIVE

    def taken_within_hour(self, name: str) -> int:
        """The runs of an entry point within the last hour."""
        since = utc(self._clock.now() - timedelta(hours=1))
        return int(self._connection.execute(_TAKEN, (name, since)).fetchone()[0])

    def _of_message(self, message: MessageArrived) -> Deployment | None:
        """A conversation stays with the entry point that began it: an answer to our question has neither tag nor intent of its own."""
        row = self._connection.execute(_OF_TICKET, (message.ticket_id,)).fetchone()
        begun = self.deployments.named(row[0]) if row else None
        if begun is not None and begun.enabled:
            return begun
        return self.deployments.for_message(message, lambda: self._intents(message))

    def _intents(self, message: MessageArrived) -> frozenset[Intent]:
        reading = read_message(text=message.text, subject=message.subject, channel=message.channel, metadata=message.metadata, received_at=message.at)
        return frozenset(ask.intent for ask in reading.asks if ask.confidence >= self._policy.intake.intent_confidence)
