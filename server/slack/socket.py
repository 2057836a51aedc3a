"""Socket Mode: the same app over a connection that we open; no public address is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from server.slack.station import Station


@asynccontextmanager
async def connected(station: Station) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app at work over Socket Mode, until the context ends."""
    settings = station.settings
    if not settings.app_token:
        raise ValueError("Socket Mode needs SLACK_APP_TOKEN")
    client = AsyncWebClient(settings.app_token, base_url=settings.api_url)
    handler = AsyncSocketModeHandler(station.app, settings.app_token, web_client=client)
    async with station.shift.at_work():
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield handler
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
