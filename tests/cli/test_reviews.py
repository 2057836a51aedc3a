"""Reviews from the command line: listed by urgency, decided the way Slack does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.cli.stage import the_demo_stories

Wismo = Callable[..., Any]


@pytest.fixture
def asked(wismo: Wismo, tmp_path: Path) -> tuple[Path, str]:
    """A data folder with an open review about a cancellation."""
    story = next(each for each in the_demo_stories() if each.story_id == "cancel-approval")
    message, data = story.arrival, tmp_path / "shop"
    sender = ["--customer", message.authenticated_customer_id] if message.authenticated_customer_id else ["--email", message.from_email]
    wismo("ask", message.text, *sender, "--at", message.at.isoformat(), "--live", "--data", data)
    [review] = json.loads(wismo("reviews", "--data", data, "--json").stdout)
    return data, review["escalation_id"]


def test_an_open_review_is_listed(wismo: Wismo, asked: tuple[Path, str]) -> None:
    data, review = asked
    shown = wismo("reviews", "--data", data)
    assert shown.exit_code == 0
    assert review in shown.stdout and "recommended" in shown.stdout.replace("\n", " ")


def test_it_is_decided_once(wismo: Wismo, asked: tuple[Path, str]) -> None:
    data, review = asked
    stranger = wismo("decide", review, "approve", "--reviewer", "U0SOMEBODY", "--data", data)
    assert (stranger.exit_code, stranger.stdout) == (1, "") and "does not list this reviewer" in stranger.stderr
    approved = wismo("decide", review, "approve", "--reviewer", "U0CXLEAD", "--rationale", "fine", "--data", data)
    assert approved.exit_code == 0 and "executed, reference" in approved.stdout
    again = wismo("decide", review, "deny", "--reviewer", "U0CXLEAD", "--data", data)
    assert again.exit_code == 1 and "by U0CXLEAD" in again.stderr
    assert "Nothing waits" in wismo("reviews", "--data", data).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["approve", "--param", "city"], "no NAME=VALUE"),
        (["approve", "--deadline", "tomorrow"], "is no time"),
        (["approve", "--at", "2026-03-17T10:00"], "no UTC offset"),
        (["celebrate"], "celebrate"),
    ],
)
def test_what_is_mistyped_is_said(wismo: Wismo, asked: tuple[Path, str], arguments: list[str], says: str) -> None:
    data, review = asked
    refused = wismo("decide", review, *arguments, "--reviewer", "U0CXLEAD", "--data", data)
    assert refused.exit_code == 2 and says in refused.stderr


def test_an_unknown_review_or_action_is_refused(wismo: Wismo, asked: tuple[Path, str]) -> None:
    data, review = asked
    unknown = wismo("decide", "esc_nothing", "approve", "--reviewer", "U0CXLEAD", "--data", data)
    assert unknown.exit_code == 1 and "wismo reviews" in unknown.stderr
    dance = wismo("decide", review, "approve", "--action", "dance", "--reviewer", "U0CXLEAD", "--data", data)
    assert dance.exit_code == 1 and "approved_action" in dance.stderr


def test_slack_needs_its_tokens(wismo: Wismo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert "SLACK_BOT_TOKEN is not set" in wismo("slack", "check").stdout
    assert "SLACK_BOT_TOKEN is not set" in wismo("slack", "run").stderr
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "nothing unsigned is believed" in wismo("slack", "run", "--http").stderr
    assert "SLACK_APP_TOKEN" in wismo("slack", "run", "--socket").stderr
    assert "socket_mode_enabled" in wismo("slack", "manifest").stdout
