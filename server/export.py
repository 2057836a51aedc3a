"""The service as one LangGraph graph for `langgraph.json`: it loads and runs without configuration, on the demo shop, in memory.

No postponed annotations here: a module that is loaded by its path may stand in no table of modules where they could be looked up.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from graph.arrivals import MessageArrived
from graph.labels import Mode
from server.cli.stage import demo_time, play, the_demo_world
from server.policy_file import read_policy
from server.replay.runner import PATIENCE
from server.time_and_ids import DerivedIds, SetClock
from server.timeline import ArrivalStory
from server.wiring import House, build, furnish

_HOUSE_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wismo-house")
"""Serialises the runs, and keeps the caller's event loop free of the store's short blocking calls."""


class Message(TypedDict, total=False):
    """A customer message. Only `text` and one of the two identities are needed."""

    channel: Literal["chat", "email", "ticket"]
    ticket_id: str
    from_email: str
    authenticated_customer_id: str
    subject: str
    text: str
    at: str
    """ISO 8601 with an offset; the demo shop's own time where it is missing."""


class Answer(TypedDict, total=False):
    """What came of the message."""

    answer: str
    disposition: str
    reason: str
    condition: str | None
    handler: str
    triggers: list[str]
    actions: list[dict[str, str]]
    facts: list[dict[str, str]]
    next_update_by: str | None
    case_id: str | None
    path: list[str]


class Conversation(Message, Answer, total=False):
    """The state: the message, the arrival made of it, and the answer."""

    arrival: dict[str, Any]


def receive(state: Conversation) -> Conversation:
    """Make the typed arrival; a message that cannot be one is refused here, with the names of its fields."""
    at = datetime.fromisoformat(state["at"]) if state.get("at") else demo_time().astimezone(UTC)
    who = state.get("authenticated_customer_id") or state.get("from_email") or "unknown"
    ids, text = DerivedIds(), state.get("text", "")
    ticket_id = state.get("ticket_id") or ids.new("ticket", who)
    arrival = MessageArrived(
        arrival_id=ids.new("message", ticket_id, text, at.isoformat()),
        at=at,
        mode=Mode.LIVE,
        channel=state.get("channel", "chat"),
        ticket_id=ticket_id,
        from_email=state.get("from_email"),
        authenticated_customer_id=state.get("authenticated_customer_id"),
        subject=state.get("subject"),
        text=text,
    )
    return {"arrival": arrival.model_dump(mode="json")}


def respond(state: Conversation) -> Conversation:
    """Run the arrival through the real inbox, graph, store and outbox, on the one thread that owns the house."""
    return _answer(_HOUSE_THREAD.submit(_played, MessageArrived.model_validate(state["arrival"])).result())


def _played(message: MessageArrived) -> ArrivalStory:
    return asyncio.run(play(*demo_house(), message))


@cache
def demo_house() -> tuple[House, SetClock]:
    """The one house of this process, built when the first message comes."""
    clock = SetClock(demo_time())
    house = build(None, furnish(read_policy(None), patience=PATIENCE), clock)
    house.world.load(the_demo_world())
    return house, clock


def _answer(story: ArrivalStory) -> Conversation:
    run = story.runs[0].record
    due = story.follow_up.due_at if story.follow_up else None
    return {
        "answer": "\n\n".join(said.message.text for said in story.said),
        "disposition": run.disposition.value,
        "reason": run.reason.value,
        "condition": run.condition.value if run.condition else None,
        "handler": run.handler.value,
        "triggers": [trigger.value for trigger in run.triggers],
        "actions": [{"action": each.record.wanted.action.value, "gate": each.record.gate, "status": each.record.status} for each in story.acted],
        "facts": [
            {"field": fact.field, "value": fact.value, "source": fact.source.value, "as_of": fact.as_of.isoformat()}
            for said in story.said
            for fact in said.message.facts
        ],
        "next_update_by": due.isoformat() if due else None,
        "case_id": run.case_id,
        "path": [step for each in story.runs for step in each.record.path],
    }


def _drawn() -> StateGraph[Conversation, None, Message, Answer]:
    builder = StateGraph(Conversation, input_schema=Message, output_schema=Answer)
    builder.add_node("receive", receive)
    builder.add_node("respond", respond)
    builder.add_edge(START, "receive")
    builder.add_edge("receive", "respond")
    builder.add_edge("respond", END)
    return builder


graph = _drawn().compile()
