"""`/v1/messages`, `/v1/events/{source}`, `/v1/human-replies`: what comes in. Kept before it is acknowledged."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel

from checkpoints.tokens import Scope
from graph.arrivals import EventArrived, HumanReplied, MessageArrived
from server.http.admission import EventSender, Office, Sender
from server.http.answers import Accepted, Answer, Outcome, answer_of, outcome_of
from server.http.bodies import EventIn, HumanReplyIn, MessageIn, Source
from server.http.front import Front
from server.http.problems import Problem, documented
from server.http.reading import body_of, takes
from server.http.settings import MAX_WAIT
from server.human_answers import keep_human_answer

CLOCKS_DIFFER_BY = timedelta(minutes=5)
REFUSALS = documented(400, 401, 403, 409, 413, 415, 422, 429, 500)
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"model": Accepted, "description": "It is in the database."}}
CAME_OF_IT: dict[int | str, dict[str, Any]] = {200: {"model": Outcome, "description": "What came of it, within `wait`."}}
ANSWERED: dict[int | str, dict[str, Any]] = {200: {"model": Answer, "description": "The answer, within `wait`."}}

Wait = Annotated[float, Query(ge=0, le=MAX_WAIT, description="Seconds to wait for what comes of it, before 202.")]

router = APIRouter(prefix="/v1", tags=["intake"])


@router.post("/messages", responses={**ANSWERED, **ACCEPTED, **REFUSALS}, openapi_extra=takes(MessageIn), response_model=None)
async def message(request: Request, front: Office, token: Sender, wait: Wait = 0) -> JSONResponse:
    """A customer wrote. The same `message_id` from the same token is the same message, with the same answer."""
    said = await body_of(request, MessageIn)
    if said.authenticated_customer_id is not None and not token.may(Scope.INTAKE_VOUCH):
        raise Problem.of_field(403, "authenticated_customer_id", "only a token with the scope intake_vouch may say who is logged in")
    arrival = MessageArrived(
        arrival_id=front.id_of("message", token.token_id, said.message_id),
        at=moment_of(said.at, front),
        mode=front.settings.mode,
        **said.model_dump(exclude={"message_id", "kind", "at"}),
    )
    front.keep(arrival, token.token_id, said)
    return reply(await front.told(arrival.arrival_id, lambda: answer_of(front.database, arrival.arrival_id), wait))


@router.post("/events/{source}", responses={**CAME_OF_IT, **ACCEPTED, **REFUSALS}, openapi_extra=takes(EventIn), response_model=None)
async def event(request: Request, source: Source, front: Office, sender: EventSender, wait: Wait = 0) -> JSONResponse:
    """A backend says that something changed. The same `event_id` of a source is the same event, whoever sends it."""
    said = await body_of(request, EventIn)
    if said.source not in {None, source}:
        raise Problem.of_field(422, "source", "is another one than in the address")
    at = moment_of(said.at, front)
    arrival = EventArrived(
        arrival_id=front.id_of("event", source, said.event_id),
        at=at,
        mode=front.settings.mode,
        source=source,
        occurred_at=moment_of(said.occurred_at, front, "occurred_at") if said.occurred_at else at,
        **said.model_dump(exclude={"kind", "at", "source", "occurred_at"}),
    )
    front.keep(arrival, sender, said)
    return reply(await front.told(arrival.arrival_id, lambda: outcome_of(front.database, arrival.arrival_id, "event"), wait))


@router.post("/human-replies", responses={**CAME_OF_IT, **ACCEPTED, **REFUSALS}, openapi_extra=takes(HumanReplyIn), response_model=None)
async def human_reply(request: Request, front: Office, token: Sender, wait: Wait = 0) -> JSONResponse:
    """A teammate answered the customer publicly: what we had ready is dropped, the promise counts as kept."""
    said = await body_of(request, HumanReplyIn)
    arrival_id = front.id_of("human_reply", token.token_id, said.message_id)
    told = {"ticket_id": said.ticket_id, "text": said.text}
    arrival = HumanReplied(arrival_id=arrival_id, at=moment_of(said.at, front), mode=front.settings.mode, **told)
    if front.keep(arrival, token.token_id, said):
        keep_human_answer(front.house, arrival)  # at once: a reply that is being written must not talk over it
    return reply(await front.told(arrival_id, lambda: outcome_of(front.database, arrival_id, "human_reply"), wait))


def moment_of(given: AwareDatetime | None, front: Front, field: str = "at") -> AwareDatetime:
    """When something happened: as it is said, unless that is in the future; else now."""
    now = front.now()
    if given is not None and given > now + CLOCKS_DIFFER_BY:
        raise Problem.of_field(422, field, "is in the future")
    return given or now


def reply(told: BaseModel) -> JSONResponse:
    """202 for what is kept, 200 for what came of it."""
    return JSONResponse(told.model_dump(mode="json"), 202 if isinstance(told, Accepted) else 200)
