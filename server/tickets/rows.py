"""The rows of a CSV or JSONL file with their lines; a row that is none is a problem, and the others go on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.tickets.mapping import CsvShape
from server.tickets.problem import Problem, UnusableError

MAX_LINE = 8_000_000
"""Characters of one row."""


@dataclass(frozen=True)
class SourceRow:
    """One row as it stands in the file."""

    line: int
    content: dict[str, Any]


def columns_of(path: Path, shape: CsvShape) -> tuple[str, ...]:
    """The columns of a CSV file."""
    return tuple(next(_reader(path, _text(path, shape.encoding), shape), []))


def csv_rows(path: Path, shape: CsvShape) -> Iterator[SourceRow | Problem]:
    """The rows of a CSV file with a header. Raises `UnusableError` where there is none."""
    reader = _reader(path, _text(path, shape.encoding), shape)
    header = _header(path, reader)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Problem(str(path), line, "", f"is no CSV: {error}")
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield Problem(str(path), line, "", f"has {len(cells)} cells, the header has {len(header)}")
            continue
        yield SourceRow(line, dict(zip(header, cells, strict=True)))


def _header(path: Path, reader: Any) -> list[str]:
    header = [name.strip() for name in next(reader, [])]
    if not any(header):
        raise UnusableError([Problem(str(path), 1, "", "is empty: the first row has to name the columns")])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnusableError([Problem(str(path), 1, name, "is the name of two columns") for name in twice])
    return header


def _reader(path: Path, text: str, shape: CsvShape) -> Any:
    csv.field_size_limit(MAX_LINE)
    try:
        return csv.reader(io.StringIO(text, newline=""), delimiter=shape.delimiter, strict=True)
    except (TypeError, ValueError) as error:
        raise UnusableError([Problem(str(path), None, "csv.delimiter", f"is no use: {error}")]) from error


def _text(path: Path, encoding: str) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        line, byte = raw.count(b"\n", 0, error.start) + 1, error.start - raw.rfind(b"\n", 0, error.start)
        what = f"is not {encoding} at byte {byte} of the line; `[csv] encoding` says what it is"
        raise UnusableError([Problem(str(path), line, "", what)]) from error
    except LookupError as error:
        raise UnusableError([Problem(str(path), None, "csv.encoding", f"is no encoding: {encoding}")]) from error


def jsonl_rows(path: Path) -> Iterator[SourceRow | Problem]:
    """The objects of a file with one JSON object per line."""
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if raw.strip():
                yield _json_row(path, number, raw)


def _json_row(path: Path, number: int, raw: bytes) -> SourceRow | Problem:
    if len(raw) > MAX_LINE:
        return Problem(str(path), number, "", f"is longer than {MAX_LINE} bytes")
    try:
        content = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Problem(str(path), number, "", f"is no valid UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return Problem(str(path), number, "", f"is no JSON at column {error.colno}: {error.msg}")
    except (RecursionError, ValueError):
        return Problem(str(path), number, "", "is no JSON that can be read: nested too deeply, or a number too long")
    return SourceRow(number, content) if isinstance(content, dict) else Problem(str(path), number, "", "is no JSON object")
