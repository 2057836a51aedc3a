"""Faults of a served world, as they happen to real systems: an answer that never comes, an error, nonsense."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from graph.labels import System
from tools.embedded.store import EmbeddedStore

LONGEST_SILENCE = 60.0
"""Seconds after which a connection that nobody gave up is given up here."""


def store_of(request: Request) -> EmbeddedStore:
    """The served world."""
    store: EmbeddedStore = request.app.state.store
    return store


Served = Annotated[EmbeddedStore, Depends(store_of)]


def known_caller(request: Request) -> None:
    """Lets in who has the token, where there is one."""
    token: str | None = request.app.state.token
    given = request.headers.get("authorization", "")
    if token is not None and not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise HTTPException(401)


def in_force(system: System) -> Callable[..., Awaitable[bool]]:
    """Suffers the fault of a system; says whether its answer is to be nonsense."""

    async def suffered(request: Request, store: Served) -> bool:
        fault = store.fault_of(system)
        if fault == "timeout":
            await _silence(request)
            raise HTTPException(504)
        if fault == "error":
            raise HTTPException(500)
        return fault == "malformed"

    return suffered


async def _silence(request: Request) -> None:
    """Until the caller gives up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SILENCE):
            while (await request.receive())["type"] != "http.disconnect":
                pass
