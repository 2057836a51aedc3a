"""What a customer is called in a greeting."""

from __future__ import annotations

import re
from typing import Final

_COMPANY: Final = re.compile(
    r"[&/,@\d]|\b(?:inc|llc|ltd|corp|company|co|plc|gmbh|mbh|ag|kg|ohg|ug|e\.?k|e\.?v|se|sarl|sas|sasu|eurl|sl|s\.l|slu|sa|s\.a|srl|bv|b\.v|nv|"
    r"group|gruppe|grupo|groupe|shop|store|office|büro|verein|schule|school|hotel|restaurant|studio|team|service|services)\b\.?",
    re.IGNORECASE,
)
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
