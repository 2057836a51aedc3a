"""Orders live through weeks in six time zones while everything goes wrong that may go wrong: what must hold, holds in every life.

The service is driven by its own doors (inbox, worker, sweep, outbox) on a clock of its own. What customers are told is written down as it
goes out, and judged by rules that are written here a second time. A town is the same in every run of its seed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.diary import Told
from tests.simulation.people import ZONES
from tests.simulation.town import Town, lived
from tests.simulation.verdicts import broken

BREAKS = {
    "no message in quiet hours": '[quiet_hours]\nstarts = "02:00"\nends = "02:01"\n',
    "no message within the gap": "[events]\nmin_gap_hours = 1\n",
}
"""Rules that a policy practically switches off, by the invariant that notices it."""


def test_some_orders_live_through_five_weeks(tmp_path: Path) -> None:
    with lived(tmp_path, seed=4, orders=18, days=36) as town:
        assert broken(town) == {}
        assert _went_wrong(town) >= {"lost", "doubled", "late", "reopened", "reviews", "teammate answers"}


@pytest.mark.soak
def test_three_hundred_orders_live_through_ninety_days(tmp_path: Path) -> None:
    with lived(tmp_path, seed=7, orders=300, days=90) as town:
        assert broken(town) == {}
        reviewers = {f"reviewer: {manner}" for manner in ("approve", "deny", "wait", "wait until", "take over", "change", "wonder", "silence")}
        assert _went_wrong(town) >= {"lost", "doubled", "late", "reopened", "teammate answers", "outage: oms", *reviewers}
        assert {told.zone for diary in town.witness.diaries.values() for told in diary if isinstance(told, Told)} == set(ZONES)


@pytest.mark.soak
@pytest.mark.parametrize("invariant", BREAKS)
def test_a_rule_that_is_switched_off_is_noticed(tmp_path: Path, invariant: str) -> None:
    policy = tmp_path / "broken.toml"
    policy.write_text(f'extends = "default"\nversion = "broken"\n{BREAKS[invariant]}', encoding="utf-8")
    with lived(tmp_path, seed=3, orders=24, days=40, policy=policy) as town:
        assert invariant in broken(town)


def _went_wrong(town: Town) -> set[str]:
    return {name for name, times in (town.counts + town.post.fates).items() if times}
