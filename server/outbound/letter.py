"""What is delivered to the shop's endpoint, as one JSON document per effect; the same effect is always the same document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from graph.commit import AssignTicket, Effect, SendMessage, WriteNote
from graph.labels import Channel, Language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplyLetter(_Part):
    """A text for the customer: send it on the ticket's channel. `proactive`: nobody asked; open a ticket where the id is not one of yours."""

    kind: Literal["reply", "proactive"]
    case_id: str | None
    ticket_id: str
    channel: Channel
    customer_id: str | None
    order_id: str | None
    language: Language
    text: str
    at: AwareDatetime


class NoteLetter(_Part):
    """An internal note on the ticket, never for the customer. `draft`: what would have been sent (shadow mode)."""

    kind: Literal["note", "draft"]
    case_id: str | None
    ticket_id: str | None
    customer_id: str | None
    text: str
    at: AwareDatetime


class AssignmentLetter(_Part):
    """The ticket goes to a group of people."""

    kind: Literal["assignment"]
    case_id: str | None
    ticket_id: str
    group: str
    at: AwareDatetime


class Letter(_Part):
    """The body of a delivery: type, time and data, as Standard Webhooks proposes."""

    type: Literal["wismo.reply", "wismo.note", "wismo.assignment"]
    timestamp: AwareDatetime
    data: Annotated[ReplyLetter | NoteLetter | AssignmentLetter, Field(discriminator="kind")]


def letter_of(effect: Effect, case_id: str | None, at: AwareDatetime) -> Letter:
    """The document of an effect. A draft is a note: a receiver that knows only replies can never send it. Raises `TypeError` for other effects."""
    if isinstance(effect, SendMessage) and effect.visible:
        same = effect.model_dump(include=set(ReplyLetter.model_fields) - {"kind", "case_id"})
        return Letter(type="wismo.reply", timestamp=at, data=ReplyLetter(**same, kind=effect.message_kind, case_id=case_id))
    if isinstance(effect, SendMessage | WriteNote):
        kind: Literal["note", "draft"] = "draft" if isinstance(effect, SendMessage) else "note"
        note = NoteLetter(kind=kind, case_id=case_id, ticket_id=effect.ticket_id, customer_id=effect.customer_id, text=effect.text, at=at)
        return Letter(type="wismo.note", timestamp=at, data=note)
    if isinstance(effect, AssignTicket):
        data = AssignmentLetter(kind="assignment", case_id=case_id, ticket_id=effect.ticket_id, group=effect.group, at=at)
        return Letter(type="wismo.assignment", timestamp=at, data=data)
    raise TypeError(f"{effect.kind} is not delivered to the helpdesk")
