"""Pages: each says where the next one begins, in a word that means nothing to the reader."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from fastapi import Query

from server.http.problems import Problem

MAX_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.")]
After = Annotated[str | None, Query(max_length=1_000, description="`next` of the page before.")]


def next_of(place: list[str]) -> str:
    """The word for a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_of(after: str | None, parts: int) -> list[str] | None:
    """The place that a word stands for; None for the beginning. Raises `Problem` for a word that we did not give."""
    if after is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or len(place) != parts or not all(isinstance(part, str) for part in place):
        raise Problem.of_field(422, "after", "is not `next` of an earlier page")
    return place
