"""When a case is looked at again although nothing was promised: what no event tells, a look finds."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.context import OrderContext
from graph.rules.findings import Assessment
from graph.rules.needs import unshipped_lines
from graph.rules.news import next_threshold
from graph.rules.supply import ship_by
from nodes.deps import Deps


def next_look(context: OrderContext, assessment: Assessment, deps: Deps) -> datetime | None:
    """A minute after time alone may have changed the condition, soon where facts are missing; all else is left to the sweep."""
    if assessment.missing:
        return context.now + timedelta(hours=deps.policy.promises.facts_unavailable_hours)
    return threshold_ahead(context, assessment, deps)


def threshold_ahead(context: OrderContext, assessment: Assessment, deps: Deps) -> datetime | None:
    """A minute after the next moment at which time alone may change the condition."""
    lines = unshipped_lines(context) if context.order else ()
    dates = tuple(ship_by(context, line, deps.policy, deps.calendar) for line in lines)
    moment = next_threshold(context, assessment, deps.policy, dates)
    return moment + timedelta(minutes=1) if moment else None
