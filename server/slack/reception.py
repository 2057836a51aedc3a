"""What the doors to Slack hand in: presses of buttons, submitted modals, replies in a review's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from graph.arrivals import DecisionArrived
from graph.case import EscalationRecord
from graph.decisions import limit_of
from graph.policy import Policy
from graph.ports import Clock
from server.reviews import Reviews
from server.slack.groups import Groups
from server.slack.hearing import Hearing
from server.slack.modal import Choice, decided, modal, problems_of, said_in
from server.slack.threads import Threads
from server.slack.wording import plain_words

MAX_REPLY = 20_000
_WRITTEN = {None, "thread_broadcast", "file_share"}
"""Subtypes of messages that a person writes; edits and joins are none."""


@dataclass(frozen=True)
class Reception:
    """Keeps what comes in, and wakes the one who works on it."""

    clock: Clock
    policy: Policy
    reviews: Reviews
    threads: Threads
    hearing: Hearing
    groups: Groups
    wake: Callable[[], None]

    async def pressed(self, body: dict[str, Any], client: AsyncWebClient) -> None:
        """A button: who may decide is asked for the rest of the decision; everybody else's press is judged as it is."""
        user, action = body["user"]["id"], body["actions"][0]
        channel, root = body["container"]["channel_id"], body["container"]["message_ts"]
        choice = Choice.of(action["action_id"], escalation_id=action["value"], channel=channel, thread_ts=root, action_ts=action["action_ts"])
        record = self.reviews.record(choice.escalation_id)
        if record is not None and record.is_open and await self._may_decide(user, record):
            await client.views_open(trigger_id=body["trigger_id"], view=modal(choice, record))
            return
        self._keep(decided(choice, user, mode=self.reviews.mode(choice.escalation_id), at=self.clock.now()), channel, root)

    def submitted(self, body: dict[str, Any]) -> dict[str, str]:
        """A modal: kept, unless something has to be corrected first."""
        mode = self.reviews.mode(Choice.of_view(body["view"]).escalation_id)
        said, choice = said_in(body["view"], body["user"]["id"], mode=mode, at=self.clock.now(), policy=self.policy)
        problems = problems_of(said, self.reviews.record(choice.escalation_id), self.clock.now())
        if not problems:
            self._keep(said, choice.channel, choice.thread_ts)
        return problems

    def replied(self, event: dict[str, Any], own_user: str) -> None:
        """A message: kept if a person wrote it in the thread of a review."""
        thread = event.get("thread_ts")
        if event.get("subtype") not in _WRITTEN or event.get("bot_id") or not event.get("user") or thread in {None, event["ts"]}:
            return
        escalation_id = self.threads.review_at(event["channel"], thread)
        words = plain_words(event.get("text") or "", own_user)[:MAX_REPLY]
        if escalation_id is None or not words or event["user"] == own_user:
            return
        said = DecisionArrived(
            arrival_id=f"slack:{event['channel']}:{event['ts']}",
            at=self.clock.now(),
            mode=self.reviews.mode(escalation_id),
            escalation_id=escalation_id,
            reviewer=event["user"],
            text=words,
        )
        self._keep(said, event["channel"], thread)

    def _keep(self, said: DecisionArrived, channel: str, thread_ts: str) -> None:
        self.hearing.keep(said, channel, thread_ts)
        self.wake()

    async def _may_decide(self, user: str, record: EscalationRecord) -> bool:
        return limit_of(user, record, self.policy, await self.groups.of(user)) is not None
