"""The postman: carries effects to the shop's endpoint, in order per case; a dead endpoint makes them wait, nothing is dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from checkpoints.crash_points import reached
from checkpoints.database import Database
from checkpoints.letters import Waiting, next_letters, still_waits
from checkpoints.outbox import Outbox
from graph.commit import SendMessage
from graph.policy import Delivery
from graph.ports import Clock
from server.outbound.endpoint import Endpoint, Refused
from server.outbound.letter import letter_of

IsLate = Callable[[SendMessage], Awaitable[bool]]
"""Looks at the ticket again before a reply goes out: a teammate may have been faster."""
_log = logging.getLogger("wismo.outbound")


class Postman:
    """Carries what waits; of several postmen on one database only one is with a case at a time."""

    def __init__(self, connection: Database, outbox: Outbox, endpoint: Endpoint, clock: Clock, rules: Delivery) -> None:
        self._connection = connection
        self._outbox = outbox
        self._endpoint = endpoint
        self._clock = clock
        self._rules = rules
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

    async def round(self, owner: str, is_late: IsLate) -> None:
        """Carry everything that can be carried now."""
        async with self._busy:
            elsewhere: set[int] = set()
            while waiting := self._next(elsewhere):
                carried = await asyncio.gather(*(self._carry(one, owner, is_late) for one in waiting))
                elsewhere |= {one.pending.seq for one, was_ours in zip(waiting, carried, strict=True) if not was_ours}

    def _next(self, elsewhere: set[int]) -> list[Waiting]:
        now = self._clock.now()
        if self._outbox.is_paused or now.timestamp() < self._closed_until:
            return []
        at_once = 1 if self.is_down else self._rules.at_once
        return next_letters(self._connection, now=now, besides=elsewhere, held=self._outbox.paused_deployments(), limit=at_once)

    async def _carry(self, waiting: Waiting, owner: str, is_late: IsLate) -> bool:
        """False where another postman is with this case."""
        with self._outbox.deliveries.held(f"post:{waiting.subject}", owner) as is_ours:
            if is_ours and still_waits(self._connection, waiting):
                await self._hand_in(waiting, is_late)
            return is_ours

    async def _hand_in(self, waiting: Waiting, is_late: IsLate) -> None:
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
        rests = now + timedelta(seconds=self._pause(pending.attempts))
        _log.warning("delivery %s: %s; attempt %d", pending.effect.key, refused.why, pending.attempts + 1)
        if not refused.is_down:
            if self._outbox.refused(pending, f"not delivered: {refused.why}", rests, most=self._rules.refusals, at=now):
                _log.error("delivery %s is a dead letter: %s", pending.effect.key, refused.why)
            return
        self._outbox.failed(pending, f"not delivered: {refused.why}", rests if refused.has_answered else None)
        if now.timestamp() >= self._closed_until:
            rest = max(self._pause(self._failures), refused.retry_after)
            self._failures += 1
            self._closed_until = (now + timedelta(seconds=rest)).timestamp()

    def _pause(self, failures: int) -> float:
        return float(min(self._rules.retry_seconds * 2 ** min(failures, 20), self._rules.longest_pause_seconds))
