"""What is remembered about a case, a ticket, a promise and a review (specification, sections 1, 4 and 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.context import Remedy
from graph.gates.verdict import Wanted
from graph.labels import Action, Channel, Condition, Intent, Language, Queue, Reason, Trigger
from graph.language_model import Spent


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Restriction(StrEnum):
    """What makes a case delicate."""

    FRAUD = "fraud"
    PAYMENT = "payment"
    ADDRESS = "address"
    LEGAL = "legal"
    VIP = "vip"
    HIGH_VALUE = "high_value"
    CONFIDENCE = "confidence"


class CaseRecord(_Record):
    """One open or closed case: one (customer, order), or a ticket of somebody who could not be identified."""

    wismo_case_id: str
    source_channel: Literal["ticket", "chat", "email", "webhook", "scheduler"]
    customer_id: str | None
    order_id: str | None
    shipment_ids: tuple[str, ...] = ()
    ticket_id: str | None = None
    prior_contact_count: int = 0
    last_customer_update_at: AwareDatetime | None = None
    last_status_sent: str | None = None
    """The customer-visible status that was sent last (`graph.rules.news.VisibleStatus` as JSON): facts are compared, not texts."""
    last_customer_message_at: AwareDatetime | None = None
    last_event_message_at: AwareDatetime | None = None
    """When a message about this order last went out because of an event."""
    reply_channel: Channel | None = None
    """Where the customer wrote last."""
    last_backend_status_seen: str | None = None
    condition_type: Condition | None = None
    next_follow_up_due_at: AwareDatetime | None = None
    restricted_state: tuple[Restriction, ...] = ()
    policy_version: str = ""
    resolution: str = ""
    """How the case stands: resolved, monitored, escalated or blocked (specification, section 9)."""
    deployment: str = ""
    """The entry point that it came in by."""
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    reopened: int = 0
    taken_over: bool = False
    opted_out: bool = False
    disputed: bool = False
    """The customer disputed a delivery in this case; stays until the case closes."""
    facts_failed_before: bool = False
    """The last attempt to pull the needed facts failed: the next failure escalates."""
    told_etas: dict[str, AwareDatetime] = {}
    remedies: tuple[Remedy, ...] = ()
    language: Language | None = None
    model_spent: Spent = Spent()
    """What asking a language model cost in this case so far."""
    timezone: str = ""
    """The customer's, as the OMS last said it: nobody is woken while the OMS is silent."""
    version: int = 0
    """Rises with every commit; a commit against an older version is refused and the run repeated."""

    @property
    def is_open(self) -> bool:
        """Whether the case is open."""
        return self.closed_at is None

    @property
    def is_in_touch(self) -> bool:
        """Whether the customer wrote or was written to in this case; a hold opens one that only people inside know of."""
        return self.last_customer_message_at is not None or self.last_customer_update_at is not None


class AskedQuestion(_Record):
    """A question that we asked in a ticket, and what the customer wanted when we asked."""

    at: AwareDatetime
    reason: Reason
    customer_id: str | None = None
    """Who was asked: only the same customer's next message answers the question."""
    intents: tuple[Intent, ...] = ()
    action: Action | None = None
    order_id: str | None = None
    answered: bool = False


class TicketRecord(_Record):
    """What happened in one ticket so far, for loops, questions and contact counting."""

    ticket_id: str
    customer_id: str | None = None
    case_ids: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    automated_at: tuple[AwareDatetime, ...] = ()
    answers: int = 0
    version: int = 0

    @property
    def open_question(self) -> AskedQuestion | None:
        """The last question, while the customer has not written since."""
        return self.questions[-1] if self.questions and not self.questions[-1].answered else None

    def asked(self, reason: Reason) -> int:
        """How often we asked for that reason in this ticket."""
        return sum(question.reason is reason for question in self.questions)


class ContactRecord(_Record):
    """One message of a customer to us, as it counts for repeat contact."""

    ticket_id: str
    order_id: str | None
    at: AwareDatetime
    counts: bool


