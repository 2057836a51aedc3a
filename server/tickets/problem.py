"""What is wrong with a file that somebody hands in: which file, which line, which field, and what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from graph.facts import Row
from server.places import dotted

R = TypeVar("R", bound=Row)

_PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is an unknown field",
    "timezone_aware": "is a time without a UTC offset",
    "timezone_naive": "is a time without a UTC offset",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, without personal values."""

    file: str
    line: int | None
    field: str
    what: str

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (self.file, line, self.field) if part) + f" {self.what}"


class UnusableError(Exception):
    """A file that nothing can be read from."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def validated(model: type[R], content: dict[str, Any]) -> R | tuple[tuple[str, str], ...]:
    """The row of that content, or place and fault of everything that is wrong with it (the values are not repeated)."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return tuple((dotted(each["loc"]), _PLAIN_WORDS.get(each["type"], f"is no use: {each['msg']}")) for each in found)
