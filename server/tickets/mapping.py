"""The mapping file: which column or JSON field of somebody's export is which field of a ticket, and what their values mean."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from graph.facts import Row
from server.policy_lines import line_of, lines_of
from server.tickets.problem import Problem, UnusableError, validated
from server.tickets.ticket import Comment, Labels, Ticket


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error
    return name


class CsvShape(Row):
    """How the cells of a CSV file are written."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    separator: str = ","
    """Between several values of one cell: tags, triggers, actions."""


class Times(Row):
    """How times are written: ISO 8601, a format of `strptime`, or `epoch` (seconds); `zone` is for times without an offset."""

    zone: Annotated[str, AfterValidator(_zone)] | None = None
    format: str | None = None


class CommentFields(Row):
    """Where the comments of a ticket stand, and what is what in one of them."""

    path: str | None = None
    """JSON: the list inside the ticket. CSV: the column whose cell holds a JSON list."""
    file: str | None = None
    """A second file beside the mapping, one comment per row."""
    ticket_id: str = "ticket_id"
    """In that second file: whose comment it is."""
    at: str = "at"
    author: str = "author"
    public: str | None = None
    text: str = "text"
    did: str | None = None


Meaning = str | tuple[str, ...]
"""One of our labels, several of them, or an empty text for "no label"."""


class Mapping(Row):
    """One mapping file."""

    format: Literal["csv", "jsonl"] | None = None
    csv: CsvShape = CsvShape()
    times: Times = Times()
    fields: dict[str, str] = {}
    """Our field: their column or path."""
    labels: dict[str, str] = {}
    metadata: dict[str, str] = {}
    defaults: dict[str, str] = {}
    """Our field: the value where theirs has none."""
    comments: CommentFields | None = None
    values: dict[str, dict[str, Meaning]] = {}
    """Our field: their value: ours. `*` stands for every other value."""


OWN_FIELDS = frozenset(Ticket.model_fields) - {"comments", "labels", "metadata"}
OWN_LABELS = frozenset(Labels.model_fields)
_WITH_VALUES = OWN_FIELDS | OWN_LABELS | {"author", "public"} | frozenset(Comment.model_fields)


def read_mapping(path: Path) -> Mapping:
    """The mapping of a file. Raises `UnusableError` with line and key of everything that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except OSError as error:
        raise UnusableError([Problem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise UnusableError([Problem(str(path), None, "", "is not UTF-8 text")]) from error
    except tomllib.TOMLDecodeError as error:
        raise UnusableError([Problem(str(path), None, "", f"is not TOML: {error}")]) from error
    found = validated(Mapping, content)
    wrong = tuple(_strangers(found)) if isinstance(found, Mapping) else found
    if wrong or not isinstance(found, Mapping):
        lines = lines_of(text)
        raise UnusableError(Problem(str(path), line_of(tuple(key.split(".")), lines), key, what) for key, what in wrong)
    return found


def _strangers(mapping: Mapping) -> list[tuple[str, str]]:
    """Keys that are no field of ours, and what is missing."""
    wrong = [(f"fields.{name}", "is no field of a ticket") for name in mapping.fields if name not in OWN_FIELDS]
    wrong += [(f"defaults.{name}", "is no field of a ticket") for name in mapping.defaults if name not in OWN_FIELDS]
    wrong += [(f"labels.{name}", "is no label") for name in mapping.labels if name not in OWN_LABELS]
    wrong += [(f"values.{name}", "is neither a field nor a label") for name in mapping.values if name not in _WITH_VALUES]
    given = {*mapping.fields, *mapping.defaults}
    wrong += [("fields", f"has no {name}") for name in ("ticket_id", "created_at", "description") if name not in given]
    comments = mapping.comments
    if comments is not None and (comments.path is None) == (comments.file is None):
        wrong.append(("comments", "needs either `path` or `file`"))
    return wrong
