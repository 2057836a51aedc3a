"""The sweep looks at orders that nobody asked about: what of that may open a case (specification, section 7)."""

from __future__ import annotations

from datetime import datetime

from graph.context import OrderContext
from graph.labels import Reason
from graph.policy import Policy
from graph.rules.findings import Assessment
from graph.rules.news import visible_status


def kept_to_ourselves(context: OrderContext, assessment: Assessment, policy: Policy, began: datetime) -> Reason | None:
    """Why the customer hears nothing: no problem, or one from before the installation went live; None: it may be told."""
    if not visible_status(context, assessment).troubles():
        return Reason.NO_CHANGE
    go_live = policy.events.go_live
    return Reason.STALE_EVENT if go_live is not None and began < go_live else None
