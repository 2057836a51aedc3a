"""Why a run happened, and why it told nothing, in a few words."""

from __future__ import annotations

from graph.arrivals import Arrival, EventArrived, LookArrived, TimerArrived
from graph.labels import Reason

_LOOKS = {"follow_up": "a promise is due", "threshold": "a threshold passed", "deferred": "held back until now", "sweep": "the sweep comes by"}
_HELD_BACK = {
    Reason.DUPLICATE_EVENT: "the same event came before",
    Reason.STALE_EVENT: "something newer is known, or it is from before the service went live",
    Reason.MANUAL_TAKEOVER: "a person has taken the case over",
    Reason.UNCONFIRMED: "the facts do not show it",
    Reason.NO_CHANGE: "nothing that the customer does not know",
    Reason.OPT_OUT: "the customer wants no messages unasked",
    Reason.HUMAN_REPLIED: "a teammate has written since",
    Reason.BURST: "another message has just gone out; looked at again after it",
    Reason.MIN_GAP: "too soon after the last words; looked at again later",
    Reason.QUIET_HOURS: "night at the customer's; looked at again in the morning",
    Reason.PAUSED: "the cap of the hour is reached; looked at again later",
}


def occasion(arrival: Arrival) -> str:
    """What came: an event by its type and system, a look by its reason."""
    if isinstance(arrival, EventArrived):
        return f"event {arrival.type} ({arrival.source})"
    if isinstance(arrival, LookArrived):
        return f"look, {_LOOKS[arrival.why]}"
    return f"review's {arrival.what}" if isinstance(arrival, TimerArrived) else arrival.kind.replace("_", " ")


def held_back_because(reason: Reason) -> str:
    """Why nothing is told, or not now."""
    return _HELD_BACK.get(reason, "")
