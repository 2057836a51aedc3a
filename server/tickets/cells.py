"""What stands in one cell or JSON field of an export, and what it means with us."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapped
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.tickets.mapping import Mapping, Times

_STEP = re.compile(r"(?P<name>[^.\[\]]+)|\[(?:(?P<index>\d+)|(?P<key>[^=\]]+)=(?P<value>[^\]]*))\]")
_YES = {"true", "yes", "1", "y", "public"}
_NO = {"false", "no", "0", "n", "internal", "private"}
_SHOWN = 40


class Unreadable(Exception):
    """A value that means nothing with us; the text says why."""


def found_at(row: Mapped[str, Any], path: str) -> Any:
    """What stands at a column of that very name, else at a path such as `via.channel` or `fields[id=17].value`; None where nothing does."""
    if path in row:
        return row[path]
    here: Any = row
    for step in _STEP.finditer(path):
        if step["name"] is not None:
            here = here.get(step["name"]) if isinstance(here, Mapped) else None
        elif step["index"] is not None:
            here = here[int(step["index"])] if isinstance(here, list) and int(step["index"]) < len(here) else None
        else:
            rows = here if isinstance(here, list) else []
            here = next((each for each in rows if isinstance(each, Mapped) and str(each.get(step["key"])) == step["value"]), None)
    return here


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def moment(value: Any, times: Times) -> datetime:
    """A time with its offset. Raises `Unreadable` where it is none."""
    text = str(value).strip()
    try:
        at = _parsed(text, times.format)
    except (ValueError, OverflowError, OSError):
        wanted = f"the format {times.format!r}" if times.format else "ISO 8601, such as 2026-03-17T14:00:00Z"
        raise Unreadable(f"is no time in {wanted}") from None
    if at.tzinfo is None and times.zone is None:
        raise Unreadable("is a time without a UTC offset; say `[times] zone` in the mapping")
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(times.zone or "UTC"))


def _parsed(text: str, form: str | None) -> datetime:
    if form == "epoch":
        return datetime.fromtimestamp(float(text), UTC)
    return datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 (the caller looks at the offset)


def yes_or_no(value: Any) -> bool:
    """A truth value, as people write one."""
    word = str(value).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise Unreadable("is neither yes nor no")


def parts_of(value: Any, mapping: Mapping) -> tuple[str, ...]:
    """Several values: a JSON list, or one cell with a separator."""
    if isinstance(value, list):
        return tuple(str(each).strip() for each in value)
    separator = mapping.csv.separator
    pieces = str(value).split(separator if separator.strip() else None)
    return tuple(piece.strip() for piece in pieces if piece.strip())


def meaning(name: str, value: str, mapping: Mapping) -> tuple[str, ...]:
    """What one of their values means with us: itself, where `[values]` says nothing of that field."""
    table = mapping.values.get(name)
    if table is None:
        return (value,)
    known = {key.strip().casefold(): ours for key, ours in table.items()}
    ours = known.get(value.strip().casefold(), known.get("*"))
    if ours is None:
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
        raise Unreadable(f"has the value {shown!r}, of which `[values.{name}]` in the mapping says nothing")
    return tuple(each for each in ((ours,) if isinstance(ours, str) else ours) if each)
