"""A historical ticket: what was written, what the humans did with it, and the labels that it is scored by."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from graph.arrivals import MAX_TEXT
from graph.facts import Row
from graph.labels import Action, Channel, Condition, Disposition, Gate, Handler, Intent, Language, Queue, Reason, Trigger

T = TypeVar("T")


def _several(value: Any) -> Any:
    """One label may stand alone where several may stand."""
    return (value,) if isinstance(value, str) else value


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error.msg}") from None
    return text


Some = Annotated[tuple[T, ...], BeforeValidator(_several)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Did(StrEnum):
    """What a human did with a ticket; the first of this list is the one that is compared."""

    REFUNDED = "refunded"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    ADDRESS_CHANGED = "address_changed"
    SUBSTITUTED = "substituted"
    ESCALATED = "escalated"
    HANDED_OFF = "handed_off"
    ASKED = "asked"
    INVESTIGATED = "investigated"
    ANSWERED = "answered"
    NOTHING = "nothing"


class Labels(Row):
    """What a right answer has. Keys and meaning are those of the scenario contract; what is absent is not scored."""

    condition: Some[Condition] | None = None
    """Any of these."""
    conditions_include: Some[Condition] | None = None
    disposition: Some[Disposition] | None = None
    reason: Some[Reason] | None = None
    handler: Some[Handler] | None = None
    intents_include: Some[Intent] | None = None
    order_id: str | None = None
    customer_id: str | None = None
    triggers: Some[Trigger] | None = None
    """Exactly these."""
    triggers_include: Some[Trigger] | None = None
    triggers_exclude: Some[Trigger] | None = None
    queue: Some[Queue] | None = None
    escalated: bool | None = None
    actions: dict[Action, Gate] | None = None
    performs: Some[Action] | None = None
    """Exactly these actions would be performed at once, were the service live."""
    messages: Annotated[int, Field(ge=0)] | None = None
    reply_includes: Some[Pattern] | None = None
    reply_excludes: Some[Pattern] | None = None
    language: Some[Language] | None = None
    follow_up: bool | None = None
    due_before: AwareDatetime | None = None
    due_after: AwareDatetime | None = None

    def expectations(self) -> dict[str, Any]:
        """The labels that are given, as plain data."""
        return self.model_dump(mode="json", exclude_none=True)


class Comment(Row):
    """One message of a ticket after the first."""

    at: AwareDatetime
    author: Literal["customer", "human", "automation"]
    public: bool = True
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    did: Some[Did] = ()
    """What a human did with this answer."""
    labels: Labels | None = None
    """What this message of the customer is scored by."""


class Ticket(Row):
    """One ticket as a helpdesk exports it. `did`, `reply` and `labels` are about its first message."""

    ticket_id: Annotated[str, Field(min_length=1, max_length=200)]
    channel: Channel = Channel.TICKET
    created_at: AwareDatetime
    requester_email: str | None = None
    requester_id: str | None = None
    """The customer id of a requester who was logged in."""
    subject: Annotated[str | None, Field(max_length=2_000)] = None
    description: Annotated[str, Field(max_length=MAX_TEXT)]
    comments: tuple[Comment, ...] = ()
    tags: Some[str] = ()
    metadata: dict[str, str] = {}
    """Fields of the helpdesk that belong to the message, such as `order_number`."""
    category: str | None = None
    """What the team called it; shown, not scored."""
    did: Some[Did] = ()
    reply: str | None = None
    """The human's answer; where it is absent, the first public one among the comments."""
    labels: Labels | None = None


class Turn(Row):
    """One message of the customer in a ticket, and what the humans answered to it."""

    number: int
    at: datetime
    text: str
    before: tuple[Comment, ...] = ()
    """The conversation so far, the description as its first part."""
    did: tuple[Did, ...] = ()
    reply: str | None = None
    replied_at: datetime | None = None
    labels: Labels | None = None


def turns_of(ticket: Ticket) -> tuple[Turn, ...]:
    """All messages of the customer in a ticket, in the order of their times."""
    first = Comment(at=ticket.created_at, author="customer", text=ticket.description, labels=ticket.labels)
    talk = [first, *sorted(ticket.comments, key=lambda comment: comment.at)]
    places = [place for place, comment in enumerate(talk) if comment.author == "customer" and comment.public]
    ends = [*places[1:], len(talk)]
    return tuple(_turn(number, ticket, talk, place, end) for number, (place, end) in enumerate(zip(places, ends, strict=True), 1))


def _turn(number: int, ticket: Ticket, talk: list[Comment], place: int, end: int) -> Turn:
    own, after = talk[place], talk[place + 1 : end]
    answers = [comment for comment in after if comment.author == "human" and comment.public]
    did = tuple(dict.fromkeys(each for comment in after for each in comment.did))
    reply = answers[0].text if answers else None
    if number == 1:
        did, reply = ticket.did or did, ticket.reply or reply
    return Turn(
        number=number,
        at=own.at,
        text=own.text,
        before=tuple(talk[:place]),
        did=did or ((Did.ANSWERED,) if reply else ()),
        reply=reply,
        replied_at=answers[0].at if answers else None,
        labels=own.labels,
    )
