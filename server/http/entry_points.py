"""`/v1/deployments`: what starts a run, and the switch of each entry point."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from pydantic import BaseModel, Field

from checkpoints.tokens import Token
from graph.deployments import Deployment
from graph.labels import Mode
from server.http.admission import Admin, Office, Reader
from server.http.front import Front
from server.http.problems import Problem, documented

REFUSALS = documented(401, 403, 429, 500)
_log = logging.getLogger("wismo.http")

router = APIRouter(prefix="/v1", tags=["deployments"])


class EntryPoint(BaseModel):
    """One entry point as it stands."""

    deployment: Deployment
    mode: Mode = Field(description="How it speaks now: a draft where the installation or the entry point is in shadow, or its hour is full.")
    paused: bool = Field(description="Its messages and actions wait.")
    runs_within_hour: int


class EntryPoints(BaseModel):
    """All entry points, in the order in which they are asked. None: everything comes in."""

    items: list[EntryPoint]


@router.get("/deployments", responses=REFUSALS)
async def deployments(front: Office, _: Reader) -> EntryPoints:
    """The entry points."""
    entrance = front.house.entrance
    return EntryPoints(items=[_shown(front, each) for each in entrance.deployments.deployments] if entrance else [])


@router.post("/deployments/{name}/pause", responses={**REFUSALS, **documented(404, 422)})
async def pause(name: str, front: Office, token: Admin) -> EntryPoint:
    """Hold back all messages and actions of one entry point, at once; nothing is lost."""
    return _turn(name, front, token, True)


@router.post("/deployments/{name}/resume", responses={**REFUSALS, **documented(404, 422)})
async def resume(name: str, front: Office, token: Admin) -> EntryPoint:
    """Let go what an entry point held back."""
    return _turn(name, front, token, False)


def _turn(name: str, front: Front, token: Token, on: bool) -> EntryPoint:
    entrance = front.house.entrance
    found = entrance.deployments.named(name) if entrance else None
    if found is None:
        raise Problem(404)
    front.house.outbox.pause_deployment(found.name, on)
    _log.warning("entry point %s is %s by token %s", found.name, "paused" if on else "resumed", token.token_id)
    front.shift.wake()
    return _shown(front, found)


def _shown(front: Front, each: Deployment) -> EntryPoint:
    entrance = front.house.entrance
    assert entrance is not None
    paused, runs = each.name in front.house.outbox.paused_deployments(), entrance.taken_within_hour(each.name)
    return EntryPoint(deployment=each, mode=entrance.mode_of(each, front.settings.mode), paused=paused, runs_within_hour=runs)
