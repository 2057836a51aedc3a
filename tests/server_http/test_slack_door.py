"""Where Slack is configured, its address is a door of the same app, with the same worker."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from slack_sdk.signature import SignatureVerifier

from checkpoints.acceptance import connect_durably
from checkpoints.tokens import Scope
from server.http.app import create_app
from server.http.front import Front
from server.http.opening import opened
from server.http.settings import MAX_BODY, HttpSettings
from server.policy_file import read_policy
from server.slack.web import slack_router
from tests.slack.local_slack import SECRET, TOKEN, LocalSlack, local_slack, texts_of
from tests.slack.workplace import Workplace, submission, workplace


def app_of(place: Workplace, folder: Path) -> Any:
    """The whole app on the house of a workplace."""
    station = place.station
    intake = connect_durably(folder / "wismo.sqlite")
    return create_app(Front(station.house, station.shift, HttpSettings(), intake, folder), slack_router(station))


async def signed(http: httpx.AsyncClient, body: str, *, secret: str = SECRET) -> httpx.Response:
    """A request of Slack."""
    stamp = str(int(time.time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or "",
    }
    return await http.post("/slack/events", content=body, headers=headers)


async def test_a_decision_in_slack_is_worked_on_by_the_same_worker(tmp_path: Path) -> None:
    async with local_slack() as slack, workplace("pub-021", tmp_path, slack, read_policy(None)) as place:
        await place.customer_writes()
        app = app_of(place, tmp_path)
        view = await place.modal_for("approve:replacement", "U0SHIPLEAD")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://wismo.example") as http:
            async with app.router.lifespan_context(app):
                payload = f"payload={quote(json.dumps(submission(view, 'U0SHIPLEAD')))}"
                assert (await signed(http, payload, secret="somebody else's")).status_code == 401
                assert (await signed(http, payload)).status_code == 200
                await slack.until(lambda: "Executed: replacement" in "\n".join(texts_of(place.root["blocks"])))
            assert (await signed(http, "x" * (MAX_BODY + 1))).status_code == 413
        app.state.front.intake.close()
    assert "/slack/events" not in app.openapi()["paths"]


async def test_the_door_to_slack_is_open_where_slack_is_configured(tmp_path: Path) -> None:
    async with local_slack() as slack:
        assert await answers(tmp_path, slack, SLACK_SIGNING_SECRET=SECRET) == 401
        assert await answers(tmp_path, slack) == 404


async def answers(folder: Path, slack: LocalSlack, **environment: str) -> int:
    """The status of an unsigned request to Slack's address."""
    named = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.api_url, **environment}
    with opened(folder, read_policy(None), HttpSettings(), named) as app:
        app.state.front.tokens.issue("x", frozenset({Scope.READ}), app.state.front.now())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://wismo.example") as http:
            return (await http.post("/slack/events", content="payload={}")).status_code
