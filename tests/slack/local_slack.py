"""A Slack on 127.0.0.1: Web API, limits, rate limits, lost answers, Socket Mode. Driven by the real slack_sdk client."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Json = dict[str, Any]
BOT, TOKEN, SECRET, APP_TOKEN = "UBOT00001", "xoxb-local", "a-signing-secret", "xapp-local"
CHANNELS = {"wismo-fraud": "C0FRAUD", "wismo-supply": "C0SUPPLY", "wismo-shipping": "C0SHIPPING", "wismo-cx": "C0CX"}
SCOPES = "chat:write,app_mentions:read,channels:history,groups:history,channels:read,groups:read,users:read,usergroups:read"
SOON = 20.0


class LocalSlack:
    """One workspace."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.whispers: list[Json] = []
        self.views: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.scopes = SCOPES
        self.channels = dict(CHANNELS)
        self.not_in: set[str] = set()
        self.users = {"U0CXAGENT", "U0CXLEAD", "U0SHIPLEAD", "U0SUPPLYLEAD", "U0FRAUDLEAD"}
        self.groups: dict[str, list[str]] = {}
        self.refusals: list[tuple[str, int, Json, dict[str, str]]] = []
        """(method, status, body, headers): the next call of the method is refused so."""
        self.losing: list[str] = []
        """The next call of the method is done, but nobody hears of it."""
        self.acknowledged: list[Json] = []
        self.base = ""
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()

    @property
    def api_url(self) -> str:
        """What the client gets as its base."""
        return f"{self.base}/api/"

    def roots(self, channel: str | None = None) -> list[Json]:
        """Messages that are no replies."""
        return [row for row in self.messages if "thread_ts" not in row and channel in (None, row["channel"])]

    def replies(self, root: Json) -> list[Json]:
        """The thread of a message."""
        return [row for row in self.messages if row.get("thread_ts") == root["ts"] and row["channel"] == root["channel"]]

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.calls)

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait for something to be so."""
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(lambda: bool(holds()))

    async def push(self, kind: str, payload: Json) -> None:
        """Send an envelope over Socket Mode."""
        await self.until(lambda: self._sockets)
        envelope = {"envelope_id": f"E{next(self._numbers)}", "type": kind, "accepts_response_payload": True, "payload": payload}
        await self._sockets[-1].send_json(envelope)

    async def api(self, request: web.Request) -> web.StreamResponse:
        method, told = request.match_info["method"], await _parameters(request)
        self.calls.append((method, told))
        for number, (name, status, body, headers) in enumerate(self.refusals):
            if name == method:
                del self.refusals[number]
                return await self._said(web.json_response(body, status=status, headers=headers))
        answer = getattr(self, method.replace(".", "_"))(told)
        if method in self.losing:
            self.losing.remove(method)
            assert request.transport is not None
            request.transport.close()
        return await self._said(web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": self.scopes}))

    async def _said(self, response: web.StreamResponse) -> web.StreamResponse:
        async with self._changed:
            self._changed.notify_all()
        return response

    def auth_test(self, told: Json) -> Json:
        return {"url": "https://local.slack.com/", "team": "Local", "user": "wismo", "team_id": "T1", "user_id": BOT, "bot_id": "B1"}

    def chat_postMessage(self, told: Json) -> Json:
        if trouble := trouble_with(told):
            return {"ok": False, "error": trouble}
        channel = self._channel(told["channel"])
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        if channel in self.not_in:
            return {"ok": False, "error": "not_in_channel"}
        message = {**told, "channel": channel, "ts": self.next_ts()}
        self.messages.append({key: value for key, value in message.items() if value not in (None, "")})
        return {"channel": channel, "ts": message["ts"], "message": message}

    def chat_update(self, told: Json) -> Json:
        if trouble := trouble_with(told):
            return {"ok": False, "error": trouble}
        [message] = [row for row in self.messages if (row["channel"], row["ts"]) == (told["channel"], told["ts"])]
        message.update(text=told["text"], blocks=told["blocks"])
        return {"channel": told["channel"], "ts": told["ts"]}

    def chat_postEphemeral(self, told: Json) -> Json:
        self.whispers.append(told)
        return {"message_ts": self.next_ts()}

    def chat_getPermalink(self, told: Json) -> Json:
        return {"channel": told["channel"], "permalink": f"https://local.slack.com/archives/{told['channel']}/p{told['message_ts']}"}

    def conversations_history(self, told: Json) -> Json:
        rows = [row for row in self.roots(told["channel"]) if float(row["ts"]) >= float(told.get("oldest") or 0)]
        return {"messages": list(reversed(rows)), "response_metadata": {"next_cursor": ""}}

    def conversations_replies(self, told: Json) -> Json:
        rows = [row for row in self.messages if told["ts"] in (row["ts"], row.get("thread_ts")) and row["channel"] == told["channel"]]
        return {"messages": rows, "response_metadata": {"next_cursor": ""}}

    def conversations_list(self, told: Json) -> Json:
        rows = [{"id": own, "name": name, "is_member": own not in self.not_in} for name, own in self.channels.items()]
        return {"channels": rows, "response_metadata": {"next_cursor": ""}}

    def conversations_info(self, told: Json) -> Json:
        return {"channel": {"id": told["channel"], "is_member": told["channel"] not in self.not_in}}

    def views_open(self, told: Json) -> Json:
        view = {**told["view"], "id": f"V{next(self._numbers)}"}
        self.views.append(view)
        return {"view": view}

    def users_info(self, told: Json) -> Json:
        if told["user"] not in self.users:
            return {"ok": False, "error": "user_not_found"}
        return {"user": {"id": told["user"], "deleted": False, "is_bot": False}}

    def usergroups_users_list(self, told: Json) -> Json:
        if told["usergroup"] not in self.groups:
            return {"ok": False, "error": "no_such_subteam"}
        return {"users": self.groups[told["usergroup"]]}

    def apps_connections_open(self, told: Json) -> Json:
        return {"url": f"{self.base.replace('http', 'ws')}/link"}

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}, "debug_info": {}})
        self._sockets.append(socket)
        async with self._changed:
            self._changed.notify_all()
        async for message in socket:
            self.acknowledged.append(json.loads(message.data))
            async with self._changed:
                self._changed.notify_all()
        return socket

    def next_ts(self) -> str:
        """A new timestamp, which is a message's name."""
        return f"1700000000.{next(self._numbers):06d}"

    def _channel(self, name: str) -> str | None:
        return self.channels.get(name[1:]) if name.startswith("#") else name


@asynccontextmanager
async def local_slack() -> AsyncIterator[LocalSlack]:
    """A workspace that is open while the context lasts."""
    slack, app = LocalSlack(), web.Application()
    app.add_routes([web.post("/api/{method}", slack.api), web.get("/api/{method}", slack.api), web.get("/link", slack.link)])
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield slack
    finally:
        await runner.cleanup()


def trouble_with(message: Json) -> str | None:
    """What Slack refuses: too many blocks, too long texts, too much of everything; and what ours must never contain."""
    blocks = message.get("blocks") or []
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        return "msg_blocks_too_long"
    texts = list(texts_of(blocks))
    if len(blocks) > 50 or any(not 0 < len(text) <= 3_000 for text in texts):
        return "invalid_blocks"
    assert not any("<!channel" in text or "<!here" in text or "<!everyone" in text for text in (*texts, message.get("text") or ""))
    return None


def texts_of(value: Any) -> list[str]:
    """All texts of blocks."""
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for each in value.values() for text in texts_of(each)]


async def _parameters(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    rows = {**request.query, **(await request.post())}
    return {name: json.loads(value) if name in {"blocks", "metadata", "view"} and isinstance(value, str) else value for name, value in rows.items()}
