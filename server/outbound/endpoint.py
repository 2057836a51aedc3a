"""The shop's endpoint: one delivery, signed by the Standard Webhooks scheme, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from server.http.signatures import ID, SIGNATURE, TIMESTAMP, sign
from tools.http_backends.exchange import IDLE_SECONDS, trusted

MAX_RETRY_AFTER = 3600.0


@dataclass(frozen=True)
class Refused:
    """A delivery that did not arrive. `is_down`: the endpoint is the reason, as far as one can tell, and not this delivery."""

    why: str
    is_down: bool
    has_answered: bool = False
    retry_after: float = 0.0


class Endpoint:
    """Where deliveries go. The secrets sign all at once, so that a receiver may change from one to the next."""

    def __init__(self, url: str, secrets: tuple[bytes, ...], *, timeout: float, wall: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secrets = secrets
        self._timeout = timeout
        self._wall = wall
        self._client: httpx.AsyncClient | None = None

    async def aclose(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def deliver(self, key: str, body: bytes) -> Refused | None:
        """Hand one document in. The key is the same at every attempt: a receiver that honours it acts once."""
        if self._client is None:
            limits = httpx.Limits(max_connections=16, keepalive_expiry=IDLE_SECONDS)
            self._client = httpx.AsyncClient(verify=trusted(), timeout=self._timeout, limits=limits, follow_redirects=False)
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream("POST", self._url, content=body, headers=self._headers(key, body)) as answer,
            ):
                return _refusal(answer)
        except (TimeoutError, httpx.TimeoutException):
            return Refused(f"no answer within {self._timeout:g} s", is_down=True)
        except (httpx.HTTPError, httpx.InvalidURL) as broken:
            return Refused(f"no exchange: {type(broken).__name__}", is_down=True)

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        now = int(self._wall())
        signed = " ".join(sign(secret, key, now, body) for secret in self._secrets)
        return {
            "content-type": "application/json",
            "user-agent": "wismo",
            "idempotency-key": key,
            ID: key,
            TIMESTAMP: str(now),
            SIGNATURE: signed,
        }


def _refusal(answer: httpx.Response) -> Refused | None:
    """None for any 2xx. 400, 409, 413, 415 and 422 are about this document; all else is about the endpoint."""
    status = answer.status_code
    if 200 <= status < 300:
        return None
    after = answer.headers.get("retry-after", "")
    seconds = min(float(after), MAX_RETRY_AFTER) if after.isascii() and after.isdigit() and len(after) < 10 else 0.0
    return Refused(f"answered with status {status}", is_down=status not in {400, 409, 413, 415, 422}, has_answered=True, retry_after=seconds)
