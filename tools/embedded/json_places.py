"""Where in a JSON text each value stands, so that a problem can name its line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

Finding = tuple[Path, str]
"""A place and what is wrong there."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n', re.DOTALL)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_ODD_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_NUMBERS: Final = ("NaN", "Infinity", "-Infinity")


def path_text(path: Path) -> str:
    """The path as `orders[3].lines[0].unit_price`; a key that is no plain name may be personal and becomes `?`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if _PLAIN_NAME.fullmatch(step) else ".?"
    return text.removeprefix(".")


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a value, or of the nearest one around it where the value itself is missing."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def walk(text: str) -> JsonPlaces:
    """The places of a text that is known to be JSON."""
    places = JsonPlaces()
    for match in _TOKEN.finditer(text):
        places.read(match.group())
    return places


@dataclass
class JsonPlaces:
    """The line of every value by its path, and what JSON allows but no world needs."""

    lines: dict[Path, int] = field(default_factory=dict)
    odd: list[Finding] = field(default_factory=list)
    _line: int = 1
    _steps: list[str | int] = field(default_factory=list)
    """The key or index that is being read, for every container around."""
    _expects_key: bool = False

    def read(self, token: str) -> None:
        """Take the next token of the text."""
        if token == "\n":
            self._line += 1
        elif token in ("}", "]"):
            self._steps.pop()
            self._expects_key = False
        elif token == ",":
            self._next()
        elif self._expects_key:
            self._key(token)
        elif token != ":":
            self._value(token)

    def _next(self) -> None:
        last = self._steps[-1]
        if isinstance(last, int):
            self._steps[-1] = last + 1
        else:
            self._expects_key = True

    def _key(self, token: str) -> None:
        self._steps[-1] = self._string(token)
        self._expects_key = False
        if tuple(self._steps) in self.lines:
            self.odd.append((tuple(self._steps), "stands here twice"))

    def _value(self, token: str) -> None:
        self.lines[tuple(self._steps)] = self._line
        if token == "{":
            self._steps.append("")
            self._expects_key = True
        elif token == "[":
            self._steps.append(0)
        elif token.startswith('"'):
            self._string(token)
        elif token in _NO_NUMBERS:
            self.odd.append((tuple(self._steps), "is no number"))

    def _string(self, token: str) -> str:
        text = str(json.loads(token)) if "\\" in token else token[1:-1]
        odd = _ODD_CHARACTER.search(text)
        if odd:
            self.odd.append((tuple(self._steps), f"holds the character U+{ord(odd.group()):04X}, which no text may have"))
        return text
