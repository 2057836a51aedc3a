"""Dated exports of the backends: one JSON object per line, each a (part of a) world as it stood when it was exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime

from graph.facts import Fault, World
from graph.labels import System
from server.places import dotted
from server.tickets.problem import Problem, UnusableError, validated
from server.tickets.rows import SourceRow, jsonl_rows
from tools.embedded.tables import TABLES, Table
from tools.embedded.world_file import WorldFileError, read_world
from tools.embedded.world_references import broken_references

AFTERWARDS = datetime.max.replace(tzinfo=UTC)
"""When a world without a date was exported: after everything that is evaluated."""


class Export(World):
    """What the backends said at one moment; only the rows that changed since the export before have to be there."""

    exported_at: AwareDatetime


@dataclass(frozen=True)
class Version:
    """A row as one export had it."""

    since: datetime
    row: Any
    line: int | None = None


Key = tuple[str, ...]


@dataclass
class Exports:
    """All versions of all rows, oldest first."""

    versions: dict[str, dict[Key, list[Version]]] = field(default_factory=lambda: {table.name: {} for table in TABLES})
    faults: list[tuple[datetime, dict[System, Fault]]] = field(default_factory=list)

    def around(self, table: str, key: Key, at: datetime) -> tuple[Any | None, Any | None]:
        """The newest version up to a moment, and the first one after it."""
        versions = self.versions[table].get(key, ())
        before = [version.row for version in versions if version.since <= at]
        after = [version.row for version in versions if version.since > at]
        return (before[-1] if before else None), (after[0] if after else None)

    def rows(self, table: str) -> Iterator[tuple[Key, Any]]:
        """Every row of a table with its key, as the last export has it."""
        for key, versions in self.versions[table].items():
            yield key, versions[-1].row

    def faults_at(self, at: datetime) -> dict[System, Fault]:
        """The faults in force at a moment: those of the last export that names any."""
        known = [faults for since, faults in self.faults if since <= at]
        return known[-1] if known else {}


def read_exports(path: Path) -> Exports:
    """The exports of a file. Raises `UnusableError` with line and field of everything that is wrong."""
    if path.suffix.lower() == ".json":
        try:
            return exports_of([(None, Export(exported_at=AFTERWARDS, **_fields(read_world(path))))])
        except WorldFileError as error:
            raise UnusableError(Problem(str(path), each.line, each.where, each.what) for each in error.problems) from error
    try:
        rows = list(jsonl_rows(path))
    except OSError as error:
        raise UnusableError([Problem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    problems, exports = [], []
    for row in rows:
        export = row if isinstance(row, Problem) else _export(path, row)
        if isinstance(export, Export):
            exports.append((row.line, export))
        else:
            problems += [export] if isinstance(export, Problem) else export
    if problems:
        raise UnusableError(problems)
    together = exports_of(exports)
    if wrong := list(_broken(path, together)):
        raise UnusableError(wrong)
    return together


def exports_of(exports: Iterable[tuple[int | None, Export]]) -> Exports:
    """Exports put together by the keys of their rows."""
    together = Exports()
    for line, export in sorted(exports, key=lambda each: each[1].exported_at):
        for table in TABLES:
            for row in getattr(export, table.name):
                together.versions[table.name].setdefault(key_of(table, row), []).append(Version(export.exported_at, row, line))
        if "faults" in export.model_fields_set:
            together.faults.append((export.exported_at, export.faults))
    return together


def key_of(table: Table[Any], row: Any) -> Key:
    """What tells a row from the others of its table."""
    return tuple(str(getattr(row, column)) for column in table.key)


def _fields(world: World) -> dict[str, Any]:
    return {name: getattr(world, name) for name in World.model_fields}


def _export(path: Path, row: SourceRow) -> Export | list[Problem]:
    found = validated(Export, row.content)
    return found if isinstance(found, Export) else [Problem(str(path), row.line, place, what) for place, what in found]


def _broken(path: Path, exports: Exports) -> Iterator[Problem]:
    """Rows that belong to nothing, looked at as the last export has them."""
    tables = {table.name: list(exports.versions[table.name].values()) for table in TABLES}
    world = World.model_validate({name: tuple(versions[-1].row for versions in rows) for name, rows in tables.items()})
    for place, what in broken_references(world):
        line = tables[str(place[0])][int(place[1])][-1].line
        yield Problem(str(path), line, dotted(place), what)
