"""`wismo slack check` says what is missing, sentence by sentence; the shipped manifest asks for what it checks."""

from __future__ import annotations

import re
from pathlib import Path

from graph.policy import Policy
from server.policy_file import read_policy
from server.slack.check import SCOPES, problems_of
from server.slack.settings import SlackSettings
from tests.slack.local_slack import APP_TOKEN, SECRET, TOKEN, LocalSlack

MANIFEST = Path(__file__).parents[2] / "server/slack/manifest.yaml"


def _settings(slack: LocalSlack) -> SlackSettings:
    return SlackSettings(TOKEN, SECRET, APP_TOKEN, slack.api_url)


def _policy() -> Policy:
    return read_policy(None)


async def test_nothing_is_missing(slack: LocalSlack) -> None:
    assert await problems_of(_settings(slack), _policy()) == ()


async def test_no_tokens() -> None:
    bot, door = await problems_of(SlackSettings(), _policy())
    assert "SLACK_BOT_TOKEN is not set" in bot and "SLACK_SIGNING_SECRET" in door and "SLACK_APP_TOKEN" in door


async def test_everything_else_is_named(slack: LocalSlack) -> None:
    slack.scopes = slack.scopes.replace(",usergroups:read", "")
    slack.not_in.add("C0FRAUD")
    del slack.channels["wismo-supply"]
    slack.users.remove("U0SHIPLEAD")
    slack.refusals.append(("apps.connections.open", 200, {"ok": False, "error": "not_allowed_token_type"}, {}))
    found = "\n".join(await problems_of(_settings(slack), _policy()))
    assert "lacks the scope usergroups:read" in found
    assert "queue fraud: the bot is not in #wismo-fraud" in found
    assert "queue supply_chain: channel #wismo-supply: the bot sees no channel" in found
    assert "reviewer U0SHIPLEAD is unknown to Slack: user_not_found" in found
    assert "Socket Mode cannot be opened with SLACK_APP_TOKEN: not_allowed_token_type" in found
    assert found.count("\n") == 4


async def test_a_bad_token_is_the_only_news(slack: LocalSlack) -> None:
    slack.refusals.append(("auth.test", 200, {"ok": False, "error": "invalid_auth"}, {}))
    assert await problems_of(_settings(slack), _policy()) == ("auth.test fails with SLACK_BOT_TOKEN: invalid_auth",)


def test_the_manifest_asks_for_the_scopes_that_are_checked() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^      - ([a-z_]+:[a-z]+)", text, re.MULTILINE)) == SCOPES
    assert re.findall(r"^      - ([a-z_]+(?:\.[a-z]+)?)$", text, re.MULTILINE) == ["app_mention", "message.channels", "message.groups"]
