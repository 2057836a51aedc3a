"""One row of somebody's export in our words: each field looked up, each value given its meaning."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from server.tickets.cells import Unreadable, found_at, is_empty, meaning, moment, parts_of, yes_or_no
from server.tickets.mapping import CommentFields, Mapping

Fault = tuple[str, str]
"""A field, and what is wrong there."""
Json = dict[str, Any]

_SEVERAL = {
    "tags", "did", "condition", "conditions_include", "disposition", "reason", "handler", "intents_include", "triggers", "triggers_include",
    "triggers_exclude", "queue", "performs", "reply_includes", "reply_excludes", "language",
}  # fmt: skip
_MOMENTS = {"created_at", "due_before", "due_after"}
_TRUTHS = {"escalated", "follow_up"}


def ticket_content(row: Json, mapping: Mapping, beside: Iterable[Json]) -> tuple[Json, list[Fault]]:
    """The fields of a ticket, and what could not be read of them."""
    faults: list[Fault] = []
    content = _looked_up(row, mapping.fields, mapping, faults)
    content = {**mapping.defaults, **content}
    labels = _looked_up(row, mapping.labels, mapping, faults)
    if labels:
        content["labels"] = labels
    metadata = {name: str(value) for name, path in mapping.metadata.items() if not is_empty(value := found_at(row, path))}
    if metadata:
        content["metadata"] = metadata
    if mapping.comments is not None:
        comments = [_comment(each, place, mapping.comments, mapping, faults) for place, each in _raw_comments(row, mapping.comments, beside, faults)]
        content["comments"] = _without_description(comments, content)
    return content, faults


def source_of(field: str, mapping: Mapping) -> str:
    """The field with the column or path that it came from, for people."""
    name = field.removeprefix("labels.").split("[")[0].split(".")[0]
    theirs = mapping.fields.get(name) or mapping.labels.get(name)
    return f"{field} ({theirs!r})" if theirs else field


def _looked_up(row: Json, places: dict[str, str], mapping: Mapping, faults: list[Fault]) -> Json:
    content = {}
    for name, path in places.items():
        value = found_at(row, path)
        if is_empty(value):
            continue
        try:
            ours = _ours(name, value, mapping)
        except Unreadable as why:
            faults.append((name, str(why)))
            continue
        if not is_empty(ours) and ours != ():
            content[name] = ours
    return content


def _ours(name: str, value: Any, mapping: Mapping) -> Any:
    if name in _MOMENTS:
        return moment(value, mapping.times)
    if name in _TRUTHS:
        return yes_or_no(value)
    if name == "actions":
        return _gates(value, mapping)
    if name in _SEVERAL:
        # A table of values may speak of the whole cell, or of each of its parts.
        whole = str(value).strip() if not isinstance(value, list) else None
        if whole is not None and _is_known(name, whole, mapping):
            return meaning(name, whole, mapping)
        return tuple(dict.fromkeys(ours for part in parts_of(value, mapping) for ours in meaning(name, part, mapping)))
    ours = meaning(name, str(value), mapping)
    return ours[0] if ours else None


def _is_known(name: str, value: str, mapping: Mapping) -> bool:
    return value.casefold() in {key.strip().casefold() for key in mapping.values.get(name, {})}


def _gates(value: Any, mapping: Mapping) -> Json:
    """Action and gate: a JSON object, or parts such as `cancel=eligible`."""
    if isinstance(value, dict):
        return value
    pairs = [part.partition("=") for part in parts_of(value, mapping)]
    if any(not separator for _, separator, _ in pairs):
        raise Unreadable("is not written as action=gate")
    return {action.strip(): gate.strip() for action, _, gate in pairs}


def _raw_comments(row: Json, where: CommentFields, beside: Iterable[Json], faults: list[Fault]) -> Iterator[tuple[str, Json]]:
    rows: Any = list(beside)
    if where.path is not None:
        rows = found_at(row, where.path)
        if isinstance(rows, str) and rows.strip():
            try:
                rows = json.loads(rows)
            except ValueError:
                faults.append(("comments", f"({where.path!r}) is no JSON list"))
                return
    for number, each in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(each, dict):
            yield f"comments[{number}]", each
        else:
            faults.append((f"comments[{number}]", "is no JSON object"))


def _comment(raw: Json, place: str, where: CommentFields, mapping: Mapping, faults: list[Fault]) -> Json:
    content: Json = {}
    readers: tuple[tuple[str, str | None, Callable[[Any], Any]], ...] = (
        ("at", where.at, lambda value: moment(value, mapping.times)),
        ("author", where.author, lambda value: next(iter(meaning("author", str(value), mapping)), None)),
        ("public", where.public, lambda value: yes_or_no(next(iter(meaning("public", str(value), mapping)), value))),
        ("text", where.text, str),
        ("did", where.did, lambda value: _ours("did", value, mapping)),
    )
    for name, path, read in readers:
        value = found_at(raw, path) if path is not None else None
        if is_empty(value):
            continue
        try:
            content[name] = read(value)
        except Unreadable as why:
            faults.append((f"{place}.{name}", str(why)))
    if "text" not in content and "text" not in dict(faults):
        content["text"] = ""
    return content


def _without_description(comments: list[Json], content: Json) -> list[Json]:
    """Helpdesks give the first message twice: as description, and as the first comment."""
    first = comments[0] if comments else {}
    repeats = str(first.get("text", "")).strip() == str(content.get("description", "")).strip() and first.get("author") == "customer"
    return comments[1:] if repeats else comments
