"""One question to one system: bounded in time and size, counted by its breaker, never cached; every failure is a typed one."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpx

from graph.labels import System
from graph.ports import BackendError, BackendTimeout, MalformedAnswer
from tools.http_backends.breaker import Breaker

MAX_BYTES: Final = 5_000_000
CONNECTIONS: Final = 16
"""Of one system at the same time."""
IDLE_SECONDS: Final = 2.0
"""An idle connection is given up before servers usually do, so that no question meets a closed one."""
TROUBLED: Final = frozenset({408, 429})

Values = Sequence[tuple[str, str]]


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed: loaded once, because that takes longer than most answers."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class Said:
    """What a system answered."""

    status: int
    body: bytes


class Exchange:
    """The way to one system, with a client of its own: a slow system takes no connection from another."""

    def __init__(self, system: System, url: str, token: str | None, *, timeout: float, breaker: Breaker) -> None:
        self.system = system
        self.breaker = breaker
        self._timeout = timeout
        self._url = url
        self._headers = {"accept": "application/json", "cache-control": "no-store", "user-agent": "wismo"}
        if token:
            self._headers["authorization"] = f"Bearer {token}"
        self._client: httpx.AsyncClient | None = None

    async def aclose(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(self, path: str, values: Values) -> bytes:
        """A question by address."""
        return self._read(await self._exchange(httpx.Request("GET", self._url + path, params=httpx.QueryParams(list(values)), headers=self._headers)))

    async def search(self, path: str, wanted: dict[str, str]) -> bytes:
        """A question whose words do not belong into an address, where logs of other machines would keep them."""
        return self._read(await self._exchange(httpx.Request("POST", self._url + path, json=wanted, headers=self._headers)))

    async def order(self, path: str, body: dict[str, Any], key: str) -> Said:
        """Something to do, at most once per key. Not repeated here: who repeats it looks the key up first."""
        headers = {**self._headers, "content-type": "application/json", "idempotency-key": key}
        said = await self._exchange(httpx.Request("POST", self._url + path, content=json.dumps(body).encode(), headers=headers))
        if said.status >= 300 and said.status != 422:
            raise BackendError(self.system, f"answered with status {said.status}")
        return said

    def _read(self, said: Said) -> bytes:
        if said.status != 200:
            raise BackendError(self.system, f"answered with status {said.status}")
        return said.body

    async def _exchange(self, request: httpx.Request) -> Said:
        if not self.breaker.lets_through():
            raise BackendError(self.system, "not asked: it failed too often just now")
        try:
            async with asyncio.timeout(self._timeout):
                said = await self._sent(request)
        except MalformedAnswer:
            self.breaker.succeeded()
            raise
        except (TimeoutError, httpx.TimeoutException):
            self.breaker.failed()
            raise BackendTimeout(self.system, f"no answer within {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as broken:
            self.breaker.failed()
            raise BackendError(self.system, f"no exchange: {type(broken).__name__}") from None
        except asyncio.CancelledError:
            self.breaker.failed()
            raise
        if said.status >= 500 or said.status in TROUBLED:
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return said

    async def _sent(self, request: httpx.Request) -> Said:
        response = await self._connected().send(request, stream=True)
        try:
            if response.status_code < 300 and not _is_json(response):
                raise MalformedAnswer(self.system, "the answer is not declared as JSON")
            return Said(response.status_code, await self._body(response))
        finally:
            await response.aclose()

    async def _body(self, response: httpx.Response) -> bytes:
        parts, size = [], 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > MAX_BYTES:
                raise MalformedAnswer(self.system, f"the answer is larger than {MAX_BYTES} bytes")
            parts.append(part)
        return b"".join(parts)

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
            self._client = httpx.AsyncClient(verify=trusted(), timeout=self._timeout, limits=limits, follow_redirects=False)
        return self._client


def _is_json(response: httpx.Response) -> bool:
    kind: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json"