class FollowUpStatus(StrEnum):
    """The life of a promise; `missed` is never silent."""

    OPEN = "open"
    KEPT = "kept"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    MISSED = "missed"


class FollowUp(_Record):
    """A promised next update (`due_at`), or a watch without a promise (`due_at` null)."""

    follow_up_id: str
    case_id: str
    made_at: AwareDatetime
    due_at: AwareDatetime | None
    send_at: AwareDatetime | None = None
    """When what was promised goes out: a little before it is due, or on time where that would still be night."""
    watch: tuple[str, ...] = ()
    reason: str = ""
    checkpoints: int = 0
    look_at: AwareDatetime | None = None
    """When time alone may change the condition: looked at then, although nothing was promised."""
    status: FollowUpStatus = FollowUpStatus.OPEN

    def is_missed(self, now: datetime) -> bool:
        """Whether its time is past. Promises are told to the minute: within that minute it is kept."""
        return self.due_at is not None and now >= self.due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)


class EscalationStatus(StrEnum):
    """The life of a review request."""

    OPEN = "open"
    REMINDED = "reminded"
    ANSWERED = "answered"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"


class ReviewRequest(_Record):
    """Everything a reviewer needs, in plain data (specification, section 4)."""

    case_id: str
    run_id: str
    customer_id: str | None
    order_id: str | None
    order_number: str | None
    is_vip: bool
    value_band: str
    threshold: str
    condition: Condition | None
    facts: tuple[str, ...]
    gaps: tuple[str, ...]
    prior_updates: tuple[str, ...]
    promises: tuple[str, ...]
    impact: tuple[str, ...]
    checks: tuple[str, ...]
    channel: str
    ticket_id: str | None
    review_channel: str


class Meant(_Record):
    """What a reviewer's words seem to mean; it decides nothing until the same reviewer confirms it."""

    reviewer: str
    verb: Literal["approve", "deny", "request_changes", "manual_takeover"]
    action: str | None = None


class EscalationRecord(_Record):
    """One review request and its state."""

    escalation_id: str
    case_id: str
    queue: Queue
    triggers: tuple[Trigger, ...]
    question: str
    recommended_action: str
    options: tuple[str, ...]
    opened_at: AwareDatetime
    deadline: AwareDatetime
    reminder_at: AwareDatetime
    status: EscalationStatus = EscalationStatus.OPEN
    wanted: tuple[Wanted, ...] = ()
    """The gated actions with their parameters, the recommended one first."""
    fingerprint: str = ""
    """What an approval would be given on: checks, approval rules, parameters, amount."""
    fingerprints: dict[str, str] = {}
    """The same for every option, as its gate stood when the reviewers last read of it."""
    queues: tuple[Queue, ...] = ()
    """Whose reviewers may decide: after an expiry those of the first queue and of the fallback."""
    notes: tuple[str, ...] = ()
    decided_by: str = ""
    decided_at: AwareDatetime | None = None
    decision: str = ""
    owner: str = ""
    request: ReviewRequest
    ended_because: str = ""
    meant: Meant | None = None
    """What was last asked back in the thread, and waits for a yes."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return self.status in {EscalationStatus.OPEN, EscalationStatus.REMINDED, EscalationStatus.EXPIRED}

    @property
    def deciding_queues(self) -> tuple[Queue, ...]:
        """The queues whose reviewers may decide."""
        return tuple(dict.fromkeys((*self.queues, self.queue)))


class ActionRecord(_Record):
    """One action of a case: what the gate said, and how far it has come."""

    action_id: str
    case_id: str
    run_id: str
    wanted: Wanted
    gate: str
    status: str
    key: str
    amount: str
    currency: str
    fingerprint: str = ""
    """What the gate said in full: a demand that was denied on it is denied again."""
    at: AwareDatetime
    ordered: bool = False
    """Whether it was sent to the backend: while it is not executed it is under way."""
    reference: str = ""
