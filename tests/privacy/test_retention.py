"""Checkpoints of cases that were closed long ago are removed by the sweep, and no others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from server.sweep import Sweep
from tests.privacy.shop import NOW, Shop, shop_in


def threads(shop: Shop) -> int:
    """How many threads have a checkpoint."""
    return len(shop.house.saver.threads("", 1000))


async def closed_and_open(shop: Shop) -> None:
    """Two cases with checkpoints: one that is closed now, one that waits for a review."""
    await shop.writes("e1", "please cancel order 1042")
    await shop.writes("e2", "please cancel my order 1043")
    assert shop.rows("select is_open from cases order by order_id") == [(0,), (1,)]


async def test_a_closed_case_keeps_its_checkpoints_for_as_long_as_the_policy_says(shop: Shop) -> None:
    await closed_and_open(shop)
    before, days = threads(shop), shop.house.deps.policy.retention.checkpoint_days
    shop.clock.set(NOW + timedelta(days=days))
    assert Sweep(shop.house, "sweep").tidy() == 0
    shop.clock.set(NOW + timedelta(days=days, minutes=1))
    removed = Sweep(shop.house, "sweep").tidy()
    assert removed > 0 and threads(shop) == before - removed
    closed = shop.rows("select run_id from runs join cases using (case_id) where is_open = 0")
    assert not [run for (run,) in closed if shop.house.saver.threads_of_run(run)]


async def test_a_review_that_waits_for_months_still_wakes(tmp_path: Path) -> None:
    async with shop_in(tmp_path / "data") as shop:
        await closed_and_open(shop)
        shop.clock.set(NOW + timedelta(days=31))
        assert Sweep(shop.house, "sweep").tidy() > 0
        await shop.decides(decision="deny", rationale="no")
        [(path,)] = shop.rows("select doc ->> '$.path' from runs where json_extract(doc, '$.kind') = 'decision'")
        assert "await_reviewer" in path


async def test_the_worker_tidies_by_itself_page_by_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checkpoints.retention.PAGE", 1)
    await closed_and_open(shop)
    before = threads(shop)
    shop.clock.set(NOW + timedelta(days=31))
    sweep = Sweep(shop.house, "worker")
    for _ in range(before + 1):
        await sweep.look_around()
    assert threads(shop) < before
    assert shop.house.saver.threads("", 1000) == tuple(thread for thread in shop.house.saver.threads("", 1000) if is_open(shop, thread))


def is_open(shop: Shop, thread: str) -> bool:
    """Whether the case of a thread is open."""
    sql = f"select is_open from runs join cases using (case_id) where run_id = '{thread.partition('.')[0]}'"
    return shop.rows(sql) == [(1,)]
