"""`/v1/dead-letters`, `/v1/forget`: what an admin does by hand."""

from __future__ import annotations

import logging
import os

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel

from checkpoints.belongings import Person
from checkpoints.dead_letters import BEGINNING, DeadLetter, DeadLetters, Place, Redriven
from server.forgetting import ForgetReceipt, forget, pseudonyms_of
from server.http.admission import Admin, Office
from server.http.bodies import ForgetIn
from server.http.paging import After, Limit, next_of, place_of
from server.http.problems import Problem, documented
from server.http.reading import body_of, takes

ADMIN = documented(401, 403, 404, 422, 429, 500)
LONGEST_SEQ = 18
_log = logging.getLogger("wismo.http")

router = APIRouter(prefix="/v1", tags=["care"])


class Dead(BaseModel):
    """An arrival, or a delivery, that failed too often."""

    id: str
    kind: str
    at: AwareDatetime
    attempts: int
    why: str


class DeadPage(BaseModel):
    """Some dead letters, the oldest first."""

    items: list[Dead]
    next: str | None


class PutBack(BaseModel):
    """It waits to be worked on, or to be delivered, again. `dropped`: a later text of the case has overtaken it, and it is not true any more."""

    id: str
    state: Redriven


@router.get("/dead-letters", responses=documented(401, 403, 422, 429, 500))
async def dead_letters(front: Office, _: Admin, limit: Limit = 50, after: After = None) -> DeadPage:
    """Arrivals and deliveries that failed too often, with the last reason."""
    found = DeadLetters(front.database).some(_place_of(after), limit + 1)
    more = next_of([str(number) for number in found[limit - 1].place]) if len(found) > limit else None
    return DeadPage(items=[_shown(letter) for letter in found[:limit]], next=more)


@router.post("/dead-letters/{letter_id}/redrive", responses=ADMIN)
async def redrive(letter_id: str, front: Office, token: Admin) -> PutBack:
    """Put one back: an arrival is taken before what waits in its lane, a delivery is tried again."""
    became = DeadLetters(front.database).redrive(letter_id, by=f"token:{token.token_id}", at=front.now())
    if became is None:
        raise Problem(404)
    _log.warning("a dead letter is put back by token %s", token.token_id)
    front.shift.wake()
    return PutBack(id=letter_id, state=became)


@router.post("/forget", responses={**ADMIN, **documented(400, 413, 415)}, openapi_extra=takes(ForgetIn))
async def forget_person(request: Request, front: Office, token: Admin) -> ForgetReceipt:
    """Erase a person; it cannot be undone. The worker stands still meanwhile, and intake waits while the files are written anew."""
    said = await body_of(request, ForgetIn)
    person = Person(said.customer_id, frozenset(address.strip().lower() for address in said.mail_addresses))
    async with front.shift.at_rest():
        receipt = await forget(front.house, person, front.folder, pseudonyms_of(front.folder, os.environ), by=f"token:{token.token_id}")
    if receipt is None:
        raise Problem(404)
    _log.warning("a person is erased by token %s", token.token_id)
    return receipt


def _shown(letter: DeadLetter) -> Dead:
    return Dead(id=letter.letter_id, kind=letter.kind, at=letter.at, attempts=letter.attempts, why=letter.why)


def _place_of(after: str | None) -> Place:
    parts = place_of(after, 2)
    if parts is None:
        return BEGINNING
    if not all(text.isascii() and text.isdigit() and len(text) <= LONGEST_SEQ for text in parts):
        raise Problem.of_field(422, "after", "is not `next` of an earlier page")
    return int(parts[0]), int(parts[1])
