"""`wismo migrate`, and what the commands say where it has not been."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from checkpoints.postgres.migrations import migrate
from checkpoints.postgres.storage import Postgres
from checkpoints.schema import StoreVersionError
from tests.databases import Server
from tests.postgres.workshop import Workshop, workshop


@pytest.fixture
def empty(server: Server, tmp_path: Path) -> Iterator[Workshop]:
    """A database without tables."""
    with workshop(server.empty(), tmp_path, 1) as place:
        yield place


def test_before_it_nothing_works_and_twice_at_once_it_does(empty: Workshop) -> None:
    with pytest.raises(StoreVersionError, match="wismo migrate"):
        Postgres(empty.address)
    both = [empty.command("migrate") for _ in range(2)]
    told = sorted(process.communicate(timeout=90)[0].strip() for process in both)
    assert told == ["the database has the tables of this version", "the database has the tables of this version already"]
    assert [process.returncode for process in both] == [0, 0]
    assert empty.run("cases")[0] == 0


def test_a_database_of_another_version_is_not_touched(empty: Workshop) -> None:
    migrate(empty.address)
    with psycopg.connect(empty.address, autocommit=True) as connection:
        connection.execute("update wismo_schema set version = version + 1")
    for bring in (migrate, Postgres):
        with pytest.raises(StoreVersionError, match=r"has version|another version"):
            bring(empty.address)


def test_tables_that_a_newer_service_added_are_made(empty: Workshop) -> None:
    migrate(empty.address)
    with psycopg.connect(empty.address, autocommit=True) as connection:
        connection.execute("drop table deferred; update wismo_schema set digest = ''")
    with pytest.raises(StoreVersionError, match="wismo migrate"):
        Postgres(empty.address)
    assert (migrate(empty.address), migrate(empty.address)) == (True, False)
    Postgres(empty.address).close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://somewhere", "does not begin with postgresql://"),
        ("postgresql://wismo:topsecret@127.0.0.1:1/wismo", "does not answer"),
    ],
)
def test_an_address_that_is_no_good_is_refused_without_its_password(address: str, words: str, empty: Workshop) -> None:
    empty.address = address
    code, _, errors = empty.run("worker")
    assert (code, words in errors, "topsecret" in errors, "Traceback" in errors) == (1, True, False, False)
