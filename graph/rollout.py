"""Which cases are answered live, and which only in shadow (specification, section 8): by channel, condition and action class, with percentages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from graph.labels import Action, Channel, Condition, Mode
from graph.policy_part import Part

Percent = Annotated[int, Field(ge=0, le=100)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Rest = Literal["*"]
"""Everything that a table does not name."""
NO_ORDER = "none"
"""In the table of conditions: messages for which no order was looked at (questions, handoffs)."""


class ExitCriteria(Part):
    """The numbers that end a phase, over the record since it began; an absent one asks for nothing."""

    days: Annotated[float, Field(ge=0)] | None = None
    cases: Annotated[int, Field(ge=0)] | None = None
    automation: Fraction | None = None
    """At least this share of cases without a human."""
    promises_kept: Fraction | None = None
    verdicts: Annotated[int, Field(ge=0)] | None = None
    """At least so many runs that people judged (`wismo review`)."""
    verdicts_right: Fraction | None = None
    decisions: Annotated[int, Field(ge=0)] | None = None
    """At least so many reviews that were decided."""
    approved: Fraction | None = None
    most_reopened: Fraction | None = None
    most_repeated: Fraction | None = None
    most_guard_refusals: Fraction | None = None
    """At most this share of runs in which the guard refused a text."""
    most_dead_letters: Annotated[int, Field(ge=0)] | None = None


class Rollout(Part):
    """One setting. A table that is empty restricts nothing; in one that is not, what it does not name is off, unless `*` says otherwise."""

    phase: str = ""
    mode: Mode = Mode.LIVE
    """Shadow: nothing is live, whatever the tables say."""
    channels: dict[Channel | Rest, Percent] = {}
    conditions: dict[Condition | Literal["none"] | Rest, Percent] = {}
    actions: dict[Action | Rest, Percent] = {}
    proactive: Percent = 100
    """Messages that nobody asked for."""
    exit: ExitCriteria = ExitCriteria()

    def share(self, *, channel: Channel | None, condition: Condition | None, actions: Iterable[Action], proactive: bool) -> int:
        """The percentage of such cases that is live: the smallest of all that concern it."""
        if self.mode is Mode.SHADOW:
            return 0
        shares = [_share(self.conditions, condition or NO_ORDER), *(_share(self.actions, action) for action in actions)]
        if channel is not None:
            shares.append(_share(self.channels, channel))
        if proactive:
            shares.append(self.proactive)
        return min(shares)


def place_of(case: str) -> int:
    """The case's place from 0 to 99, always the same: it is live where this is below the percentage."""
    return int.from_bytes(hashlib.sha256(case.encode()).digest()[:8], "big") % 100


def _share(table: Mapping[Any, int], name: str) -> int:
    return table.get(name, table.get("*", 0 if table else 100))
