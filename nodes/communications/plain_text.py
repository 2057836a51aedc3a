"""One spelling for a text that is to be proven, and its words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FACT: Final = "\ue000"
DUE: Final = "\ue001"
ETA: Final = "\ue002"
DATE: Final = "\ue003"
DUE_AND_ETA: Final = "\ue004"
DUE_AND_DATE: Final = "\ue005"
FILL: Final = "\ue00f"
"""What stands in a text where a fact was proven: its sign, then fill up to its length."""

DATES: Final = frozenset({DUE, ETA, DATE, DUE_AND_ETA, DUE_AND_DATE})

_QUOTES: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "\u2212": "-"}
)
_SPACES: Final = re.compile(r"[^\S\n]+")
_WORD: Final = re.compile(r"[^\W\d_\ue000-\ue00f]+|[\ue000-\ue005]|[.!?](?=\s|$|\ue00f|[\ue000-\ue005])|\n")
_ENDS: Final = frozenset(".!?\n")


def normalise(text: str) -> str:
    """NFKC, one kind of quotes, dashes and spaces."""
    composed = text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_QUOTES))
    return _SPACES.sub(" ", composed).strip()


def lowered(text: str) -> str:
    """Lower case without a change of length."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def words_of(text: str) -> list[str]:
    """The words of a text, signs of facts among them, and a full stop for every end of a sentence."""
    return ["." if word in _ENDS else word for word in _WORD.findall(text)]


def line_of(text: str) -> str:
    """The words of a text with one space before, between and after them."""
    return f" {' '.join(words_of(text))} "


def phrase_of(source: str) -> str:
    """A phrase of the data as it stands in a line; `*` leaves an end open."""
    line = line_of(source.replace("*", "")) if source.isupper() else line_of(source.replace("*", "").lower())
    return line[source.startswith("*") : len(line) - source.endswith("*")]
