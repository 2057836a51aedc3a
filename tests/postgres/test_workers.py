"""Two workers on one database: every arrival once, in the order of its customer, whatever dies."""

from __future__ import annotations

import signal

import pytest

from tests.postgres.conftest import Opens
from tests.postgres.workshop import Workshop, stop

ANYWHERE = ("before_commit", "inside_commit", "after_commit", "before_action", "after_action", "after_record", "before_delivery")


def assert_each_once(place: Workshop, customers: int) -> None:
    """Everybody asked, then cancelled: two answers each, one cancellation each, in this order."""
    assert place.rows("select state, count(*) from arrivals where kind = 'message' group by state") == [("done", 2 * customers)]
    assert len(place.performed()) == len(set(place.performed())) == customers
    assert place.said() == sorted(f"T-{number}" for number in range(customers) for _ in range(2))
    assert place.rows("select 1 from cases group by customer_id having count(*) > 1") == []
    firsts = place.rows("select case_id, (array_agg(doc::json ->> 'kind' order by seq))[1:2], min(at) from runs group by case_id")
    assert len(firsts) == customers


def everything_is_said(place: Workshop, customers: int) -> bool:
    """Whether nothing waits any more, receipts of actions included."""
    return place.is_all_done() and len(place.said()) >= 2 * customers


def everybody_writes(place: Workshop, customers: int) -> None:
    """Each customer asks and then cancels; some messages come twice."""
    for number in range(customers):
        assert place.send(number, "Where is my order?").status_code == 202
        assert place.send(number, f"please cancel order {1000 + number}").status_code == 202
        if number % 3 == 0:
            assert place.send(number, "Where is my order?").status_code == 202


def test_two_workers_share_the_work(opens: Opens) -> None:
    place = opens(6)
    workers = [place.worker(), place.worker()]
    everybody_writes(place, 6)
    place.until(lambda: everything_is_said(place, 6))
    assert_each_once(place, 6)
    assert [stop(worker) for worker in workers] == [0, 0]
    assert place.rows("select count(*) from procrastinate_workers") == [(0,)]


def test_who_waits_at_the_door_has_the_answer_of_a_worker(opens: Opens) -> None:
    place = opens(1)
    place.worker()
    answer = place.send(0, "Where is my order?", wait=30)
    assert (answer.status_code, answer.json()["state"] if "state" in answer.json() else "answered") == (200, "answered")


@pytest.mark.parametrize("point", [ANYWHERE[1], *(pytest.param(point, marks=pytest.mark.soak) for point in ANYWHERE if point != ANYWHERE[1])])
def test_a_worker_that_is_killed_is_taken_over(point: str, opens: Opens) -> None:
    place = opens(3)
    doomed = place.worker(crash_at=point)
    everybody_writes(place, 3)
    assert doomed.wait(60) == -signal.SIGKILL
    place.worker()
    place.until(lambda: everything_is_said(place, 3))
    assert_each_once(place, 3)
