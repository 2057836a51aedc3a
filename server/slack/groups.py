"""Which of the policy's user groups somebody belongs to: asked from Slack, kept for five minutes, closed when Slack is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from graph.policy import Policy
from server.slack.posting import TROUBLE

KEPT_SECONDS = 300.0
PATIENCE = 2.0


class Groups:
    """The user groups that the policy names as reviewers (ids that begin with S)."""

    def __init__(self, client: AsyncWebClient, policy: Policy, wall: Callable[[], float]) -> None:
        self._client = client
        self._wall = wall
        self._ids = tuple(dict.fromkeys(row.slack_id for row in policy.escalation.reviewers if row.slack_id.startswith("S")))
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    async def of(self, user: str) -> tuple[str, ...]:
        """The groups of somebody. A group that cannot be read has no members."""
        members = await asyncio.gather(*(self._members(group) for group in self._ids))
        return tuple(group for group, users in zip(self._ids, members, strict=True) if user in users)

    async def _members(self, group: str) -> frozenset[str]:
        until, users = self._known.get(group, (0.0, frozenset()))
        if until > self._wall():
            return users
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.usergroups_users_list(usergroup=group)
        except TROUBLE:
            return frozenset()
        self._known[group] = (self._wall() + KEPT_SECONDS, frozenset(answer["users"]))
        return self._known[group][1]
