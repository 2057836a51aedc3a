"""Questions and complaints in words that no rule knows ask for the status; what is no such thing does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel, Intent
from graph.reading import Reading
from nodes.reading import read_message

ASKED = [
    "my pressure washer, tomorrow perhaps?",
    "so tuesday or not",
    "are we speaking of hours or of weeks?",
    "ordered on the 2nd, today is the 19th",
    "which day for the wardrobe? Thanks, Ann",
    "wann denn nun?",
    "und, klappt das bis Freitag?",
    "¿y el martes, será posible?",
    "et pour samedi, c'est possible ?",
]
NOT_ASKED = [
    "u know?",
    "well u know. like before only the other way round",
    "hmm. so that thing, the one from before, or how",
    "My name is Peter.",
    "Our company has been producing parts for 20 years.",
    "We provide logistics services to companies every day, interested?",
    "not sure if i should cancel",
    "weißt du?",
    "¿sabes?",
    "tu sais ?",
]
CLOSINGS = ["Thanks, have a great day!", "it came this morning, thank you", "ok I'll wait then, thanks"]


def read(text: str) -> Reading:
    return read_message(text=text, subject=None, channel=Channel.CHAT, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.mark.parametrize("text", ASKED)
def test_asks_for_the_status(text: str) -> None:
    assert read(text).intents() == (Intent.ORDER_STATUS,)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_asks_for_nothing_of_an_order(text: str) -> None:
    assert Intent.ORDER_STATUS not in read(text).intents()


@pytest.mark.parametrize("text", CLOSINGS)
def test_a_farewell_stays_one(text: str) -> None:
    assert read(text).intents() == (Intent.THANKS_OR_CLOSING,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("it is three weeks late, refund me", {Intent.REFUND}),
        ("DHL lost it. Please send another one.", {Intent.REPLACEMENT}),
        ("please cancel my order. And has order 2 of mine left?", {Intent.CANCEL, Intent.ORDER_STATUS}),
        ("refund me or I'll see you in court", {Intent.REFUND}),
        ("ship it today or I want a refund", {Intent.ORDER_STATUS}),
    ],
)
def test_a_state_told_beside_a_wish_is_no_question(text: str, wanted: set[Intent]) -> None:
    assert set(read(text).intents()) == wanted


def test_an_unknown_question_is_less_sure_than_a_known_one() -> None:
    (ask,) = read("so tuesday or not").asks
    assert ask.confidence < 0.6
    assert ask.because.startswith("general_question")
