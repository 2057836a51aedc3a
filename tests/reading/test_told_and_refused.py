"""What is told as done, refused beside another wish, or threatened without a question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel, Intent, Tone
from graph.reading import Reading
from nodes.reading import read_message


def read(text: str) -> Reading:
    return read_message(text=text, subject="", channel=Channel.CHAT, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "the refund is on my account now, thanks",
        "thanks for changing the address so quickly!",
        "die erstattung ist auf dem konto, danke",
        "danke fürs schnelle ändern der adresse!",
        "ya tengo el reembolso en la cuenta, gracias",
        "le remboursement est sur mon compte, merci",
    ],
)
def test_what_is_told_as_done_is_a_closing(text: str) -> None:
    assert read(text).intents() == (Intent.THANKS_OR_CLOSING,)


@pytest.mark.parametrize(
    "text",
    [
        "is the refund on my account yet?",
        "I haven't received my refund yet",
        "ist die erstattung schon auf dem konto?",
        "le remboursement est fait ?",
    ],
)
def test_what_is_asked_or_denied_is_not_done(text: str) -> None:
    assert read(text).intents() == (Intent.ORDER_STATUS,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("please don't refund, resend instead", Intent.REPLACEMENT),
        ("please don't refund me, I want the thing itself. when will it come?", Intent.ORDER_STATUS),
        ("bitte nicht erstatten, sondern nochmal schicken", Intent.REPLACEMENT),
        ("no me reembolsen, quiero el producto. cuándo llega?", Intent.ORDER_STATUS),
        ("ne me remboursez pas, je veux l'objet. il arrive quand ?", Intent.ORDER_STATUS),
    ],
)
def test_a_refusal_beside_a_wish_only_hints_at_a_withdrawal(text: str, wanted: Intent) -> None:
    assert read(text).intents() == (wanted,)


@pytest.mark.parametrize(
    "text",
    [
        "hi, i asked you to cancel 61203 earlier. please ignore that",
        "hallo, ich hatte vorhin um stornierung von 61203 gebeten. bitte ignorieren",
        "hola, antes pedí cancelar el 61203. ignórenlo por favor",
        "bonjour, tout à l'heure j'ai demandé l'annulation de la 61203. n'en tenez pas compte",
    ],
)
def test_a_told_request_is_taken_back_in_the_next_sentence(text: str) -> None:
    assert read(text).intents() == (Intent.WITHDRAW_REQUEST,)


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("if it's not here by friday you will hear from my solicitor", Tone.LEGAL_THREAT),
        ("wenn es bis freitag nicht da ist hören sie von meinem anwalt", Tone.LEGAL_THREAT),
        ("ni colis ni réponse. ce soir j'ouvre un litige paypal", Tone.CHARGEBACK_THREAT),
    ],
)
def test_a_threat_alone_is_about_the_order_that_has_not_come(text: str, tone: Tone) -> None:
    reading = read(text)
    assert reading.intents() == (Intent.ORDER_STATUS,)
    assert [flag.tone for flag in reading.tones] == [tone]


@pytest.mark.parametrize("text", ["I'm disputing the charge with my card", "you'll be hearing from my solicitor"])
def test_a_bare_threat_asks_nothing(text: str) -> None:
    assert read(text).intents() == ()


@pytest.mark.parametrize(
    "text",
    [
        "no need to cancel, just tell me when it'll be here",
        "My legal name is Jonathan, the order is under Jon. Can you tell me when it ships?",
        "the manager of our office building signed for a parcel, is that mine (43210)?",
        "I'd cancel but I actually need this. What's the real date?",
        "why did you ship to my old address??",
        "bin nicht sauer, nur neugierig: wo ist das paket gerade?",
        "mon avocat n'a plus besoin des papiers, mais le bureau arrive quand ?",
    ],
)
def test_near_misses_are_status_questions_without_a_tone(text: str) -> None:
    reading = read(text)
    assert reading.intents() == (Intent.ORDER_STATUS,)
    assert reading.tones == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("size L instead of M please, can i get it in size L instead of M", Intent.ALTERNATE_ITEM),
        ("puede ser talla L en vez de M", Intent.ALTERNATE_ITEM),
    ],
)
def test_a_cue_of_several_words_denies_only_what_stands_behind_it(text: str, wanted: Intent) -> None:
    assert read(text).intents() == (wanted,)
