"""What is wrong in a town that has lived, by invariant: nothing, if all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from tests.simulation.diary import Diary
from tests.simulation.invariants import disturbed_nights, hasty_messages, lies, missed_promises, repetitions
from tests.simulation.leftovers import open_though_delivered, unfinished_work
from tests.simulation.town import Town

Check = Callable[[Diary], Iterable[str]]


def broken(town: Town) -> dict[str, list[str]]:
    """Each invariant that does not hold, with everything that breaks it."""
    checks: dict[str, Check] = {
        "no promise missed": partial(missed_promises, end=town.end),
        "no message in quiet hours": disturbed_nights,
        "no two messages saying the same": partial(repetitions, book=town.house.deps.textbook),
        "no message within the gap": hasty_messages,
        "every message true": lies,
    }
    found = {
        name: [f"{order_id}: {wrong}" for order_id, diary in town.witness.diaries.items() for wrong in check(diary)] for name, check in checks.items()
    }
    found["everything worked off"] = list(unfinished_work(town.house))
    found["delivered cases closed"] = list(open_though_delivered(town.house, town.systems, town.end))
    return {name: wrongs for name, wrongs in found.items() if wrongs}
