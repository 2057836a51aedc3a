"""The reviewer's words, compiled once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

VERBS = ("approve", "deny", "request_changes", "manual_takeover", "hand_back", "doubt")


@cache
def reviewer_words() -> dict[str, re.Pattern[str]]:
    """One pattern per verb and `action:NAME`."""
    data = tomllib.loads(files("prompts.vocabulary").joinpath("reviewer.toml").read_text(encoding="utf-8"))
    words = {verb: _pattern(data[verb]) for verb in VERBS}
    return words | {f"action:{name}": _pattern(rows) for name, rows in data["actions"].items()}


def _pattern(rows: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(rows)})(?!\w)", re.IGNORECASE)
