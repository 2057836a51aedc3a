"""A TOML file of settings: read, and every problem in it told with line and key, never with a value that could be a secret."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from server.places import dotted
from server.policy_lines import Place, line_of, lines_of

M = TypeVar("M", bound=BaseModel)
_TOML_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file: where it stands, which key it is, and what is wrong."""

    line: int | None
    where: str
    what: str

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (line, self.where, self.what) if part)


class TomlFileError(Exception):
    """The file cannot be used."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def text_of(file: Traversable | Path) -> str:
    """The text of a file. Raises `TomlFileError`."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TomlFileError((Problem(None, str(file), f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise TomlFileError((Problem(line, "", "is not UTF-8 text"),)) from error


def parsed(text: str) -> dict[str, Any]:
    """The content of a text. Raises `TomlFileError` with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError((_syntax_problem(str(error), text),)) from error


def read_as(model: type[M], path: Path, *, tagged: frozenset[str] = frozenset()) -> M:
    """The content of a file as that model; `tagged` names keys whose table has a kind. Raises `TomlFileError` with everything that is wrong."""
    text = text_of(path)
    content = parsed(text)
    try:
        # As JSON, because strict JSON takes a list for a set and text for a time, but never text for a number.
        return model.model_validate_json(json.dumps(content, default=str), strict=True)
    except ValidationError as error:
        lines = lines_of(text)
        found = [(_without_kinds(place_of(each), tagged), _what(each, model)) for each in error.errors(include_url=False)]
        raise TomlFileError(in_file_order(tuple(Problem(line_of(place, lines), dotted(place), what) for place, what in found))) from None


def place_of(error: ErrorDetails) -> Place:
    """Where an error stands in the file."""
    return tuple(step for step in error["loc"] if step != "[key]")


def _without_kinds(place: Place, tagged: frozenset[str]) -> Place:
    """The place as it stands in the file, where no kind is a key."""
    return tuple(step for index, step in enumerate(place) if index == 0 or place[index - 1] not in tagged)


def in_file_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems by their lines."""
    return tuple(sorted(problems, key=lambda each: each.line or 0))


def _what(error: ErrorDetails, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(place_of(error)[-1]), _names(model), n=1)
        return f"is no key of this file{f'; did you mean {close[0]!r}?' if close else ''}"
    if error["type"] == "missing":
        return "is missing"
    return error["msg"].removeprefix("Value error, ")


def _names(model: type[BaseModel]) -> list[str]:
    """Every key that stands somewhere in such a file."""
    schema = model.model_json_schema()
    tables = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for table in tables for name in table.get("properties", {})})


def _syntax_problem(message: str, text: str) -> Problem:
    position = _TOML_POSITION.search(message)
    what = _TOML_POSITION.sub("", message)
    if position and position[1]:
        return Problem(int(position[1]), f"column {position[2]}", f"not valid TOML: {what}")
    rows = text.rstrip("\n").split("\n")
    return Problem(len(rows), f"column {len(rows[-1]) + 1}", f"not valid TOML: {what}")
