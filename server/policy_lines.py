"""Where each key of a TOML file stands, so that a problem can name its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]


def lines_of(text: str) -> dict[Place, int]:
    """The line of every table and key of a text that is known to be valid TOML; lines count from 1."""
    scan = _Scan()
    for number, statement in _statements(text):
        scan.take(number, statement)
    return scan.lines


def line_of(place: Place, lines: dict[Place, int]) -> int | None:
    """The line of a place, or of the nearest table around it."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return None


class _Scan:
    """What has been seen so far: the lines, the open table, and the length of every array of tables."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self._table: Place = ()
        self._lengths: dict[Place, int] = {}

    def take(self, number: int, statement: str) -> None:
        content = tomllib.loads(statement)
        if statement.startswith("["):
            self._open(number, _only_path(content), is_array=statement.startswith("[["))
        else:
            self._note(number, content, self._table)

    def _open(self, number: int, path: list[str], *, is_array: bool) -> None:
        place: Place = ()
        for name in path[:-1]:
            place = self._newest((*place, name))
            self.lines.setdefault(place, number)
        place = (*place, path[-1])
        if is_array:
            self._lengths[place] = self._lengths.get(place, 0) + 1
            self.lines.setdefault(place, number)
        self._table = self._newest(place)
        self.lines[self._table] = number

    def _newest(self, place: Place) -> Place:
        return (*place, self._lengths[place] - 1) if place in self._lengths else place

    def _note(self, number: int, content: dict[str, Any], place: Place) -> None:
        for name, value in content.items():
            self.lines.setdefault((*place, name), number)
            if isinstance(value, dict):
                self._note(number, value, (*place, name))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Every header and every key with its value, however many lines the value takes."""
    start, open_lines = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if not open_lines:
            start, line = number, line.lstrip(" \t")
            if not line.strip() or line.startswith("#"):
                continue
        open_lines.append(line)
        if _is_complete(statement := "\n".join(open_lines)):
            yield start, statement
            open_lines = []


def _is_complete(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _only_path(content: Any) -> list[str]:
    """The names in a header, read from the nest of empty tables that it stands for."""
    path: list[str] = []
    while content:
        if isinstance(content, list):
            content = content[0]
        else:
            [(name, content)] = content.items()
            path.append(name)
    return path
