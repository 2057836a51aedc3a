"""Around every request: a name for it, a limit for its body, a line in the log, and nothing of a failure to the outside."""

from __future__ import annotations

import logging
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.problems import Problem, refuse
from server.http.settings import MAX_BODY
from server.journal import fields
from server.spans import span
from server.trouble import trouble

REQUEST_ID = "wismo.request_id"
ASKER = "wismo.asker"
_log = logging.getLogger("wismo.http")


class Guard:
    """Stands before the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, and say what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, scope[REQUEST_ID] = time.perf_counter(), uuid.uuid4().hex
        answering = _Answering(send, scope[REQUEST_ID])
        try:
            if _declared(scope) > MAX_BODY:
                await (await refuse(Request(scope), too_large()))(scope, receive, answering)
            else:
                with span("request", request=scope[REQUEST_ID], method=scope["method"]):
                    await self._app(scope, _Counted(receive), answering)
        except Exception as error:
            _log.error("request %s failed: %s", scope[REQUEST_ID], trouble(error))
            if answering.status is None:
                await (await refuse(Request(scope), Problem(500)))(scope, receive, answering)
        finally:
            seconds, path = time.perf_counter() - started, getattr(scope.get("route"), "path", "unknown")
            said = fields(status=answering.status, ms=round(seconds * 1000, 1), asker=scope.get(ASKER, "nobody"), request=scope[REQUEST_ID])
            _log.info("%s %s %s", scope["method"], path, answering.status, extra=said)


class _Counted:
    """What arrives of a body, until it is too much."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BODY:
            raise too_large()
        return message


class _Answering:
    """What goes out, with the headers that every answer has."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._request_id
            headers["x-content-type-options"] = "nosniff"
            headers.setdefault("cache-control", "no-store")
        await self._send(message)


def too_large() -> Problem:
    """The body is above the limit; the rest of it is not read."""
    return Problem(413, f"a body has at most {MAX_BODY} bytes", headers={"connection": "close"})


def _declared(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
