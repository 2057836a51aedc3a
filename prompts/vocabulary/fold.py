"""One spelling for every word: lower case, no accents, no apostrophes, single spaces."""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "œ": "oe", "æ": "ae", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_ELISION = re.compile(r"\b(l|d|j|n|s|m|t|c|qu|jusqu|lorsqu|puisqu)'(?=[a-z])")
_IS = re.compile(
    r"(?<=[a-z]{3})'s (?=(?:wrong|missing|been|not|still|gone|late|lost|stuck|just|now|dead|incorrect|coming|going|empty|sitting|here|there|supposed|"
    r"showing|saying|delayed|out|never|already|only|taking|in|on|at)\b)"
)
_NO_WORD = re.compile(r"[^\w]+|_+")
_LETTERS_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def fold(text: str) -> str:
    """The text as space-separated plain words with one space before, between and after them."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    if not plain.isascii():
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    plain = _IS.sub(" is ", plain)
    plain = _ELISION.sub(r"\1 ", plain).replace("'", "")
    plain = _LETTERS_DRAWN_OUT.sub(r"\1", plain)
    return f" {_NO_WORD.sub(' ', plain).strip()} "
