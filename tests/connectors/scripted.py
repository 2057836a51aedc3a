"""A server that answers what it is told, and remembers what it was asked: a shop's system on a bad day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

JSON = "application/json"


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """Answers with what `say` was told, the last one again and again."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    _answers: list[Callable[[Heard], Response | None]] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew."""
        self.heard.clear()
        self._answers.clear()

    def say(self, body: Any = b"", status: int = 200, kind: str = JSON, **headers: str) -> Scripted:
        """The next answer: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._answers.append(lambda _: Response(raw, status, {"content-type": kind, **headers}))
        return self

    def fall_silent(self) -> Scripted:
        """The next answer never comes."""
        self._answers.append(lambda _: None)
        return self

    def judge(self, by: Callable[[Heard], Response | None]) -> Scripted:
        """The answer depends on what is asked."""
        self._answers.append(by)
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        heard = Heard(request.method, request.url.path, request.url.query, dict(request.headers), await request.body())
        self.heard.append(heard)
        answer = (self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])(heard)
        if answer is None:
            await until_given_up(receive)
            answer = Response(status_code=504)
        with suppress(OSError):
            await answer(scope, receive, send)


async def until_given_up(receive: Receive) -> None:
    """Say nothing until the caller is gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while (await receive())["type"] != "http.disconnect":
                pass
