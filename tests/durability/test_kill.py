"""kill -9 anywhere, start again: the same results, nothing lost, nothing twice."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkpoints.crash_points import POINTS
from tests.durability.remains import Rows, remains, results, twice, unfinished
from tests.durability.replaying import finish, run, start, stories, write_stories

STORIES = {
    "an action and a review at once, then two orders in one message": ("pub-028", "pub-054"),
    "a question, then an action; a review that a second message joins, and its decision": ("pub-046", "pub-027"),
}
TIMED = pytest.param(
    ("pub-071",),
    id="nobody decides: a reminder, then another queue, then a decision",
)
FIRST = (1, 2, 3)
"""The times at which a point is reached that are tried in every test run."""


@dataclass(frozen=True)
class Undisturbed:
    """A replay that nobody killed."""

    scenarios: Path
    results: list[dict[str, object]]
    remains: dict[str, Rows]
    seconds: float


@pytest.fixture(scope="module", params=[*(pytest.param(ids, id=name) for name, ids in STORIES.items()), TIMED])
def undisturbed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """The scenarios, and how they end when all goes well."""
    home = tmp_path_factory.mktemp("undisturbed")
    scenarios = write_stories(home / "scenarios.jsonl", stories(*request.param))
    assert run(scenarios, home / "warming up") == 0
    started = time.perf_counter()
    assert run(scenarios, home) == 0
    return Undisturbed(scenarios, results(home), remains(home), time.perf_counter() - started)


def assert_as_if_nothing_had_happened(home: Path, undisturbed: Undisturbed) -> None:
    """Start once more, and compare everything with the replay that nobody killed."""
    assert run(undisturbed.scenarios, home) == 0
    left = remains(home)
    assert (twice(left), unfinished(left)) == ([], [])
    assert left == undisturbed.remains
    assert last_steps(results(home)) == last_steps(undisturbed.results)


def last_steps(rows: list[dict[str, object]]) -> dict[object, dict[str, object]]:
    """The result of every scenario's last step."""
    return {row["scenario_id"]: row for row in rows}


def is_killed_at(point: str, count: int, home: Path, undisturbed: Undisturbed) -> bool:
    """Whether the replay died at the point; it ends well only if the point is not reached that often."""
    code = run(undisturbed.scenarios, home, f"{point}:{count}")
    assert code in {0, -signal.SIGKILL}
    return code != 0


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, undisturbed: Undisturbed, tmp_path: Path) -> None:
    assert is_killed_at(point, 1, tmp_path / "1", undisturbed), "the point is never reached"
    assert_as_if_nothing_had_happened(tmp_path / "1", undisturbed)
    for count in FIRST[1:]:
        if not is_killed_at(point, count, tmp_path / str(count), undisturbed):
            break
        assert_as_if_nothing_had_happened(tmp_path / str(count), undisturbed)


def test_steps_done_before_are_told_as_they_were(undisturbed: Undisturbed, tmp_path: Path) -> None:
    is_killed_at("before_commit", 4, tmp_path, undisturbed)
    assert run(undisturbed.scenarios, tmp_path) == 0
    assert results(tmp_path) == undisturbed.results


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_time(seed: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    process = start(undisturbed.scenarios, tmp_path)
    time.sleep(random.Random(seed).uniform(0.05, undisturbed.seconds))
    process.kill()
    assert finish(process) in {0, -signal.SIGKILL}
    assert_as_if_nothing_had_happened(tmp_path, undisturbed)


def test_killed_again_and_again(undisturbed: Undisturbed, tmp_path: Path) -> None:
    for point in POINTS:
        is_killed_at(point, 2, tmp_path, undisturbed)
    assert_as_if_nothing_had_happened(tmp_path, undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
def test_killed_whenever_the_point_is_reached(point: str, undisturbed: Undisturbed, tmp_path: Path) -> None:
    count = FIRST[-1] + 1
    while is_killed_at(point, count, tmp_path / str(count), undisturbed):
        assert_as_if_nothing_had_happened(tmp_path / str(count), undisturbed)
        count += 1


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4, 40))
def test_killed_many_times_at_any_time(seed: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    moments = random.Random(seed)
    for _ in range(4):
        process = start(undisturbed.scenarios, tmp_path)
        time.sleep(moments.uniform(0.05, undisturbed.seconds))
        process.kill()
        finish(process)
    assert_as_if_nothing_had_happened(tmp_path, undisturbed)
