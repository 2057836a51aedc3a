"""Servers and houses that the tests of this folder share."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from graph.labels import System
from tests.connectors.scripted import Scripted
from tests.connectors.served import Street, street
from tests.listening import listening
from tools.embedded.backends import EmbeddedSupport
from tools.embedded.store import EmbeddedStore
from tools.http_backends.backends import HttpBackends
from tools.http_backends.connection import Connections

Opens = Callable[..., HttpBackends]


@pytest.fixture(scope="session")
def shops() -> Iterator[Street]:
    """A port with served worlds."""
    with street() as opened:
        yield opened


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[Scripted]:
    """A server that answers what a test tells it."""
    app = Scripted()
    with listening(app) as app.url:
        yield app


@pytest.fixture
def script(scripted_server: Scripted) -> Scripted:
    """The same, with nothing told and nothing heard yet."""
    scripted_server.forget()
    return scripted_server


@pytest.fixture
async def systems() -> AsyncIterator[Opens]:
    """All six systems at one address; `timeout` in seconds, `breaker` as failures and seconds of a clock that stands."""
    async with AsyncExitStack() as stack:

        def opened(
            url: str, *, timeout: float = 5.0, breaker: tuple[int, float] = (100, 30.0), seconds: Callable[[], float] | None = None
        ) -> HttpBackends:
            store = stack.enter_context(EmbeddedStore.open(":memory:"))
            connections = Connections.model_validate({system.value: {"url": f"{url}/{system.value}"} for system in System})
            clock, tokens = seconds or itertools.count().__next__, dict.fromkeys(System, "a-token-of-the-shop")
            made = HttpBackends(connections, tokens, own_record=EmbeddedSupport(store), timeout=timeout, breaker=breaker, seconds=clock)
            stack.push_async_callback(made.aclose)
            return made

        yield opened
