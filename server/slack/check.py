"""What is missing in the set-up: tokens, scopes, channels, reviewers."""

from __future__ import annotations

from collections.abc import AsyncIterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from graph.labels import Queue
from graph.policy import Policy
from server.slack.posting import TROUBLE, channel_id
from server.slack.settings import SlackSettings

SCOPES = (
    "chat:write",
    "app_mentions:read",
    "channels:history",
    "groups:history",
    "channels:read",
    "groups:read",
    "users:read",
    "usergroups:read",
)
"""What the bot token must have; the manifest asks for the same."""


async def problems_of(settings: SlackSettings, policy: Policy) -> tuple[str, ...]:
    """Everything that keeps reviews from working, one sentence each; nothing where all is well."""
    found = list(_unset(settings))
    if not settings.bot_token:
        return tuple(found)
    client = AsyncWebClient(settings.bot_token, base_url=settings.api_url, timeout=10)
    found += [problem async for problem in _of_the_token(client)]
    if found and "auth.test" in found[-1]:
        return tuple(found)
    found += [problem async for problem in _of_the_app_token(settings)]
    found += [problem async for problem in _of_channels(client, policy)]
    found += [problem async for problem in _of_reviewers(client, policy)]
    return tuple(found)


def _unset(settings: SlackSettings) -> list[str]:
    found = [] if settings.bot_token else ["SLACK_BOT_TOKEN is not set (the bot token, xoxb-...)"]
    if not settings.signing_secret and not settings.app_token:
        found.append("neither SLACK_SIGNING_SECRET (HTTP mode) nor SLACK_APP_TOKEN (Socket Mode, xapp-...) is set")
    return found


async def _of_the_token(client: AsyncWebClient) -> AsyncIterator[str]:
    try:
        answer = await client.auth_test()
    except TROUBLE as error:
        yield f"auth.test fails with SLACK_BOT_TOKEN: {_why(error)}"
        return
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    for scope in SCOPES:
        if scope not in granted:
            yield f"the bot token lacks the scope {scope}; add it and install the app again"


async def _of_the_app_token(settings: SlackSettings) -> AsyncIterator[str]:
    if not settings.app_token:
        return
    try:
        await AsyncWebClient(settings.app_token, base_url=settings.api_url, timeout=10).apps_connections_open(app_token=settings.app_token)
    except TROUBLE as error:
        yield f"Socket Mode cannot be opened with SLACK_APP_TOKEN: {_why(error)}"


async def _of_channels(client: AsyncWebClient, policy: Policy) -> AsyncIterator[str]:
    for queue in Queue:
        name = policy.escalation.channels.get(queue, "")
        if not name:
            yield f"queue {queue.value}: the policy names no channel"
            continue
        try:
            answer = await client.conversations_info(channel=await channel_id(client, name))
            if not answer["channel"].get("is_member"):
                yield f"queue {queue.value}: the bot is not in {name}; invite it there"
        except (*TROUBLE, LookupError) as error:
            yield f"queue {queue.value}: channel {name}: {_why(error)}"


async def _of_reviewers(client: AsyncWebClient, policy: Policy) -> AsyncIterator[str]:
    for queue in Queue:
        if not any(queue in row.queues for row in policy.escalation.reviewers):
            yield f"queue {queue.value}: the policy lists no reviewer"
    for own in dict.fromkeys(row.slack_id for row in policy.escalation.reviewers):
        try:
            if own.startswith("S"):
                await client.usergroups_users_list(usergroup=own)
            elif (await client.users_info(user=own))["user"].get("deleted"):
                yield f"reviewer {own} is deactivated in Slack"
        except TROUBLE as error:
            yield f"reviewer {own} is unknown to Slack: {_why(error)}"


def _why(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else str(error) or type(error).__name__
