"""The scenario format (see `evals/scenarios`): one story per line, checked strictly, with errors that name line and field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from graph.arrivals import MAX_TEXT
from graph.facts import Patch, World
from graph.labels import Action, Channel, Mode
from server.places import dotted

MAX_LINE = 8_000_000
"""Bytes of one scenario."""


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    expect: dict[str, Any] | None = None


class MessageStep(_Step):
    """A customer writes."""

    kind: Literal["message"]
    channel: Channel
    ticket_id: str
    from_email: str | None = None
    authenticated_customer_id: str | None = None
    subject: Annotated[str | None, Field(max_length=2_000)] = None
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    metadata: dict[str, str] = {}


class EventStep(_Step):
    """A backend reports a change; the patch is already true."""

    kind: Literal["event"]
    source: Literal["oms", "wms", "supplier", "inventory", "carrier"]
    event_id: str
    type: str
    order_id: str | None = None
    shipment_id: str | None = None
    sku: str | None = None
    fulfillment_id: str | None = None
    po_id: str | None = None
    occurred_at: AwareDatetime | None = None
    patch: Patch | None = None


class DecisionStep(_Step):
    """A reviewer answers."""

    kind: Literal["decision"]
    order_id: str
    reviewer: str
    text: str | None = None
    decision: Literal["approve", "deny", "request_changes", "manual_takeover"] | None = None
    approved_action: Action | Literal["wait"] | None = None
    rationale: str | None = None
    customer_safe_message: str | None = None
    owner: str | None = None
    deadline: AwareDatetime | None = None
    parameters: dict[str, str] = {}


class AdvanceStep(_Step):
    """Time passes."""

    kind: Literal["advance"]
    patch: Patch | None = None


class HumanReplyStep(_Step):
    """A teammate answers publicly in the helpdesk."""

    kind: Literal["human_reply"]
    ticket_id: str
    text: str


Step = Annotated[MessageStep | EventStep | DecisionStep | AdvanceStep | HumanReplyStep, Field(discriminator="kind")]


class Scenario(BaseModel):
    """One story."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario_id: Annotated[str, Field(min_length=1, max_length=200)]
    title: str
    tags: tuple[str, ...] = ()
    mode: Mode = Mode.LIVE
    world: World
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    expect_total: dict[str, Any] | None = None


@dataclass(frozen=True)
class BadLine:
    """A line that is no scenario: what is wrong, and where."""

    line: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(f"line {self.line}: {problem}" for problem in self.problems)


def read_scenarios(path: Path) -> Iterator[Scenario | BadLine]:
    """Scenarios of a file, one at a time; a bad line is reported as one and the rest goes on."""
    seen: set[str] = set()
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            parsed = parse_line(number, raw)
            if isinstance(parsed, Scenario):
                if parsed.scenario_id in seen:
                    parsed = BadLine(number, (f"scenario_id: {parsed.scenario_id!r} stands on an earlier line too",))
                else:
                    seen.add(parsed.scenario_id)
            yield parsed


def parse_line(number: int, raw: bytes) -> Scenario | BadLine:
    """One line as a scenario, or what is wrong with it (without echoing personal values)."""
    if len(raw) > MAX_LINE:
        return BadLine(number, (f"longer than {MAX_LINE} bytes",))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return BadLine(number, (f"no valid UTF-8 at byte {error.start}",))
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        return BadLine(number, tuple(f"{dotted(problem['loc']) or 'scenario'}: {_what(problem)}" for problem in problems[:20]))


def _what(problem: ErrorDetails) -> str:
    """What is wrong, without the value that is."""
    return "is no kind of step" if problem["type"] == "union_tag_invalid" else problem["msg"]
