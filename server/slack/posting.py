"""Posting once: a message whose fate is unknown is looked up in Slack before it is posted again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from server.slack.blocks import Block
from server.slack.threads import Posted, Threads

EVENT = "wismo_review"
TROUBLE = (SlackApiError, SlackRequestError, ClientError, TimeoutError, asyncio.TimeoutError)
"""What a call to Slack may end with."""

_PERHAPS_DONE = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
_BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}


class NotNow(Exception):
    """Slack, or another process, asks for patience."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True)
class Post:
    """One message to be posted at most once."""

    key: str
    escalation_id: str
    stage: str
    channel: str
    text: str
    blocks: tuple[Block, ...]
    thread_ts: str | None = None
    shown: str = ""
    status: str = ""


class Poster:
    """Posts for one process."""

    def __init__(self, client: AsyncWebClient, threads: Threads, *, holder: str, wall: Callable[[], float]) -> None:
        self._client = client
        self._threads = threads
        self._holder = holder
        self._wall = wall
        self._addresses: dict[str, str] = {}

    async def once(self, post: Post) -> Posted:
        """The message as it stands in Slack, posted now if it does not stand there yet."""
        claim = self._threads.claim(post.key, post.escalation_id, post.stage, post.channel, holder=self._holder, now=self._wall())
        if claim.posted is not None:
            return claim.posted
        if not claim.is_ours:
            raise NotNow(5.0, "another process is posting it")
        if claim.is_unknown and (found := await self._look_up(post, claim.since)) is not None:
            return self._threads.keep(post.key, found[0], found[1], post.thread_ts)
        answer = await self._say(post)
        self._threads.rendered(post.key, post.shown, post.status)
        return self._threads.keep(post.key, answer["channel"], answer["ts"], post.thread_ts)

    async def show(self, posted: Posted, text: str, blocks: tuple[Block, ...]) -> None:
        """Change a message that stands; one that somebody removed stays removed."""
        try:
            await self._client.chat_update(channel=posted.channel, ts=posted.ts, text=text, blocks=blocks)
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise patience_of(error) from error

    async def permalink(self, posted: Posted) -> str:
        """The address of a message; it never changes."""
        if posted.key in self._addresses:
            return self._addresses[posted.key]
        try:
            answer = await self._client.chat_getPermalink(channel=posted.channel, message_ts=posted.ts)
        except SlackApiError as error:
            raise patience_of(error) from error
        self._addresses[posted.key] = str(answer["permalink"])
        return self._addresses[posted.key]

    async def _say(self, post: Post) -> Any:
        try:
            return await self._send(post, post.blocks)
        except SlackApiError as error:
            if not _is_perhaps_done(error):
                self._threads.free(post.key)
            if error.response.get("error") in _BLOCKS_REFUSED:
                return await self._send(post, ())
            raise patience_of(error) from error

    async def _send(self, post: Post, blocks: tuple[Block, ...]) -> Any:
        told = {"event_type": EVENT, "event_payload": {"key": post.key, "escalation_id": post.escalation_id}}
        return await self._client.chat_postMessage(
            channel=post.channel,
            text=post.text,
            thread_ts=post.thread_ts,
            metadata=told,
            blocks=blocks or None,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _look_up(self, post: Post, since: float) -> tuple[str, str] | None:
        """Where the message stands already, if an earlier attempt got through."""
        channel = await channel_id(self._client, post.channel)
        cursor, oldest = "", str(max(0.0, since - 300))
        while True:
            page = await self._page(channel, post.thread_ts, oldest, cursor)
            for message in page["messages"]:
                if (message.get("metadata") or {}).get("event_payload", {}).get("key") == post.key:
                    return channel, message["ts"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _page(self, channel: str, thread_ts: str | None, oldest: str, cursor: str) -> Any:
        asked: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True, "cursor": cursor}
        try:
            if thread_ts is not None:
                return await self._client.conversations_replies(ts=thread_ts, **asked)
            return await self._client.conversations_history(oldest=oldest, **asked)
        except SlackApiError as error:
            raise patience_of(error) from error


async def channel_id(client: AsyncWebClient, name: str) -> str:
    """The id of a channel that the policy names; an id stays what it is. Raises `LookupError` where the bot sees none."""
    if not name.startswith("#"):
        return name
    cursor = ""
    while True:
        page = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True, limit=1000, cursor=cursor)
        for channel in page["channels"]:
            if channel["name"] == name[1:]:
                return str(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            raise LookupError(f"the bot sees no channel {name}")


def patience_of(error: SlackApiError) -> Exception:
    """A rate limit says how long to wait; everything else stays what it is."""
    if error.response.status_code != 429:
        return error
    headers = {key.lower(): value for key, value in error.response.headers.items()}
    return NotNow(float(headers.get("retry-after", 30)), "rate limited")


def _is_perhaps_done(error: SlackApiError) -> bool:
    return error.response.status_code >= 500 or error.response.get("error") in _PERHAPS_DONE
