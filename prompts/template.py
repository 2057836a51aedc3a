"""One customer text with holes for facts, and what a text may never contain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HOLE = re.compile(r"\{([a-z_]+)\}")
_LINK = re.compile(r"https?:|www\.|\]\(|<[a-z/!]|[\w.+-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|org|net|io|de|es|fr|eu|uk)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut into literal pieces and the placeholders between them."""

    source: str
    pieces: tuple[str, ...]
    """Literal and placeholder in turn: literals at even places."""

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of its holes."""
        return frozenset(self.pieces[1::2])

    @property
    def literals(self) -> tuple[str, ...]:
        """What it says without its holes."""
        return self.pieces[0::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every hole filled; what is filled in is never read as a template, and its full stop is not doubled."""
        parts = [values[piece] if place % 2 else piece for place, piece in enumerate(self.pieces)]
        for place in range(1, len(parts), 2):
            if parts[place].endswith(".") and parts[place + 1].startswith("."):
                parts[place + 1] = parts[place + 1][1:]
        return "".join(parts)


def cut(source: str) -> Template:
    """The template of a text."""
    return Template(source, tuple(_HOLE.split(source)))


def problem_of(template: Template) -> str | None:
    """Why a text may not be used, or nothing."""
    words = " ".join(template.literals)
    if not template.source.strip():
        return "is empty"
    if "{" in words or "}" in words:
        return "has a brace that is no placeholder such as {items}"
    if any(sign.isnumeric() for sign in words):
        return "has a digit: every number must come from a fact"
    if _LINK.search(words):
        return "has a link, an address or markup: links come from facts"
    if unseen := next((sign for sign in words if not sign.isprintable() and sign != "\n"), None):
        return f"has the invisible character U+{ord(unseen):04X}"
    return None
