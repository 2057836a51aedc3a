"""The postman: carries effects to the shop's endpoint, in order per case; a dead endpoint makes them wait, nothing is dropped."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta

from checkpoints.crash_points import reached
from checkpoints.letters import Waiting, next_letters
from checkpoints.outbox import Outbox
from graph.commit import SendMessage
from graph.policy import Delivery
from graph.ports import Clock
from server.outbound.endpoint import Endpoint, Refused
from server.outbound.letter import letter_of

_log = logging.getLogger("wismo.outbound")


class Postman:
    """Carries what waits. `is_late` looks at the ticket again before each reply: a teammate may have been faster."""

    def __init__(self, connection: sqlite3.Connection, outbox: Outbox, endpoint: Endpoint, clock: Clock, rules: Delivery) -> None:
        self._connection = connection
        self._outbox = outbox
        self._endpoint = endpoint
        self._clock = clock
        self._rules = rules
        self._resting: dict[int, float] = {}
        self._failures = 0
        self._closed_until = 0.0
        self._busy = asyncio.Lock()
        self.has_own_round = False
        """Whether somebody carries the post beside the worker's own work."""

    @property
    def is_down(self) -> bool:
        """Whether the endpoint did not take the last delivery."""
        return self._failures > 0

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._endpoint.aclose()

    async def round(self, is_late: Callable[[SendMessage], Awaitable[bool]]) -> None:
        """Carry everything that can be carried now."""
        async with self._busy:
            while waiting := self._next():
                await asyncio.gather(*(self._carry(one, is_late) for one in waiting))

    def _next(self) -> list[Waiting]:
        now = self._clock.now().timestamp()
        if self._outbox.is_paused or now < self._closed_until:
            return []
        self._resting = {seq: until for seq, until in self._resting.items() if until > now}
        at_once = 1 if self.is_down else self._rules.at_once
        return next_letters(self._connection, besides=self._resting, held=self._outbox.paused_deployments(), limit=at_once)

    async def _carry(self, waiting: Waiting, is_late: Callable[[SendMessage], Awaitable[bool]]) -> None:
        pending, effect = waiting.pending, waiting.pending.effect
        reached("before_delivery")
        if isinstance(effect, SendMessage) and effect.visible and await is_late(effect):
            self._outbox.dropped(pending, "human_replied")
            return
        body = letter_of(effect, waiting.case_id, waiting.at).model_dump_json().encode()
        refused = await self._endpoint.deliver(effect.key, body)
        if refused is None:
            self._failures = 0
            self._outbox.delivered(pending)
            reached("after_delivery")
            return
        self._note(waiting, refused)

    def _note(self, waiting: Waiting, refused: Refused) -> None:
        """What was answered may be about this letter: it rests, so that others are tried. Where the endpoint is the reason, all rest."""
        now, pending = self._clock.now(), waiting.pending
        self._outbox.failed(pending, f"not delivered: {refused.why}")
        _log.warning("delivery %s: %s; attempt %d", pending.effect.key, refused.why, pending.attempts + 1)
        if refused.has_answered:
            self._resting[pending.seq] = (now + timedelta(seconds=self._pause(pending.attempts))).timestamp()
        if refused.is_down and now.timestamp() >= self._closed_until:
            rest = max(self._pause(self._failures), refused.retry_after)
            self._failures += 1
            self._closed_until = (now + timedelta(seconds=rest)).timestamp()

    def _pause(self, failures: int) -> float:
        return float(min(self._rules.retry_seconds * 2 ** min(failures, 20), self._rules.longest_pause_seconds))
