"""Whether a run belongs to a case, and whether its message counts as a contact."""

from __future__ import annotations

from graph.arrivals import MessageArrived
from graph.labels import Intent
from graph.state import CaseState

UNCOUNTED = {Intent.THANKS_OR_CLOSING, Intent.NOT_WISMO}
"""Intents that are no contact about an order."""


def needs_case(state: CaseState) -> bool:
    """Whether the run belongs to a case: it looked at an order, escalates, or continues one."""
    opts_out = state["understanding"].stops_contact and state["sender"].is_known
    return opts_out or state["memory"].case is not None or state.get("assessment") is not None or state.get("escalation") is not None


def counts(state: CaseState) -> bool:
    """Whether the message counts as a contact: more than thanks, and no answer to our own question."""
    understanding, arrival = state.get("understanding"), state["arrival"]
    if not isinstance(arrival, MessageArrived) or understanding is None or understanding.answers_our_question:
        return False
    return bool(set(understanding.intents) - UNCOUNTED) or (not understanding.intents and bool(state.get("fired")))
