"""The intake node: read the message."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import MessageArrived
from graph.state import CaseState
from nodes.deps import Deps
from nodes.reading import read_message


async def intake(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Turn the untrusted text into a typed reading; a receipt has nothing to read."""
    arrival = state["arrival"]
    if not isinstance(arrival, MessageArrived):
        return {"path": ["intake"]}
    reading = read_message(text=arrival.text, subject=arrival.subject, channel=arrival.channel, metadata=arrival.metadata, received_at=arrival.at)
    return {"path": ["intake"], "reading": reading}
