"""What a reviewer is told when an answer does not stand: privately, or in the thread where a question has to be settled."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from graph.case import EscalationRecord
from graph.decisions import Verb, limit_of
from graph.labels import Reason
from graph.policy import Policy
from server.reviews import Answered, Reviews
from server.slack.blocks import DECISIONS, reply_blocks
from server.slack.hearing import Heard, Hearing
from server.slack.posting import TROUBLE, NotNow, Post, Poster
from server.slack.wording import line, moment, person

NOTHING_CHANGED = "Nothing changed."


class Answers:
    """Reads what the runs made of the answers, and tells the reviewers."""

    def __init__(self, client: AsyncWebClient, poster: Poster, hearing: Hearing, reviews: Reviews, policy: Policy) -> None:
        self._client = client
        self._poster = poster
        self._hearing = hearing
        self._reviews = reviews
        self._policy = policy

    async def give(self) -> None:
        """Tell everybody whose answer was worked on since; what cannot be told now is told later."""
        for heard in self._hearing.handed_in():
            answered, record = self._reviews.answered(heard.arrival_id), self._reviews.record(heard.escalation_id)
            if answered is None:
                continue
            try:
                if record is not None:
                    await self._tell(heard, answered, record)
            except (*TROUBLE, NotNow, LookupError):
                continue
            self._hearing.told(heard)

    async def _tell(self, heard: Heard, answered: Answered, record: EscalationRecord) -> None:
        if answered.outcome is None:
            await self._reply(heard, f"{person(heard.reviewer)}, your answer is kept, but it could not be worked on. The operators see it.")
        elif answered.outcome.run.reason is Reason.UNCLEAR_DECISION:
            await self._reply(heard, asked_back(heard.reviewer, answered, record))
        elif text := private_answer(answered, record, self._policy):
            await self._whisper(heard, text)

    async def _reply(self, heard: Heard, text: str) -> None:
        key = f"answer:{heard.arrival_id}"
        await self._poster.once(Post(key, heard.escalation_id, "reply", heard.channel, text, reply_blocks(text), heard.thread_ts))

    async def _whisper(self, heard: Heard, text: str) -> None:
        """Only the person sees it; somebody who is not in the channel is told in a direct message."""
        try:
            await self._client.chat_postEphemeral(channel=heard.channel, user=heard.reviewer, thread_ts=heard.thread_ts, text=text)
        except SlackApiError as error:
            if error.response.get("error") not in {"user_not_in_channel", "channel_not_found"}:
                raise
            await self._client.chat_postMessage(channel=heard.reviewer, text=text)


def private_answer(answered: Answered, record: EscalationRecord, policy: Policy) -> str:
    """Why an answer changes nothing; empty where the thread shows what it did."""
    assert answered.outcome is not None
    match answered.outcome.run.reason:
        case Reason.NOT_AUTHORISED:
            return f"{NOTHING_CHANGED} You are not a reviewer of the {record.queue.value} queue. {_who_may(record, policy)}"
        case Reason.OVER_LIMIT:
            limit = limit_of(answered.arrival.reviewer, record, policy, answered.arrival.memberships)
            return f"{NOTHING_CHANGED} The amount is above your limit of {limit}. {_who_may(record, policy)}"
        case Reason.ALREADY_DECIDED:
            return f"{NOTHING_CHANGED} {already_decided(record)}"
        case Reason.NOT_AN_OPTION:
            return f"{NOTHING_CHANGED} That is not possible any more. {_options(record)}"
        case Reason.NO_OPEN_ESCALATION:
            return f"{NOTHING_CHANGED} There is no open review here."
        case Reason.PAUSED:
            return "Your answer is kept: everything is paused at the moment."
    return ""


def already_decided(record: EscalationRecord) -> str:
    """By whom, when, and what."""
    if record.decided_at is None:
        return f"The review has ended: {line(record.ended_because or record.status.value)}."
    return f"It is already decided by {person(record.decided_by)}: {line(record.decision)}, {moment(record.decided_at)}."


def asked_back(reviewer: str, answered: Answered, record: EscalationRecord) -> str:
    """Which option is meant, or what the option needs."""
    assert answered.outcome is not None
    decision = answered.outcome.decision
    if decision is not None and decision.verb is Verb.APPROVE:
        return f"{person(reviewer)}, {line(decision.action or 'this')} needs more to go ahead: please use its button, which asks for it."
    if decision is not None and decision.meant is not None:
        meant = line(f"{decision.meant.verb} {decision.meant.action or ''}".replace("_", " ").strip())
        return f"{person(reviewer)}, do you mean: *{meant}*? Reply *yes* to confirm it. Nothing is decided until then. {_options(record)}"
    noted = "your words are noted, but " if answered.outcome.escalation is not None else ""
    return f"{person(reviewer)}, {noted}no decision can be read from them, so nothing was decided. Which option is meant? {_options(record)}"


def _options(record: EscalationRecord) -> str:
    approvals = [f"approve {option.replace('_', ' ')}" for option in record.options]
    return f"Possible: {', '.join(map(line, (*approvals, *(name.lower() for name in DECISIONS.values()))))}."


def _who_may(record: EscalationRecord, policy: Policy) -> str:
    queues = set(record.deciding_queues)
    names = [row.slack_id for row in policy.escalation.reviewers if row.queues & queues]
    shown = [f"<!subteam^{name}>" if name.startswith("S") else person(name) for name in names]
    return f"Reviewers: {', '.join(shown)}." if shown else "The policy lists no reviewer for it."
