"""Teammates who answer customers themselves, and reviewers who decide soon, late, in words, without the right to, or never."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from tests.simulation.agenda import Life, hours

REVIEWERS = {"cx": "U0CXLEAD", "shipping": "U0SHIPLEAD", "supply_chain": "U0SUPPLYLEAD", "fraud": "U0FRAUDLEAD"}
STRANGER = "U0NOBODY"
ANSWERS = (
    ("approve",) * 9 + ("deny",) * 4 + ("wait",) * 3 + ("wait until",) * 2 + ("take over",) * 3 + ("change",) * 2 + ("wonder",) * 2 + ("silence",) * 6
)


class Reviewer:
    """Whoever reads one review."""

    def __init__(self, escalation_id: str, town: Any, rng: Random) -> None:
        self._id, self._town, self._rng = escalation_id, town, rng

    def life(self) -> Life:
        """Reads, thinks, and answers; at any hour, for the team is everywhere."""
        manner = self._rng.choice(ANSWERS)
        self._town.counts[f"reviewer: {manner}"] += 1
        if manner == "silence":
            if self._rng.random() < 0.3:
                return
            yield hours(self._rng.uniform(60, 260))
            manner = "approve"
        else:
            yield hours(self._rng.expovariate(1 / 7) + 0.2)
        if self._rng.random() < 0.08:
            self._says(decision="approve", reviewer=STRANGER)
            yield hours(0.3)
        yield from self._answers(manner)

    def _answers(self, manner: str) -> Life:
        if manner == "take over":
            yield from self._takes_over()
        elif manner == "change":
            self._says(decision="request_changes", rationale="Check the delivery first, then ask me again.")
            yield hours(self._rng.uniform(0.5, 8))
            self._says(decision="approve")
        elif manner == "wonder":
            self._says(text="has anybody looked at this yet? could be too late")
            yield hours(self._rng.uniform(0.5, 8))
            self._says(text="approved")
        elif manner == "wait":
            self._says(decision="approve", approved_action="wait")
        elif manner == "wait until":
            until = self._town.clock.now() + timedelta(days=self._rng.choice((1, 2, 3)))
            self._says(decision="approve", approved_action="wait", deadline=until, owner="dana")
        else:
            self._says(decision=manner)

    def _takes_over(self) -> Life:
        self._says(decision="manual_takeover", owner="dana")
        for _ in range(self._rng.randint(0, 2)):
            yield hours(self._rng.uniform(2, 40))
            self._town.teammate_answers_review(self._id)
        yield hours(self._rng.uniform(2, 40))
        if self._rng.random() < 0.9:
            self._says(text="hand back")

    def _says(self, **fields: Any) -> None:
        reviewer = fields.pop("reviewer", None) or REVIEWERS[self._town.queue_of(self._id)]
        self._town.reviewer_says(self._id, reviewer=reviewer, **fields)


def teammate_life(order_id: str, town: Any, rng: Random) -> Life:
    """Sometimes answers the customer in the helpdesk, unasked by anybody here."""
    while rng.random() < 0.12:
        yield hours(rng.uniform(5, 200))
        if town.clock.now() > town.busy_until:
            return
        town.soon(lambda: town.teammate_answers(order_id))
