"""A decision from the command line, put into the inbox and worked on like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from graph.arrivals import DecisionArrived
from server.cli.refusal import refuse
from server.cli.review_pages import decision_words, is_refused
from server.cli.stage import OWNER
from server.reviews import Reviews
from server.time_and_ids import DerivedIds
from server.wiring import House
from server.worker import drain


@dataclass(frozen=True)
class Told:
    """What was typed."""

    escalation_id: str
    reviewer: str
    at: datetime
    fields: dict[str, Any]


async def decided(told: Told, house: House) -> tuple[str, bool]:
    """What came of the decision, and whether it was refused."""
    reviews = Reviews(house.connection)
    if reviews.record(told.escalation_id) is None:
        refuse(f"no review is called {told.escalation_id!r} there; `wismo reviews` lists the open ones")
    said = _arrival(told, reviews)
    house.inbox.put(said)
    await drain(house, OWNER, among=(said.arrival_id,))
    answered, record = reviews.answered(said.arrival_id), reviews.record(told.escalation_id)
    assert record is not None
    if answered is None:
        return "Kept: another process is working on this review, and takes the decision next.", False
    if answered.outcome is None:
        return "the decision is kept, but could not be worked on; `wismo case` shows why", True
    run = answered.outcome.run
    return decision_words(run, record, reviews.approved_action(record)), is_refused(run)


def _arrival(told: Told, reviews: Reviews) -> DecisionArrived:
    key = DerivedIds().new("decision", told.escalation_id, told.reviewer, told.at.isoformat(), repr(sorted(told.fields.items())))
    given = {"arrival_id": key, "at": told.at, "mode": reviews.mode(told.escalation_id), "escalation_id": told.escalation_id}
    try:
        return DecisionArrived.model_validate({**given, "reviewer": told.reviewer, **told.fields})
    except ValidationError as error:
        refuse(*(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors(include_url=False, include_input=False)))
