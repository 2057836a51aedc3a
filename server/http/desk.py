"""`/v1/escalations`: what waits for a person, and decisions. They go the same way as answers in Slack."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from graph.arrivals import DecisionArrived
from graph.case import EscalationRecord
from server.http.admission import Decider, Office, Reader
from server.http.answers import outcome_of
from server.http.bodies import DecisionIn
from server.http.intake import ACCEPTED, CAME_OF_IT, Wait, reply
from server.http.paging import After, Limit, next_of, place_of
from server.http.problems import Problem, documented
from server.http.reading import body_of, takes
from server.reviews import urgency

DECIDING = documented(400, 401, 403, 404, 409, 413, 415, 422, 429, 500)

router = APIRouter(prefix="/v1", tags=["escalations"])


class EscalationPage(BaseModel):
    """Some open reviews, the most urgent first."""

    items: list[EscalationRecord]
    next: str | None


@router.get("/escalations", responses=documented(401, 403, 422, 429, 500))
async def escalations(front: Office, _: Reader, limit: Limit = 50, after: After = None) -> EscalationPage:
    """The open reviews: by queue, important customers first, then by deadline."""
    place = place_of(after, 4)
    rows = [row for row in front.reviews.open_reviews() if place is None or _place(row) > place]
    more = next_of(_place(rows[limit - 1])) if len(rows) > limit else None
    return EscalationPage(items=rows[:limit], next=more)


@router.post(
    "/escalations/{escalation_id}/decisions",
    responses={**CAME_OF_IT, **ACCEPTED, **DECIDING},
    openapi_extra=takes(DecisionIn),
    response_model=None,
)
async def decide(request: Request, escalation_id: str, front: Office, token: Decider, wait: Wait = 0) -> JSONResponse:
    """The reviewer of the token answers. Who may decide, the limit, the facts and the gate are looked at again; `reason` says what came of it."""
    said = await body_of(request, DecisionIn)
    if front.reviews.record(escalation_id) is None:
        raise Problem(404)
    arrival = DecisionArrived(
        arrival_id=front.id_of("decision", token.token_id, escalation_id, said.message_id),
        at=front.now(),
        mode=front.reviews.mode(escalation_id),
        escalation_id=escalation_id,
        reviewer=token.reviewer or "",
        **said.model_dump(exclude={"message_id", "kind"}),
    )
    front.keep(arrival, token.token_id, said)
    return reply(await front.told(arrival.arrival_id, lambda: outcome_of(front.database, arrival.arrival_id, "decision"), wait))


def _place(record: EscalationRecord) -> list[str]:
    queue, is_usual, deadline, escalation_id = urgency(record)
    return [str(queue), str(int(is_usual)), deadline.isoformat(timespec="microseconds"), escalation_id]
