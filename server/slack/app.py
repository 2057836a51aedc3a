"""The bolt app: verifies, keeps, acknowledges; nothing is worked on before Slack has its answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from server.slack.modal import CALLBACK
from server.slack.reception import Reception

Next = Callable[[], Awaitable[Any]]
Ack = Callable[..., Awaitable[Any]]


def slack_app(client: AsyncWebClient, reception: Reception, *, signing_secret: str) -> AsyncApp:
    """The app on this client. Signature and age (5 minutes) of every HTTP request are checked by bolt."""
    app = AsyncApp(client=client, signing_secret=signing_secret or None, request_verification_enabled=bool(signing_secret))

    async def keep_reply(event: dict[str, Any], context: AsyncBoltContext, next: Next) -> None:
        """Runs before the acknowledgement: what Slack was told is heard must not be lost."""
        reception.replied(event, context.bot_user_id or "")
        await next()

    async def heard() -> None:
        """Everything about a message was done before it was acknowledged."""

    async def pressed(ack: Ack, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await reception.pressed(body, client)

    async def submitted(ack: Ack, body: dict[str, Any]) -> None:
        problems = reception.submitted(body)
        await (ack(response_action="errors", errors=problems) if problems else ack())

    for kind in ("message", "app_mention"):
        app.event(kind, middleware=[keep_reply])(heard)
    app.action(re.compile(r"^wismo:"))(pressed)
    app.view(CALLBACK)(submitted)
    return app
