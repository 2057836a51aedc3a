"""The reviewer's words, compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class ReviewerWords:
    """Patterns per decision: how it opens a text, where it stands anywhere, and how actions are named."""

    opens: dict[str, re.Pattern[str]]
    anywhere: dict[str, re.Pattern[str]]
    actions: dict[str, re.Pattern[str]]


@cache
def reviewer_words() -> ReviewerWords:
    """The vocabulary of `reviewer.toml`."""
    data = tomllib.loads(files("prompts.vocabulary").joinpath("reviewer.toml").read_text(encoding="utf-8"))
    return ReviewerWords(*({name: _pattern(rows) for name, rows in data[part].items()} for part in ("opens", "anywhere", "actions")))


def _pattern(rows: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(rows)})(?![\w'])", re.IGNORECASE)
