"""One local model server for all tests of this folder; it behaves well until a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.wiring import furnish
from tests.doors.shop import Scene, Shop
from tests.models.local_model import LocalModel, says, serving
from tools.language_model.chat import ChatModel

OpensWith = Callable[..., Shop]


@pytest.fixture(scope="session")
def server() -> Iterator[LocalModel]:
    """The running server."""
    with serving() as model:
        yield model


@pytest.fixture
def local(server: LocalModel) -> LocalModel:
    """The server, with nothing asked yet."""
    server.calls = []
    server.behaviour = says({})
    return server


@pytest.fixture
def opens(local: LocalModel) -> Iterator[OpensWith]:
    """Opens a shop that asks the local model, with settings of its own."""
    closing: list[Callable[[], None]] = []

    def build(scene: Scene, *, model: dict[str, Any] | None = None, **more: Any) -> Shop:
        furnishing = furnish(read_policy(None), patience=PATIENCE, model=ChatModel(local.settings(**(model or {}))))
        shop = Shop(furnishing, scene, **more)
        closing.extend((shop.close, furnishing.close))
        return shop

    yield build
    for close in closing:
        close()
