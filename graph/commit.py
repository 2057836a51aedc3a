"""What a run leaves behind: one bundle that is written in one transaction, or not at all."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from graph.arrivals import Arrival, ReceiptArrived
from graph.case import ActionRecord, CaseRecord, ContactRecord, EscalationRecord, FollowUp, TicketRecord
from graph.context import OrderContext
from graph.decisions import ReviewerDecision
from graph.gates.verdict import Verdict
from graph.labels import Channel, Condition, Disposition, Handler, Intent, Language, Mode, Reason, Trigger
from graph.language_model import ModelCall, Spent, total
from graph.ports import ActionOrder
from graph.rollout import Rollout
from graph.rules.findings import Assessment, Fired
from graph.rules.news import News
from graph.statements import Fact, Statement
from graph.working import ReturnPath, Understanding


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class SendMessage(_Frozen):
    """Send a text to the customer; in shadow it stays an internal draft (`visible` false)."""

    kind: Literal["send_message"] = "send_message"
    key: str
    message_kind: Literal["reply", "proactive"] = "reply"
    channel: Channel
    ticket_id: str
    customer_id: str | None
    order_id: str | None
    visible: bool
    language: Language
    text: str
    facts: tuple[Fact, ...] = ()
    at: AwareDatetime


class WriteNote(_Frozen):
    """Write an internal note on the ticket."""

    kind: Literal["write_note"] = "write_note"
    key: str
    ticket_id: str | None
    customer_id: str | None
    text: str


class ReviewPost(_Frozen):
    """What reviewers read: a first post and, where it is long, replies in its thread; or an update to a thread."""

    escalation_id: str
    channel: str
    is_update: bool
    posts: tuple[str, ...]


class AskReviewer(_Frozen):
    """Put a review request before the reviewers of its queue."""

    kind: Literal["ask_reviewer"] = "ask_reviewer"
    key: str
    escalation_id: str
    shadow: bool
    """Marked [shadow] where it is posted: nobody waits for the decision."""
    post: ReviewPost


class PerformAction(_Frozen):
    """Perform an action in the backends, at most once per key."""

    kind: Literal["perform_action"] = "perform_action"
    key: str
    action_id: str
    order: ActionOrder


class AssignTicket(_Frozen):
    """Hand a ticket to a group of the helpdesk."""

    kind: Literal["assign_ticket"] = "assign_ticket"
    key: str
    ticket_id: str
    group: str
    """The group's name in the helpdesk (policy `[escalation.groups]`), else the queue's name."""


Effect = Annotated[SendMessage | WriteNote | AskReviewer | AssignTicket | PerformAction, Field(discriminator="kind")]


class LedgerEntry(_Frozen):
    """One line of the append-only ledger. Carries ids and labels, no personal data."""

    who: str
    what: str
    why: str = ""
    fingerprint: str = ""


class RunRecord(_Frozen):
    """What one run came to, without personal data."""

    run_id: str
    arrival_id: str
    root_arrival_id: str
    case_id: str | None
    customer_id: str | None
    order_id: str | None
    at: AwareDatetime
    kind: str
    mode: Mode
    deployment: str = ""
    """The entry point that it came in by, or its case did."""
    channel: str
    intents: tuple[Intent, ...] = ()
    condition: Condition | None = None
    conditions_all: tuple[Condition, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    handler: Handler = Handler.NONE
    disposition: Disposition
    reason: Reason = Reason.NOTHING
    resolution: str = ""
    because: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    language: Language | None = None
    value_band: str = ""
    carriers: tuple[str, ...] = ()
    policy_version: str = ""
    runbook_version: str = ""
    graph_version: int = 1
    escalation_id: str | None = None
    guard_refusals: tuple[str, ...] = ()
    model_calls: tuple[ModelCall, ...] = ()

    @property
    def model_spent(self) -> Spent:
        """What asking the model cost in this run."""
        return total(self.model_calls)


class EventSeen(_Frozen):
    """An event that was worked on: the same id again is a duplicate, an older one of its subject is stale."""

    source: str
    event_id: str
    subject: str
    occurred_at: AwareDatetime


class Deferred(_Frozen):
    """A message that is held back: looked at again, from fresh facts, when its time comes."""

    order_id: str
    customer_id: str
    due_at: AwareDatetime
    reason: Reason
    since: AwareDatetime
    """When the event happened that it is about: a human's answer after that makes it superfluous."""


class HeldText(_Frozen):
    """A text after a decision that the night holds back: the receipt that brings it comes again in the morning."""

    due_at: AwareDatetime
    receipt: ReceiptArrived


class Outcome(_Frozen):
    """What a run decided, as a later run of the same matter needs it: replay, review and receipts read it."""

    run: RunRecord
    assessment: Assessment | None = None
    fired: tuple[Fired, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    statements: tuple[Statement, ...] = ()
    """What the specialist would say, before the results of actions are known."""
    due_at: AwareDatetime | None = None
    promise_is_new: bool = False
    options: tuple[str, ...] = ()
    understanding: Understanding | None = None
    escalation: EscalationRecord | None = None
    decision: ReviewerDecision | None = None
    news: News | None = None
    return_path: ReturnPath | None = None


class Commit(_Frozen):
    """Everything that one run writes."""

    run: RunRecord
    outcome: Outcome
    context: OrderContext | None = None
    case: CaseRecord | None = None
    absorbed: CaseRecord | None = None
    """A case without an order whose question turned out to be about the order of `case`."""
    ticket: TicketRecord | None = None
    deferred: Deferred | None = None
    held_text: HeldText | None = None
    event: EventSeen | None = None
    contact: ContactRecord | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    escalation: EscalationRecord | None = None
    actions: tuple[ActionRecord, ...] = ()
    effects: tuple[Effect, ...] = ()
    derived: tuple[Arrival, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


class Memory(_Frozen):
    """What the case store knows when a run starts."""

    case: CaseRecord | None = None
    ticket: TicketRecord | None = None
    escalation: EscalationRecord | None = None
    follow_up: FollowUp | None = None
    actions: tuple[ActionRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    rollout: Rollout | None = None
    """The rollout that was set in this installation; without one the policy's counts."""
    orphan: CaseRecord | None = None
    """The customer's open case of a question that came while the OMS was silent, beside the order's own case."""
    orphan_promise: FollowUp | None = None
