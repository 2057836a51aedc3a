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
    deployment: str | None = None
    """The entry point that it came in by; None until that is decided, and where everything comes in."""


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
    asked_again_for: str | None = None
    """Set on the copy of a message that came while the OMS was silent: the promise whose time has come."""


class ReceiptArrived(_Arrival):
    """The actions of an earlier run were performed, or could not be: the customer may be told now."""

    kind: Literal["receipt"] = "receipt"
    run_id: str
    performed: tuple[Action, ...] = ()
    delayed: tuple[Action, ...] = ()
    late: bool = False
    """Whether the customer was told before that it takes longer."""
    from_the_night: bool = False
    """Whether the text was held back for the night: it is written in the morning, from the facts of the morning."""


class DecisionArrived(_Arrival):
    """A reviewer answered: by structured fields, or in free text that is read only where it is unmistakable.

    The review is named by its id, or by the order whose case has it.
    """

    kind: Literal["decision"] = "decision"
    escalation_id: str | None = None
    order_id: str | None = None
    reviewer: str
    memberships: tuple[str, ...] = ()
    """The groups that the reviewer was found to belong to when the answer came, by the ids under which the policy lists them."""
    text: Annotated[str | None, Field(max_length=20_000)] = None
    decision: Literal["approve", "deny", "request_changes", "manual_takeover", "hand_back"] | None = None
    approved_action: Action | Literal["wait"] | None = None
    rationale: Annotated[str | None, Field(max_length=4_000)] = None
    customer_safe_message: Annotated[str | None, Field(max_length=4_000)] = None
    owner: str | None = None
    deadline: AwareDatetime | None = None
    parameters: dict[str, str] = {}


class TimerArrived(_Arrival):
    """A moment has come that a case was waiting for: a reviewer's reminder or deadline."""

    kind: Literal["timer"] = "timer"
    what: Literal["reminder", "expiry"]
    escalation_id: str


class EventArrived(_Arrival):
    """A backend says that something changed: only a reason to look. `occurred_at` is when it happened there."""

    kind: Literal["event"] = "event"
    source: Literal["oms", "wms", "supplier", "inventory", "carrier"]
    event_id: str
    type: str
    order_id: str | None = None
    shipment_id: str | None = None
    sku: str | None = None
    fulfillment_id: str | None = None
    po_id: str | None = None
    occurred_at: AwareDatetime
    about_order_id: str | None = None
    """Set on the copies of an event that concerns several orders."""

    @property
    def subject(self) -> str:
        """What the event is about; newer and older events are compared per subject."""
        if self.shipment_id or self.fulfillment_id:
            return f"{self.source}:{self.shipment_id or self.fulfillment_id}"
        return f"{self.source}:{self.po_id or self.sku or self.order_id}"


class LookArrived(_Arrival):
    """A moment has come to look at an order: a promise falls due, a threshold may have passed, a held-back message may go, or the sweep comes by."""

    kind: Literal["look"] = "look"
    why: Literal["follow_up", "threshold", "deferred", "sweep"]
    order_id: str
    customer_id: str


class HumanReplied(_Arrival):
    """A teammate answered the customer publicly in the helpdesk."""

    kind: Literal["human_reply"] = "human_reply"
    ticket_id: str
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""


Arrival = Annotated[
    MessageArrived | ReceiptArrived | DecisionArrived | TimerArrived | EventArrived | LookArrived | HumanReplied,
    Field(discriminator="kind"),
]
