"""Reading a world from a JSON file, and saying exactly what is wrong with one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from graph.facts import World
from tools.embedded.json_places import Finding, JsonPlaces, line_of, path_text, walk
from tools.embedded.world_references import broken_references

MAX_BYTES: Final = 50_000_000

_LINE: Final = re.compile(r"at line (\d+)")
_PLAIN_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is an unknown field",
    "timezone_aware": "is a time without a UTC offset",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a world file: its line, its path, and what it is, without any value."""

    line: int | None
    where: str
    what: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.where} {self.what}" if self.where else f"{place}{self.what}"


class WorldFileError(Exception):
    """The file holds no usable world."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def check_world(path: Path | str, max_bytes: int = MAX_BYTES) -> list[Problem]:
    """All that is wrong with a world file, in the order of its lines; nothing when it can be used."""
    try:
        read_world(path, max_bytes)
    except WorldFileError as wrong:
        return list(wrong.problems)
    return []


def read_world(path: Path | str, max_bytes: int = MAX_BYTES) -> World:
    """The world of a file; `WorldFileError` says all that is wrong with it."""
    text = _text(_bytes(Path(path), max_bytes))
    _refuse_broken_json(text)
    places = walk(text)
    try:
        world = World.model_validate_json(text)
    except ValidationError as wrong:
        raise _refusal(wrong, places) from None
    findings = [*places.odd, *broken_references(world)]
    if findings:
        raise _located(places, findings)
    return world


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as failed:
        raise WorldFileError(Problem(None, "", f"the file cannot be read: {failed.strerror}")) from None
    if len(raw) > max_bytes:
        raise WorldFileError(Problem(None, "", f"the file is larger than {max_bytes} bytes"))
    return raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        column = wrong.start - raw.rfind(b"\n", 0, wrong.start)
        raise WorldFileError(Problem(line, "", f"not UTF-8 at byte {column} of the line")) from None


def _refuse_broken_json(text: str) -> None:
    try:
        json.loads(text, parse_int=len)  # Python refuses to read very long numbers; only the syntax matters here
    except json.JSONDecodeError as wrong:
        raise WorldFileError(Problem(wrong.lineno, "", f"not JSON at column {wrong.colno}: {wrong.msg}")) from None
    except RecursionError:
        raise WorldFileError(Problem(None, "", "the JSON is nested too deeply")) from None


def _refusal(wrong: ValidationError, places: JsonPlaces) -> WorldFileError:
    errors = wrong.errors(include_url=False, include_context=False, include_input=False)
    if errors[0]["type"] != "json_invalid":
        said = ((_of_a_key(error["loc"]), _PLAIN_WORDS.get(error["type"], error["msg"])) for error in errors)
        return _located(places, [*places.odd, *said])
    if places.odd:
        return _located(places, places.odd)
    line = _LINE.search(errors[0]["msg"])
    return WorldFileError(Problem(int(line[1]) if line else None, "", errors[0]["msg"]))


def _of_a_key(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A key that may not stand there is reported by pydantic as a place under that key."""
    return path[:-1] if path and path[-1] == "[key]" else path


def _located(places: JsonPlaces, findings: Iterable[Finding]) -> WorldFileError:
    problems = [Problem(line_of(places.lines, path), path_text(path), what) for path, what in findings]
    return WorldFileError(*sorted(problems, key=lambda problem: problem.line or 0))
