"""Which keys two policies differ in, and the policies that lie between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from graph.policy import Policy

_NO_RULES = {("version",), ("costs",)}
"""Keys that no rule decides by."""


@dataclass(frozen=True)
class ChangedKey:
    """One number of the policy, before and after; None where it is absent."""

    place: tuple[str, ...]
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """The key as the file writes it."""
        return ".".join(self.place)

    def __str__(self) -> str:
        return f"{self.name} {_told(self.before)} → {_told(self.after)}"


def changed_keys(before: Policy, after: Policy) -> tuple[ChangedKey, ...]:
    """All keys with another value, those left out that no rule decides by."""
    found = _changed((), before.model_dump(mode="json"), after.model_dump(mode="json"))
    return tuple(key for key in found if not any(key.place[: len(place)] == place for place in _NO_RULES))


def with_only(key: ChangedKey, before: Policy) -> Policy | None:
    """The old policy with this one change; None where the change cannot stand alone."""
    content = before.model_dump(mode="json")
    here = content
    for step in key.place[:-1]:
        here = here.setdefault(step, {})
    if key.after is None:
        here.pop(key.place[-1], None)
    else:
        here[key.place[-1]] = key.after
    try:
        return Policy.model_validate(content)
    except ValidationError:
        return None


def _changed(place: tuple[str, ...], before: Any, after: Any) -> Iterator[ChangedKey]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _changed((*place, name), before.get(name), after.get(name))
    elif _plain(before) != _plain(after):
        yield ChangedKey(place, before, after)


def _plain(value: Any) -> Any:
    """Sets come as lists in any order."""
    return sorted(map(str, value)) if isinstance(value, list) else value


def _told(value: Any) -> str:
    if value is None:
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
