"""What a customer is called in a greeting."""

from __future__ import annotations

import re
from typing import Final

_COMPANY: Final = re.compile(
    r"[&/,@\d]|\b(?:AG|SE|KG|UG|CO|Co|SAS|SA|SL|SLU|BV|NV|OHG|e\.\s?[KV]|s\.l|s\.a|S\.L|S\.A|B\.V)\b\.?|(?i:\b(?:inc|llc|ltd|corp|company|plc|gmbh|mbh|sarl|"
    r"sasu|eurl|srl|group|gruppe|grupo|groupe|shop|store|office|büro|verein|schule|school|hotel|restaurant|studio|team|service|services)\b\.?)"
)
"""Legal forms of two or three letters only as they are written: "Sanna Ek" and "Maria Sa" are persons."""
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’-]{2,}")


def first_name(name: str) -> str:
    """The first word of a person's name; the whole name where it may be a company, a title or an initial, or has one word."""
    first, *rest = name.split()
    if not rest or _COMPANY.search(name) or not _LATIN_WORD.fullmatch(first) or first.lower() in _TITLES:
        return name
    return first


_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "herr", "frau", "sr", "sra", "don", "doña", "el", "la", "le", "mme", "mlle", "the", "die", "der"}
)
