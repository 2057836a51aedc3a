"""The review desk: one root message per review, its steps in the thread, the root always as the review stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable

from checkpoints.outbox import Outbox, Pending
from graph.case import EscalationRecord
from graph.commit import AskReviewer
from graph.labels import ActionStatus, Mode
from server.reviews import Reviews
from server.slack.blocks import Rendered, Seen, render, reply_blocks
from server.slack.posting import TROUBLE, NotNow, Post, Poster
from server.slack.settings import Links
from server.slack.threads import Posted, Threads
from server.slack.wording import cut, line, person

FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0


class SlackDesk:
    """Shows reviews in Slack. Level-triggered: showing a review twice, late or after a crash gives the same messages."""

    def __init__(self, poster: Poster, threads: Threads, reviews: Reviews, links: Links, *, wall: Callable[[], float]) -> None:
        self._poster = poster
        self._threads = threads
        self._reviews = reviews
        self._links = links
        self._wall = wall
        self._waits: dict[str, tuple[float, int]] = {}

    async def deliver(self, outbox: Outbox, pending: Pending, effect: AskReviewer) -> None:
        """Show one step of a review; a failure leaves it pending, and the later steps of the review behind it."""
        if self._is_waiting(effect.escalation_id):
            return
        try:
            receipt = await self._step(effect)
        except NotNow as wait:
            self._postpone(effect.escalation_id, wait.seconds)
            outbox.failed(pending, f"Slack: {wait}")
        except (*TROUBLE, LookupError) as error:
            self._postpone(effect.escalation_id)
            outbox.failed(pending, f"Slack: {type(error).__name__}: {error}")
        else:
            self._waits.pop(effect.escalation_id, None)
            outbox.delivered(pending, receipt)

    async def catch_up(self) -> None:
        """Show what changed without a step of its own: reviews that are new to Slack, decisions from elsewhere, executed actions."""
        for escalation_id in dict.fromkeys((*self._threads.without_root(), *self._threads.outdated())):
            if self._is_waiting(escalation_id):
                continue
            try:
                await self._show(escalation_id)
            except NotNow as wait:
                self._postpone(escalation_id, wait.seconds)
            except (*TROUBLE, LookupError):
                self._postpone(escalation_id)
            else:
                self._waits.pop(escalation_id, None)

    async def _step(self, effect: AskReviewer) -> str:
        roots = await self._show(effect.escalation_id)
        record = self._reviews.record(effect.escalation_id)
        decided_by = record.decided_by if record else ""
        if effect.post.is_update:
            for root in roots:
                await self._replies(root, f"{effect.key}:{root.stage}", (line_by_line(text, decided_by) for text in effect.post.posts))
        return f"{roots[-1].channel}/{roots[-1].ts}"

    async def _show(self, escalation_id: str) -> tuple[Posted, ...]:
        """Bring all messages of a review to where it stands."""
        record = self._reviews.record(escalation_id)
        if record is None:
            raise LookupError(f"the store has no review {escalation_id}")
        await self._open(record)
        roots = self._threads.roots(escalation_id)
        for root in roots:
            others = [other for other in roots if other.key != root.key]
            newer = next((other for other in others if other.stage == "expired"), None)
            older = next((other for other in others if other.stage == "opened"), None)
            await self._render(root, record, await self._linked(newer), await self._linked(older))
        if record.is_open:
            await self._replies(roots[-1], f"more:{escalation_id}:{roots[-1].stage}", render(self._seen(record)).more)
        return roots

    async def _open(self, record: EscalationRecord) -> None:
        """Post the root message; after an expiry a new one in the fallback queue's channel, linked both ways."""
        stage = "expired" if record.queues else "opened"
        known = self._threads.roots(record.escalation_id)
        if any(root.stage == stage for root in known):
            return
        rendered = render(self._seen(record, moved_from=await self._linked(known[-1] if known else None)))
        key, channel = f"root:{record.escalation_id}:{stage}", record.request.review_channel
        shown = {"shown": _digest(rendered), "status": self._status(record)}
        root = await self._poster.once(Post(key, record.escalation_id, stage, channel, rendered.text, rendered.blocks, **shown))
        for old in known:
            link = await self._linked(root)
            await self._replies(old, f"moved:{record.escalation_id}", (f"Nobody decided in time: the review goes on <{link}|here>.",))

    async def _render(self, root: Posted, record: EscalationRecord, newer: str, older: str) -> None:
        rendered = render(self._seen(record, moved_to=newer, moved_from=older))
        digest = _digest(rendered)
        if root.shown != digest:
            await self._poster.show(root, rendered.text, rendered.blocks)
        if (root.shown, root.status) != (digest, self._status(record)):
            self._threads.rendered(root.key, digest, self._status(record))

    def _status(self, record: EscalationRecord) -> str:
        settled = record.is_open or self._reviews.is_settled(record)
        return record.status.value if settled else f"{record.status.value}, unsettled"

    async def _replies(self, root: Posted, key: str, texts: Iterable[str]) -> None:
        for text in texts:
            reply = f"{key}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
            await self._poster.once(Post(reply, root.escalation_id, "reply", root.channel, cut(text, 1_000), reply_blocks(text), root.ts))

    async def _linked(self, posted: Posted | None) -> str:
        return await self._poster.permalink(posted) if posted is not None else ""

    def _seen(self, record: EscalationRecord, *, moved_to: str = "", moved_from: str = "") -> Seen:
        is_shadow = self._reviews.mode(record.escalation_id) is Mode.SHADOW
        return Seen(record, is_shadow, self._links, self._outcome(record), moved_to, moved_from)

    def _outcome(self, record: EscalationRecord) -> str:
        action = self._reviews.approved_action(record)
        if action is None or record.is_open:
            return ""
        name = action.wanted.action.value.replace("_", " ")
        if action.status == ActionStatus.EXECUTED:
            return f"Executed: {name}, reference {action.reference}"
        return f"Not executed yet: {name}; it is tried again until it is."

    def _is_waiting(self, escalation_id: str) -> bool:
        until, _ = self._waits.get(escalation_id, (0.0, 0))
        return until > self._wall()

    def _postpone(self, escalation_id: str, seconds: float | None = None) -> None:
        """Wait as long as Slack says, else longer after every failure."""
        _, tries = self._waits.get(escalation_id, (0.0, 0))
        wait = min(FIRST_WAIT * 2**tries, LONGEST_WAIT) if seconds is None else seconds
        self._waits[escalation_id] = (self._wall() + wait, tries + 1)


def line_by_line(text: str, decided_by: str = "") -> str:
    """A step of a review as a reply: every line on its own, nothing in it but text, and who decided as a person."""
    rows = (line(row) for row in text.split("\n") if row.strip())
    who = f"Decided by {line(decided_by)}:"
    return "\n".join(row.replace(who, f"Decided by {person(decided_by)}:") if decided_by and row.startswith(who) else row for row in rows)


def _digest(rendered: Rendered) -> str:
    return hashlib.sha256(json.dumps([rendered.text, rendered.blocks]).encode()).hexdigest()[:32]
