"""Reading what a system answered: strictly, and only rows that were asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.labels import System
from graph.ports import MalformedAnswer

R = TypeVar("R", bound=BaseModel)


class Items(BaseModel, Generic[R]):
    """The answer to every question: the rows that fit, none where none does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[R, ...]


def rows_in(system: System, model: type[R], body: bytes, fits: Callable[[R], bool]) -> tuple[R, ...]:
    """The rows of an answer. Raises `MalformedAnswer` where one is not what it should be, or is about something else."""
    rows = read(system, _items_of(model), body).items
    if not all(map(fits, rows)):
        raise MalformedAnswer(system, f"{model.__name__}: a row that was not asked for")
    return rows


def read(system: System, model: type[R], body: bytes) -> R:
    """The answer as that model. The failure names the field and what is wrong, never a value."""
    try:
        return model.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise MalformedAnswer(system, f"{_place(first['loc'])}: {first['type']}") from None


def _place(location: tuple[int | str, ...]) -> str:
    """Where; a name that the system made up is not repeated."""
    shown = (str(part) if isinstance(part, int) or re.fullmatch(r"[A-Za-z0-9_]{1,40}", part) else "(a name)" for part in location)
    return ".".join(shown) or "answer"


@cache
def _items_of(model: type[R]) -> type[Items[R]]:
    return Items[model]  # type: ignore[valid-type]
