"""The HTTP door: Slack's events and interactivity at one address, and a health check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler

from server.slack.station import Station


def create_app(station: Station) -> FastAPI:
    """The web app; its worker is at work as long as the app runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with station.shift.at_work():
            yield
        await station.house.hang_up()

    web = FastAPI(title="wismo", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    web.include_router(slack_router(station))

    @web.get("/healthz")
    async def healthz() -> dict[str, str]:
        station.house.connection.execute("select 1 from switches limit 1").fetchone()
        return {"status": "ok"}

    return web


def slack_router(station: Station) -> APIRouter:
    """Slack's address, for any app whose worker is the station's. Without a signing secret nothing is believed, so it refuses to be made."""
    if not station.settings.signing_secret:
        raise ValueError("HTTP mode needs SLACK_SIGNING_SECRET")
    handler = AsyncSlackRequestHandler(station.app)
    router = APIRouter()

    @router.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        return await handler.handle(request)

    return router
