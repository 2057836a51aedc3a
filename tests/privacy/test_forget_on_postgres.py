"""Forgetting a person whose cases are on PostgreSQL: no row of any table knows them, and nobody else lost anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.privacy.shop import ABOUT_EVA, Shop, shop_in
from tests.privacy.test_forget import ROBS, everybody_writes

TABLES = "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name"


@pytest.fixture
async def shop(tmp_path: Path, databases: Databases) -> AsyncIterator[Shop]:
    """A shop whose cases and checkpoints are on PostgreSQL, and whose systems are in the folder."""
    async with shop_in(tmp_path / "data", storages=databases) as opened:
        yield opened
    databases.give_back()


def standing(shop: Shop, words: tuple[str, ...]) -> list[str]:
    """Those of the words that stand in a row of any table, or in a file."""
    rows = [repr(row) for (table,) in shop.rows(TABLES) for row in shop.rows(f'select * from "{table}"')]
    everything = "\n".join(rows).lower().encode() + shop.raw()
    return [word for word in words if word.lower().encode() in everything]


async def test_no_row_of_any_table_knows_her_any_more(shop: Shop) -> None:
    await everybody_writes(shop)
    assert standing(shop, ABOUT_EVA) == list(ABOUT_EVA), "all of it was there before"
    receipt = (await shop.forget(customer_id="C-1")).json()
    assert standing(shop, ABOUT_EVA) == []
    assert standing(shop, ROBS) == list(ROBS)
    assert receipt["left"] == [] and receipt["rows"]["cases"] >= 2 and receipt["checkpoints"] >= 4 and receipt["ledger_lines"] >= 8


async def test_the_ledger_keeps_every_line(shop: Shop) -> None:
    await everybody_writes(shop)
    before = shop.rows("select seq, at, who, policy_version from ledger order by seq")
    await shop.forget(customer_id="C-1")
    assert shop.rows("select seq, at, who, policy_version from ledger order by seq")[: len(before)] == before
