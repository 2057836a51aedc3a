"""What a sender is told: that the arrival is kept, or already what came of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from checkpoints.database import Database
from checkpoints.transaction import snapshot
from graph.labels import Channel, Disposition, Language, Reason
from server.replay.results import result_of


class Accepted(BaseModel):
    """The arrival is in the database."""

    arrival_id: str
    state: Literal["waiting", "working", "done", "dead", "erased"] = Field(
        description="`done`: decided; what it leads to is still under way or paused. `dead`: it could not be worked on, the operators see why. "
        "`erased`: it came once, and the person was erased since."
    )
    case_id: str | None = Field(description="Where it is known already.")


class Outcome(BaseModel):
    """What came of the arrival."""

    arrival_id: str
    state: Literal["answered"] = "answered"
    case_id: str | None
    disposition: Disposition
    reason: Reason


class StatedFact(BaseModel):
    """One value in a text, and where it comes from."""

    field: str
    value: str
    source: str
    as_of: AwareDatetime


class Text(BaseModel):
    """One text for a customer. What is not `visible` is a draft that nobody was sent (shadow mode)."""

    at: AwareDatetime
    kind: Literal["reply", "proactive"]
    channel: Channel
    to_customer_id: str | None
    visible: bool
    language: Language
    text: str
    facts: list[StatedFact]


class Answer(Outcome):
    """The answer to a customer's message."""

    text: str = Field(
        description="All texts of `messages`; empty where nothing is said, or where the shop's endpoint refused the text for good (a dead letter)."
    )
    visible: bool = Field(description="False: a draft, not for the customer (shadow mode), or nothing is said.")
    facts: list[StatedFact] = Field(description="Every value in the text, with source and age.")
    messages: list[Text]
    next_update_by: AwareDatetime | None = Field(description="The promise that stands.")
    escalation_id: str | None = Field(description="The review that this opened or joined.")


def acceptance_of(connection: Database, arrival_id: str) -> Accepted:
    """How far an arrival has come."""
    with snapshot(connection):
        state = connection.execute("select state from arrivals where arrival_id = ?", (arrival_id,)).fetchone()[0]
        sql = "select case_id from runs where root_arrival_id = ? and case_id is not null order by seq limit 1"
        row = connection.execute(sql, (arrival_id,)).fetchone()
    return Accepted(arrival_id=arrival_id, state=state, case_id=row[0] if row else None)


def outcome_of(connection: Database, arrival_id: str, kind: str) -> Outcome | None:
    """What came of an event, a decision or a human's answer; None until all is done that it leads to."""
    result = _result(connection, arrival_id, kind)
    return None if result is None else Outcome.model_validate({"arrival_id": arrival_id, **_own(Outcome, result)})


def answer_of(connection: Database, arrival_id: str) -> Answer | None:
    """The answer to a message; None until it may be read: actions come first, and the pause switch holds texts back."""
    result = _result(connection, arrival_id, "message")
    if result is None:
        return None
    messages: list[dict[str, Any]] = result["messages"]
    told = {
        "arrival_id": arrival_id,
        "text": "\n\n".join(message["text"] for message in messages),
        "visible": bool(messages) and all(message["visible"] for message in messages),
        "facts": list({repr(fact): fact for message in messages for fact in message["facts"]}.values()),
        "next_update_by": (result["follow_up"] or {}).get("due_at"),
        "escalation_id": (result["escalation"] or {}).get("escalation_id"),
    }
    return Answer.model_validate({**_own(Answer, result), **told})


def _result(connection: Database, arrival_id: str, kind: str) -> dict[str, Any] | None:
    with snapshot(connection):
        if _is_under_way(connection, arrival_id):
            return None
        return result_of(connection, "", 0, kind, (arrival_id,), 0.0)


def _is_under_way(connection: Database, arrival_id: str) -> bool:
    """Whether anything of it waits: an arrival, a text, or an action that was not tried yet. A dead arrival has no result either."""
    states = connection.execute("select state from arrivals where root_arrival_id = ?", (arrival_id,)).fetchall()
    if any(state != "done" for (state,) in states):
        return True
    sql = (
        "select 1 from outbox join runs using (run_id) where root_arrival_id = ? and ((outbox.kind = 'send_message' and state = 'pending') or "
        "(outbox.kind = 'perform_action' and not exists (select 1 from arrivals where arrival_id = 'receipt:' || run_id))) limit 1"
    )
    return connection.execute(sql, (arrival_id,)).fetchone() is not None


def _own(model: type[BaseModel], result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in model.model_fields if name in result}
