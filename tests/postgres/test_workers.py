"""Workers on one database: every arrival once, in the order of its customer, whatever dies."""

from __future__ import annotations

import random
import signal
import time

import pytest

from tests.postgres.conftest import Opens
from tests.postgres.workshop import Workshop, stop

ANYWHERE = ("before_commit", "inside_commit", "after_commit", "before_action", "after_action", "after_record", "before_delivery")
IN_EVERY_RUN = "inside_commit"
_POINTS = [point if point == IN_EVERY_RUN else pytest.param(point, marks=pytest.mark.soak) for point in ANYWHERE]


def everybody_writes(place: Workshop, customers: int) -> None:
    """Each customer asks and then cancels; some messages come twice."""
    for number in range(customers):
        for text in ("Where is my order?", f"please cancel order {1000 + number}", "Where is my order?"):
            assert place.send(number, text).status_code == 202


def assert_each_once(place: Workshop, customers: int) -> None:
    """Everybody asked, then cancelled: two answers each, one cancellation each, in this order."""
    place.until(lambda: place.is_all_done(2 * customers))
    assert place.rows("select state, count(*) from arrivals where kind = 'message' group by state") == [("done", 2 * customers)]
    assert len(place.performed()) == len(set(place.performed())) == customers
    assert place.said() == sorted(f"T-{number}" for number in range(customers) for _ in range(2))
    orders = place.rows("select customer_id, array_agg(distinct order_id) from cases group by customer_id order by 1")
    assert orders == sorted((f"C-{number}", [f"O-{1000 + number}"]) for number in range(customers))
    worked = "select a.lane, array_agg(a.seq order by r.seq) from runs r join arrivals a using (arrival_id) where a.kind = 'message' group by 1"
    assert all(numbers == sorted(set(numbers)) for _, numbers in place.rows(worked)), "the order of a customer's messages was kept"


def test_two_workers_share_the_work_and_end_when_asked(opens: Opens) -> None:
    place = opens(6)
    workers = place.open(workers=2)
    answer = place.send(0, "Where is my order?", wait=30)
    assert answer.status_code == 200, "who waits at the door has the answer of a worker"
    assert place.has_workers()
    everybody_writes(place, 6)
    assert_each_once(place, 6)
    for table in ("procrastinate_jobs", "deliveries"):
        assert place.rows(f"select count(*) from {table}") == [(0,)]
    assert [stop(worker) for worker in workers] == [0, 0]
    assert not place.has_workers()
    assert place.rows("select count(*) from procrastinate_workers union all select count(*) from workers") == [(0,), (0,)]


@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_that_is_killed_is_taken_over(point: str, opens: Opens) -> None:
    place = opens(3)
    [doomed] = place.open(workers=1, crash_at=point)
    everybody_writes(place, 3)
    assert doomed.wait(60) == -signal.SIGKILL
    place.worker()
    assert_each_once(place, 3)


@pytest.mark.soak
def test_a_worker_that_sleeps_beyond_its_lease_commits_nothing(opens: Opens) -> None:
    place = opens(4)
    [sleeper] = place.open(workers=1)
    place.world_says(oms="timeout")
    everybody_writes(place, 4)
    place.until(lambda: place.rows("select 1 from arrivals where state = 'working'") != [])
    sleeper.send_signal(signal.SIGSTOP)
    place.world_says(oms=None)
    place.worker()
    place.until(lambda: place.is_all_done(8))
    sleeper.send_signal(signal.SIGCONT)
    place.until(lambda: place.rows("select count(*) from workers") == [(2,)])
    assert_each_once(place, 4)
    assert stop(sleeper) == 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_workers_that_are_killed_at_any_time_lose_nothing(seed: int, opens: Opens) -> None:
    place, chance = opens(12), random.Random(seed)
    workers = place.open(workers=2)
    for number in range(12):
        everybody = ("Where is my order?", f"please cancel order {1000 + number}", "Where is my order?")
        assert [place.send(number, text).status_code for text in everybody] == [202] * 3
        if number % 4 == 3:
            doomed = workers.pop(0)
            time.sleep(chance.uniform(0, 0.3))
            doomed.kill()
            workers.append(place.worker())
    assert_each_once(place, 12)
