"""Workshops on databases of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Server
from tests.postgres.workshop import Workshop, workshop

Opens = Callable[[int], Workshop]


@pytest.fixture
def opens(server: Server, tmp_path: Path) -> Iterator[Opens]:
    """Opens a workshop for so many customers, nobody is there yet."""
    with ExitStack() as stack:

        def opened(customers: int) -> Workshop:
            return stack.enter_context(workshop(server.migrated(), tmp_path, customers))

        yield opened
