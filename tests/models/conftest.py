"""One local model server for all tests of this folder; it behaves well until a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.local_model import LocalModel, says, serving


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
