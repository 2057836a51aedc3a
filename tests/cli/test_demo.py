"""The demo: every story comes out as it promises, and reads well anywhere."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from prompts.texts import TextBook
from server.cli.demo import _play
from server.cli.evidence import sentences_of, unworded
from server.cli.stage import DemoStory, differences, secrets_of, the_demo_stories
from server.timeline import ArrivalStory

STORIES = the_demo_stories()


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, ArrivalStory]]:
    """All stories, played once in one house."""
    played = asyncio.run(_play(STORIES))
    yield {story.story_id: each for story, each in zip(STORIES, played, strict=True)}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.story_id)
def test_a_story_comes_out_as_it_promises(told: dict[str, ArrivalStory], story: DemoStory) -> None:
    assert differences(story, told[story.story_id]) == ()


def test_nothing_internal_reaches_a_customer(told: dict[str, ArrivalStory]) -> None:
    secrets = secrets_of(tuple(told.values()))
    assert len(secrets.known) > 20
    assert secrets.leaked == ()


def test_every_fact_of_every_answer_is_found_in_its_words(told: dict[str, ArrivalStory]) -> None:
    for each in told.values():
        for said in each.said:
            sentences = sentences_of(said.message, TextBook.load())
            assert "".join("".join(row.text.split()) for row in sentences) == "".join(said.message.text.split())
            assert unworded(said.message, sentences) == ()


def test_a_story_shows_words_reasons_answer_and_review(wismo: Callable[..., Any]) -> None:
    shown = wismo("demo", "--story", "not-received", "--plain")
    assert shown.exit_code == 0
    for expected in (
        "The customer writes", "FH-48239", "delivered_not_received", "delivery_disputed", "The customer reads", "carrier",
        "carrier_investigation", "→ executed", "pending approval",
        "next update by Wed 18 Mar", "A person decides", "queue shipping", "recommended  replacement",
    ):  # fmt: skip
        assert expected in shown.stdout
    assert "\x1b[" not in shown.stdout


def test_a_story_goes_on_with_the_reviewers_answer(wismo: Callable[..., Any]) -> None:
    shown = " ".join(wismo("demo", "--story", "cancel-approval", "--plain").stdout.split())
    for expected in ("A person decides", "A reviewer answers", "U0CXLEAD", "is cancelled", "await_reviewer"):
        assert expected in shown


def test_a_story_goes_on_with_an_event(wismo: Callable[..., Any]) -> None:
    shown = " ".join(wismo("demo", "--story", "pick-delay", "--plain").stdout.split())
    for expected in ("next update by", "A backend reports", "tracking.updated", "DPD"):
        assert expected in shown


def test_quoted_mail_is_shortened(wismo: Callable[..., Any]) -> None:
    shown = wismo("demo", "--story", "in-transit-noisy-mail")
    assert "more lines of signature and quoted mail" in shown.stdout
    assert "Please cancel FH-47102" not in shown.stdout


def test_all_stories_end_with_a_table_and_what_was_not_seen(wismo: Callable[..., Any]) -> None:
    shown = wismo("demo", "--plain")
    messages = sum(story.arrival.kind == "message" for story in STORIES)
    assert f"{messages} customer messages and a reviewer's decision and a backend's event" in " ".join(shown.stdout.split())
    assert "What you did not see: " in shown.stdout
    assert all(story.story_id in shown.stdout for story in STORIES)
    assert max(map(len, shown.stdout.splitlines())) <= 100


def test_a_narrow_terminal_gets_the_evidence_below_the_sentences(wismo: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = wismo("demo", "--story", "processing")
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 60


def test_an_ascii_terminal_is_no_reason_to_fail() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "server", "demo", "--story", "hold-angry-french"]
    assert subprocess.run(command, env=environment, capture_output=True, check=True).stdout.isascii()


def test_an_unknown_story_is_a_usage_error_that_names_the_stories(wismo: Callable[..., Any]) -> None:
    refused = wismo("demo", "--story", "nope")
    assert refused.exit_code == 2
    assert "not-received" in refused.stderr
