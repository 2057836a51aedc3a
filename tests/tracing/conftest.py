"""One local LangSmith for all tests of this folder, and shops that trace to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from graph.ports import Model
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.tracing import Tracing, tracing_of
from server.wiring import Furnishing, furnish
from tests.doors.shop import Scene
from tests.reviews.desk import Desk
from tests.tracing.local_langsmith import LocalLangSmith, serving

OpensTraced = Callable[..., Desk]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[LocalLangSmith]:
    """The running server."""
    with serving() as local:
        yield local


@pytest.fixture
def langsmith(endpoint: LocalLangSmith) -> LocalLangSmith:
    """The server, with nothing got yet."""
    endpoint.clear()
    return endpoint


def environment(local: LocalLangSmith, **more: str) -> dict[str, str]:
    """The standard variables that lead to this server."""
    own = {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "a key", "LANGSMITH_ENDPOINT": local.url, "LANGSMITH_PROJECT": "tests"}
    return own | more


def settle(tracing: Tracing) -> None:
    """Everything that was traced so far is sent."""
    for thread in tracing._sending:  # type: ignore[attr-defined]
        thread.join(20)
    tracing._client.flush(timeout=20)  # type: ignore[attr-defined]


@pytest.fixture
def opens(langsmith: LocalLangSmith) -> Iterator[OpensTraced]:
    """Opens a desk whose runs are traced."""
    closing: list[Callable[[], None]] = []

    def build(scene: Scene, *, traced: bool = True, model: Model | None = None) -> Desk:
        tracing = tracing_of(environment(langsmith)) if traced else None
        furnishing: Furnishing = furnish(read_policy(None), patience=PATIENCE, model=model, tracing=tracing)
        desk = Desk(furnishing, scene)
        closing.extend((desk.close, furnishing.close))
        return desk

    yield build
    for close in closing:
        close()
