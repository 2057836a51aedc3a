"""The policy file: read, laid over the shipped default where it says so, and checked with the line of every problem."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from graph.policy import Policy
from graph.policy_part import Part
from server.calendar_file import why_no_public_holidays
from server.places import dotted
from server.policy_lines import Place, line_of, lines_of
from server.toml_file import Problem, TomlFileError, in_file_order, parsed, place_of, text_of

_CLOCKS = {
    (table, key)
    for table, kind in Policy.model_fields.items()
    if isinstance(kind.annotation, type) and issubclass(kind.annotation, Part)
    for key, field in kind.annotation.model_fields.items()
    if field.annotation is time
}


PolicyFileError = TomlFileError
"""The policy file cannot be used."""


@dataclass(frozen=True)
class _Finding:
    """A problem before its line is looked up."""

    place: Place
    what: str


def read_policy(path: Path | None) -> Policy:
    """The policy of a file, or the shipped default without one."""
    text = text_of(_shipped_default() if path is None else path)
    content = parsed(text)
    result = _validated(content)
    if isinstance(result, Policy):
        return result
    lines = lines_of(text)
    raise PolicyFileError(in_file_order(tuple(Problem(line_of(each.place, lines), dotted(each.place), each.what) for each in result)))


def check_policy(path: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a policy file; nothing where it can be used."""
    try:
        read_policy(path)
    except PolicyFileError as error:
        return error.problems
    return ()


def _shipped_default() -> Traversable:
    return files("server") / "policies" / "default.toml"


def _validated(content: dict[str, Any]) -> Policy | tuple[_Finding, ...]:
    findings = _overlay_findings(content)
    clean = _without_surprises(_full(content), (), findings)
    try:
        # As JSON, because strict JSON takes a list for a set and text for a time, but never text for a number.
        policy = Policy.model_validate_json(json.dumps(clean, default=str), strict=True)
    except ValidationError as error:
        found = {each.place for each in findings}
        more = [_finding(each) for each in error.errors(include_url=False)]
        return (*findings, *(each for each in more if each.place not in found))
    findings += [*_holiday_findings(policy), *_reviewer_findings(policy)]
    return tuple(findings) or policy


def _full(content: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in content.items() if name != "extends"}
    return _merged(tomllib.loads(text_of(_shipped_default())), own) if "extends" in content else own


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; anything else, arrays too, is replaced."""
    both = {name: _merged(under[name], value) for name, value in over.items() if isinstance(value, dict) and isinstance(under.get(name), dict)}
    return {**under, **over, **both}


def _overlay_findings(content: dict[str, Any]) -> list[_Finding]:
    if "extends" not in content:
        return []
    findings = []
    if content["extends"] != "default":
        findings.append(_Finding(("extends",), f"must be 'default', not {content['extends']!r}"))
    if "version" not in content:
        findings.append(_Finding(("version",), "is missing: an overlay has a version of its own, it is stamped on every decision"))
    return findings


def _without_surprises(value: Any, place: Place, findings: list[_Finding]) -> Any:
    """The same content, where numbers without end and clock times with an offset are found and made harmless."""
    if isinstance(value, dict):
        return {name: _without_surprises(each, (*place, name), findings) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_surprises(each, (*place, index), findings) for index, each in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        findings.append(_Finding(place, f"must be a finite number, not {value}"))
        return 1
    if place in _CLOCKS and isinstance(value, str) and _has_offset(value):
        findings.append(_Finding(place, f"must be a clock time without an offset, not {value!r}; timezone.business says whose clock it is"))
        return time.fromisoformat(value).replace(tzinfo=None)
    return value


def _has_offset(text: str) -> bool:
    try:
        return time.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _finding(error: ErrorDetails) -> _Finding:
    place = place_of(error)
    return _Finding(place, _what(error, place))


def _what(error: ErrorDetails, place: Place) -> str:
    if error["type"] == "extra_forbidden":
        return f"is no key of the policy{_did_you_mean(place)}"
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "model_type":
        return f"must be a table, not {error['input']!r}"
    message = error["msg"].removeprefix("Value error, ")
    _, should, wish = message.partition(" should ")
    given = error["input"]
    return f"must {wish}, not {given!r}" if should and not isinstance(given, dict) else message


def _did_you_mean(place: Place) -> str:
    names = _names_in(place[:-1]) + ([] if place[1:] else ["extends"])
    close = get_close_matches(str(place[-1]), names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _names_in(place: Place) -> list[str]:
    """The keys that a table of the policy may have."""
    kind: Any = Policy
    for step in place:
        is_table = isinstance(kind, type) and issubclass(kind, Part)
        kind = kind.model_fields[step].annotation if is_table else next(each for each in reversed(get_args(kind)) if each is not ...)
    return list(kind.model_fields)


def _holiday_findings(policy: Policy) -> list[_Finding]:
    reason = why_no_public_holidays(policy.business_hours)
    return [_Finding(("business_hours", reason[0]), reason[1])] if reason else []


def _reviewer_findings(policy: Policy) -> list[_Finding]:
    names = [each.slack_id for each in policy.escalation.reviewers]
    twice = [index for index, name in enumerate(names) if name in names[:index]]
    return [_Finding(("escalation", "reviewers", index, "slack_id"), f"{names[index]!r} is listed as a reviewer twice") for index in twice]
