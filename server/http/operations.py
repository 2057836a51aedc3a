"""The switch, and what machines ask: whether the process lives, whether it can work, how it is."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel

from checkpoints.tokens import Token
from server.http.admission import Admin, Office, Reader
from server.http.front import Front
from server.http.metrics import CONTENT_TYPE, metrics_text
from server.http.problems import documented
from server.http.readiness import Readiness, readiness_of

ADMIN = documented(401, 403, 429, 500)
_log = logging.getLogger("wismo.http")

router = APIRouter(tags=["operations"])


class Switch(BaseModel):
    """The pause switch."""

    paused: bool


class Health(BaseModel):
    """The process lives."""

    status: str = "ok"


@router.post("/v1/pause", responses=ADMIN)
async def pause(front: Office, token: Admin) -> Switch:
    """Stop all outbound messages and actions at once; what comes in is kept and worked on, nothing is lost."""
    return _turn(front, token, True)


@router.post("/v1/resume", responses=ADMIN)
async def resume(front: Office, token: Admin) -> Switch:
    """Let go what waited."""
    return _turn(front, token, False)


@router.get("/healthz", responses=documented(500))
async def healthz() -> Health:
    """Whether the process lives. Needs no token."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "It cannot work."}, **documented(500)}, response_model=Readiness)
async def readyz(front: Office) -> JSONResponse:
    """Whether it can work: database, checkpointer, worker, and which systems answer. Needs no token."""
    found = await readiness_of(front)
    return JSONResponse(found.model_dump(mode="json"), 503 if found.status == "not_ready" else 200)


@router.get(
    "/metrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text."}, **ADMIN},
    response_class=PlainTextResponse,
)
async def metrics(front: Office, _: Reader) -> PlainTextResponse:
    """How the house is: ages, promises at risk, dead letters, runs."""
    return PlainTextResponse(metrics_text(front), media_type=CONTENT_TYPE)


def _turn(front: Front, token: Token, on: bool) -> Switch:
    front.house.outbox.pause(on)
    _log.warning("outbound is %s by token %s", "paused" if on else "resumed", token.token_id)
    front.shift.wake()
    return Switch(paused=on)
