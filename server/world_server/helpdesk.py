"""A helpdesk that receives what the service delivers: signed, and acted on once per `webhook-id`."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from graph.facts import Contact
from server.http.signatures import ID, refusal_of
from server.outbound.letter import Letter, ReplyLetter
from server.world_server.faults import Served, known_caller
from tools.embedded.store import EmbeddedStore

router = APIRouter(prefix="/helpdesk", tags=["helpdesk"])


@router.post("/deliveries", status_code=204, responses={401: {"description": "The signature is not valid."}})
async def deliver(request: Request, store: Served) -> Response:
    """A reply becomes a contact of the ticket; a note, a draft or an assignment is kept to be read. The same delivery again changes nothing."""
    body, secrets = await request.body(), request.app.state.secrets
    if not secrets or refusal_of(request.headers, body, secrets, time.time()) is not None:
        raise HTTPException(401)
    try:
        letter = Letter.model_validate_json(body)
    except ValidationError:
        raise HTTPException(400) from None
    received: dict[str, dict[str, Any]] = request.app.state.received
    if (key := request.headers[ID]) not in received:
        received[key] = letter.model_dump(mode="json")
        if isinstance(letter.data, ReplyLetter):
            _keep(letter.data, key, store)
    return Response(status_code=204)


@router.get("/deliveries", dependencies=[Depends(known_caller)])
async def deliveries(request: Request) -> list[dict[str, Any]]:
    """What was received, in order."""
    return list(request.app.state.received.values())


def _keep(reply: ReplyLetter, key: str, store: EmbeddedStore) -> None:
    if reply.customer_id is None:
        return
    store.add_contact(
        Contact(
            contact_id=key,
            ticket_id=reply.ticket_id,
            customer_id=reply.customer_id,
            order_id=reply.order_id,
            at=reply.at,
            direction="outbound",
            author="automation",
            text=reply.text,
        )
    )
