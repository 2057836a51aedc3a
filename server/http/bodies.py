"""What may be handed in: the steps of the scenario contract, with the sender's own id of each. Parsed strictly."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from graph.arrivals import MAX_TEXT
from graph.labels import Action, Channel

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Short = Annotated[str, StringConstraints(max_length=2_000)]
Names = Annotated[dict[Id, Short], Field(max_length=50)]
Source = Literal["oms", "wms", "supplier", "inventory", "carrier"]


class Body(BaseModel):
    """Unknown fields are refused, and nothing is converted from another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    at: AwareDatetime | None = Field(None, description="When it happened, with UTC offset; without it the moment of arrival.")


class MessageIn(Body):
    """A customer wrote."""

    message_id: Id = Field(description="The sender's own id: the same id is the same message.")
    kind: Literal["message"] = "message"
    channel: Channel
    ticket_id: Id
    from_email: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] | None = Field(
        None, description="The address from which the mail really came; the one who sends this has verified it."
    )
    authenticated_customer_id: Id | None = Field(None, description="Who is logged in; only a token with the scope intake_vouch may say so.")
    subject: Short | None = None
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]
    metadata: Names = {}


class EventIn(Body):
    """A backend says that something changed. It is only a reason to look: the facts are pulled."""

    kind: Literal["event"] = "event"
    event_id: Id = Field(description="The backend's own id: the same id is the same event.")
    source: Source | None = Field(None, description="The same as in the address.")
    type: Id
    order_id: Id | None = None
    shipment_id: Id | None = None
    sku: Id | None = None
    fulfillment_id: Id | None = None
    po_id: Id | None = None
    occurred_at: AwareDatetime | None = Field(None, description="When it happened there; without it `at`.")


class HumanReplyIn(Body):
    """A teammate answered the customer publicly in the helpdesk."""

    message_id: Id = Field(description="The helpdesk's own id of the answer: the same id is the same answer.")
    kind: Literal["human_reply"] = "human_reply"
    ticket_id: Id
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class DecisionIn(BaseModel):
    """A reviewer answers, by structured fields or in free text. Who it is, the token says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    message_id: Id = Field(description="The sender's own id of this answer: the same id is the same answer.")
    kind: Literal["decision"] = "decision"
    text: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    decision: Literal["approve", "deny", "request_changes", "manual_takeover", "hand_back"] | None = None
    approved_action: Action | Literal["wait"] | None = None
    rationale: Annotated[str, StringConstraints(max_length=4_000)] | None = None
    customer_safe_message: Annotated[str, StringConstraints(max_length=4_000)] | None = None
    owner: Id | None = None
    deadline: AwareDatetime | None = None
    parameters: Names = {}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.decision is None and not (self.text or "").strip():
            raise ValueError("a decision or a text is needed")
        return self


class ForgetIn(BaseModel):
    """Who is to be erased: a customer, or somebody who was never identified, by their mail addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    customer_id: Id | None = None
    mail_addresses: Annotated[list[Annotated[str, StringConstraints(min_length=3, max_length=1_000)]], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.customer_id is None and not self.mail_addresses:
            raise ValueError("a customer_id or a mail address is needed")
        return self
