"""Everything that comes in is one typed arrival, kept durably before anybody works on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from graph.labels import Action, Channel, Mode

MAX_TEXT = 200_000
"""Characters of one message; longer mail is refused at the door, by name of the field."""


class _Arrival(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    arrival_id: str
    at: AwareDatetime
    mode: Mode = Mode.SHADOW


class MessageArrived(_Arrival):
    """A customer wrote. The text is untrusted; `authenticated_customer_id` and `metadata` come from the channel."""

    kind: Literal["message"] = "message"
    channel: Channel
    ticket_id: str
    from_email: str | None = None
    authenticated_customer_id: str | None = None
    subject: Annotated[str | None, Field(max_length=2_000)] = None
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    metadata: dict[str, str] = {}
    about_order_id: str | None = None
    """Set on the copy of a message that named several orders: this copy is about that order."""


class ReceiptArrived(_Arrival):
    """The actions of an earlier run were performed, or could not be: the customer may be told now."""

    kind: Literal["receipt"] = "receipt"
    run_id: str
    performed: tuple[Action, ...] = ()
    delayed: tuple[Action, ...] = ()


Arrival = Annotated[MessageArrived | ReceiptArrived, Field(discriminator="kind")]
