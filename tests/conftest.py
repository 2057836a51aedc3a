"""The same tests on SQLite and on PostgreSQL: a sample of those on PostgreSQL in every run, all of them among the long tests."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

import pytest

from checkpoints.storage import SqliteFolder, Storages
from tests.databases import Databases, Server

KINDS = ("sqlite", "postgres")
SAMPLE = 16
"""One in so many tests runs on PostgreSQL too in every test run."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL server of this run."""
    who = os.environ.get("PYTEST_XDIST_WORKER", "main")
    server = Server(os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())), who)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(server: Server) -> Iterator[Databases]:
    """Clean databases on it."""
    databases = Databases(server)
    yield databases
    databases.close()


@pytest.fixture(scope="session", params=KINDS)
def storages(request: pytest.FixtureRequest) -> Storages:
    """Where houses keep their cases: files (or memory), or PostgreSQL."""
    if request.param == "sqlite":
        return SqliteFolder
    databases: Databases = request.getfixturevalue("databases")
    return databases


@pytest.fixture
def clean_storages(storages: Storages) -> Iterator[Storages]:
    """The same, and what a test kept there is gone after it."""
    yield storages
    if isinstance(storages, Databases):
        storages.give_back()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all but a sample of the tests on PostgreSQL as long ones."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and callspec.params.get("storages") == "postgres" and zlib.crc32(item.nodeid.encode()) % SAMPLE:
            item.add_marker(pytest.mark.soak)
