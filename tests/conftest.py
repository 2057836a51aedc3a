"""Tests of known gaps are run and reported as expected failures; each line of `known_gaps.txt` is work that is still to do."""

from __future__ import annotations

from pathlib import Path

import pytest

GAPS = frozenset((Path(__file__).parent / "known_gaps.txt").read_text(encoding="utf-8").split("\n"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark known gaps; the long runs have not been verified yet and are not run."""
    for item in items:
        if item.nodeid in GAPS:
            item.add_marker(pytest.mark.xfail(reason="known gap, see tests/known_gaps.txt", strict=False))
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.xfail(reason="long run not verified yet", run=False))
