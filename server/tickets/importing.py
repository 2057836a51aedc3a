"""From an export to tickets: every row becomes a ticket, or a problem that names file, line and field. Nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.policy_lines import line_of, lines_of
from server.tickets.cells import found_at
from server.tickets.mapping import Mapping
from server.tickets.problem import Problem, UnusableError, validated
from server.tickets.rows import SourceRow, columns_of, csv_rows, jsonl_rows
from server.tickets.ticket import Ticket
from server.tickets.translating import source_of, ticket_content


@dataclass(frozen=True)
class Imported:
    """What a file holds: the tickets, and what is wrong with the rows that are none."""

    tickets: tuple[Ticket, ...]
    problems: tuple[Problem, ...]
    bad_rows: int


def import_tickets(path: Path, mapping: Mapping | None = None, mapping_file: Path | None = None) -> Imported:
    """The tickets of a CSV or JSONL file; without a mapping its fields have our names (see `evals/tickets`)."""
    if mapping is not None and mapping_file is not None:
        _refuse_missing_columns(path, mapping, mapping_file)
    problems: list[Problem] = []
    beside = _comments_beside(mapping, mapping_file, problems)
    tickets: dict[str, Ticket] = {}
    bad = 0
    for row in _rows(path, mapping):
        found = (row,) if isinstance(row, Problem) else _ticket(path, row, mapping, beside)
        if isinstance(found, Ticket) and found.ticket_id in tickets:
            found = (Problem(str(path), row.line, "ticket_id", "stands on an earlier line too"),)
        if isinstance(found, Ticket):
            tickets[found.ticket_id] = found
        else:
            problems += found
            bad += 1
    if beside and mapping is not None and mapping_file is not None and not bad:
        problems += _orphans(beside, tickets, _comment_file(mapping, mapping_file))
    return Imported(tuple(tickets.values()), tuple(problems), bad)


def _rows(path: Path, mapping: Mapping | None) -> Iterator[SourceRow | Problem]:
    shape = mapping or Mapping()
    try:
        yield from csv_rows(path, shape.csv) if _is_csv(path, shape) else jsonl_rows(path)
    except OSError as error:
        raise UnusableError([Problem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error


def _is_csv(path: Path, mapping: Mapping) -> bool:
    return mapping.format == "csv" if mapping.format else path.suffix.lower() in {".csv", ".tsv"}


def _ticket(path: Path, row: SourceRow, mapping: Mapping | None, beside: dict[str, list[SourceRow]]) -> Ticket | tuple[Problem, ...]:
    if mapping is None:
        content = {name: value for name, value in row.content.items() if value != ""}
        faults: list[tuple[str, str]] = []
    else:
        own_id = str(found_at(row.content, mapping.fields.get("ticket_id", "")) or "").strip()
        content, faults = ticket_content(row.content, mapping, [each.content for each in beside.get(own_id, ())])
    found = validated(Ticket, content)
    unread = {field for field, _ in faults}
    wrong = [] if isinstance(found, Ticket) else [(field, what) for field, what in found if field.removeprefix("labels.") not in unread]
    wrong = [*faults, *wrong]
    if isinstance(found, Ticket) and not wrong:
        return found
    return tuple(Problem(str(path), row.line, source_of(field, mapping) if mapping else field, what) for field, what in wrong)


def _refuse_missing_columns(path: Path, mapping: Mapping, mapping_file: Path) -> None:
    """A CSV column that the mapping names and the file does not have would lose a field silently."""
    if not _is_csv(path, mapping):
        return
    try:
        columns = columns_of(path, mapping.csv)
    except OSError as error:
        raise UnusableError([Problem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    named = [(("fields", name), column) for name, column in mapping.fields.items()]
    named += [(("labels", name), column) for name, column in mapping.labels.items()]
    named += [(("metadata", name), column) for name, column in mapping.metadata.items()]
    if mapping.comments is not None and mapping.comments.path is not None:
        named.append((("comments", "path"), mapping.comments.path))
    lines = lines_of(mapping_file.read_text(encoding="utf-8-sig"))
    missing = [(place, column) for place, column in named if column not in columns]
    if missing:
        known = ", ".join(map(repr, columns))
        raise UnusableError(
            Problem(str(mapping_file), line_of(place, lines), ".".join(place), f"names the column {column!r}; {path.name} has {known}")
            for place, column in missing
        )


def _comment_file(mapping: Mapping, mapping_file: Path) -> Path:
    assert mapping.comments is not None and mapping.comments.file is not None
    return mapping_file.parent / mapping.comments.file


def _comments_beside(mapping: Mapping | None, mapping_file: Path | None, problems: list[Problem]) -> dict[str, list[SourceRow]]:
    """The rows of the second file, by ticket."""
    if mapping is None or mapping_file is None or mapping.comments is None or mapping.comments.file is None:
        return {}
    found: dict[str, list[SourceRow]] = {}
    path = _comment_file(mapping, mapping_file)
    for row in _rows(path, mapping.model_copy(update={"format": None})):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        ticket_id = str(row.content.get(mapping.comments.ticket_id) or "").strip()
        if ticket_id:
            found.setdefault(ticket_id, []).append(row)
        else:
            problems.append(Problem(str(path), row.line, mapping.comments.ticket_id, "is missing"))
    return found


def _orphans(beside: dict[str, list[SourceRow]], tickets: dict[str, Ticket], path: Path) -> Iterator[Problem]:
    for ticket_id, rows in beside.items():
        if ticket_id not in tickets:
            yield Problem(str(path), rows[0].line, "ticket_id", "names no ticket of the file")
