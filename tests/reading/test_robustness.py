"""Any text is read, an endless one no further than its beginning, and quoted words ask for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.labels import Channel
from graph.reading import Reading
from nodes.reading import read_message

MOST_READ = 20_000


def read(text: str, subject: str | None = None) -> Reading:
    return read_message(text=text, subject=subject, channel=Channel.EMAIL, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=5000), st.none() | st.text(max_size=200))
def test_never_raises(text: str, subject: str | None) -> None:
    reading = read(text, subject)
    assert all(0 <= ask.confidence <= 1 for ask in reading.asks)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "cancel",
                "order",
                "20411",
                "#",
                "not",
                "\n",
                ">",
                "On Mon x wrote:",
                "refund",
                "if",
                "?",
                "!",
                ",",
                "I will sue",
                "danke",
                "<p>",
                "--",
                "From: a",
                "Sent: b",
                "is",
                "1Z88A0180344512207",
                "¿",
            ]
        ),
        max_size=60,
    )
)
def test_never_raises_on_mixed_pieces(pieces: list[str]) -> None:
    read(" ".join(pieces))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["please cancel my order", "I will sue you", "refund me", "this is unacceptable", "", "where is 20411", "Thanks\nAnn"]),
        min_size=1,
        max_size=8,
    )
)
def test_quoted_words_ask_for_nothing(lines: list[str]) -> None:
    quoted = "\n".join(f"> {part}" for line in lines for part in line.split("\n"))
    reading = read(f"On Tue, 10 Mar 2026, Support <a@b.example> wrote:\n{quoted}")
    assert (reading.asks, reading.tones, reading.address) == ((), (), None)


HUGE = {
    "letters": "a" * 100_000,
    "quotes": ">" * 100_000,
    "digits": "1" * 100_000,
    "nested html": "<div>" * 20_000,
    "lines": "\n" * 100_000,
    "angles": "<" * 100_000,
    "dashes": "-" * 100_000,
    "hashes": "system " + "#" * 99_000,
    "dotted digits": "1." * 50_000,
    "words": "where is my order " * 6_000,
    "attributions": "On a\n" * 20_000,
    "numbers": "12345 " * 16_000,
    "headers": "From: a\nSent: b\n" * 6_000,
    "commas": "a, " * 33_000,
    "spaces": " " * 100_000,
    "open tags": "<a " * 33_000,
    "comments": "<!--" * 25_000,
    "names": "Ab Cd\n" * 16_000,
    "system": "[system] x " * 9_000,
    "capitals": "A " * 50_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_an_endless_text_is_read_as_its_beginning(text: str) -> None:
    """What stands behind the part that is read costs nothing: it changes neither asks nor tones nor mentions."""
    whole, beginning = read(text, text[:2000]), read(text[:MOST_READ], text[:2000])
    assert (whole.asks, whole.tones, whole.mentions) == (beginning.asks, beginning.tones, beginning.mentions)
