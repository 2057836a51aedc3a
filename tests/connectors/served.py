"""Real local servers: served worlds on a port of this machine, and houses whose systems are there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.labels import System
from server.connections_file import Wires
from server.http.signatures import secrets_in
from server.time_and_ids import SetClock
from server.wiring import Furnishing, House, build, connected
from server.world_server.app import create_world_app
from tests.listening import listening
from tools.embedded.store import EmbeddedStore
from tools.http_backends.connection import Connections

TOKEN = "a-token-of-the-shop"
SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of a test secret").decode()
SECRETS = secrets_in(SECRET)


@dataclass
class Street:
    """Many shops behind one port, each under its number."""

    url: str = ""
    shops: dict[str, ASGIApp] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the shop that its address begins with."""
        assert scope["type"] == "http"
        _, number, rest = scope["path"].split("/", 2)
        await self.shops[number]({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}, receive, send)

    def open(self, store: EmbeddedStore) -> Wires:
        """A new shop over this store, and how to reach it."""
        number = str(len(self.shops))
        self.shops[number] = _app_of(store)
        base = f"{self.url}/{number}"
        content: dict[str, Any] = {system.value: {"url": f"{base}/{system.value}"} for system in System}
        connections = Connections.model_validate({**content, "outbound": {"url": f"{base}/helpdesk/deliveries"}})
        return Wires(connections, dict.fromkeys(System, TOKEN), SECRETS)


@cache
def _pattern() -> FastAPI:
    """One app to copy: making its routes takes longer than many a question may."""
    return create_world_app(EmbeddedStore.open(":memory:"), token=TOKEN, secrets=SECRETS)


def _app_of(store: EmbeddedStore) -> FastAPI:
    app = copy(_pattern())
    app.state = State({"store": store, "token": TOKEN, "secrets": SECRETS, "received": {}})
    return app


@contextmanager
def street() -> Iterator[Street]:
    """A port with no shops yet."""
    shops = Street()
    with listening(shops) as shops.url:
        yield shops


def house_over_http(shops: Street, folder: Path | None, furnishing: Furnishing, clock: SetClock) -> House:
    """A house whose systems are served over HTTP from the very store that a story loads and patches."""
    house = build(folder, furnishing, clock)
    return connected(house, shops.open(house.world))
