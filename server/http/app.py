"""The HTTP app: all addresses of the door on one front office, and a true OpenAPI document."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from server.http import care, casework, desk, entry_points, intake, operations
from server.http.bodies import DecisionIn, EventIn, ForgetIn, HumanReplyIn, MessageIn
from server.http.front import Front
from server.http.guard import Guard
from server.http.problems import Problem, ProblemDocument, refuse

TITLE = "wismo"
VERSION = "1"
DESCRIPTION = "Where is my order? Messages, events and decisions come in here; cases, promises and reviews can be read."
ROUTERS = (intake.router, casework.router, desk.router, care.router, entry_points.router, operations.router)
_BODIES = (MessageIn, EventIn, HumanReplyIn, DecisionIn, ForgetIn, ProblemDocument)


def create_app(front: Front, *more: APIRouter) -> FastAPI:
    """The app; its worker is at work as long as it runs. No cross-origin access, no pages that load scripts from elsewhere."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with front.shift.at_work():
            yield
        await front.house.hang_up()

    app = _Documented(title=TITLE, version=VERSION, description=DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.front = front
    app.add_middleware(Guard)
    for kind in (Problem, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, refuse)
    for router in (*ROUTERS, *more):
        app.include_router(router)
    return app


class _Documented(FastAPI):
    """Adds the bodies, which are read by hand, to the document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            document = get_openapi(title=self.title, version=self.version, description=self.description, routes=self.routes)
            _, bodies = models_json_schema([(model, "validation") for model in _BODIES], ref_template="#/components/schemas/{model}")
            schemas = document["components"].setdefault("schemas", {})
            document["components"]["schemas"] = {**bodies["$defs"], **schemas}
            self.openapi_schema = document
        return self.openapi_schema
