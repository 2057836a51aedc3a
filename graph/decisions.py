"""A reviewer's decision, typed, and who may take it (specification, section 5)."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.case import EscalationRecord, EscalationStatus, Meant
from graph.gates.verdict import Wanted
from graph.labels import Action, Reason
from graph.policy import Policy


class Verb(StrEnum):
    """What a reviewer decided."""

    APPROVE = "approve"
    DENY = "deny"
    REQUEST_CHANGES = "request_changes"
    MANUAL_TAKEOVER = "manual_takeover"
    HAND_BACK = "hand_back"
    UNCLEAR = "unclear"
    """No decision can be read: the words are kept as a note, and the thread is asked which option is meant."""


class ReviewerDecision(BaseModel):
    """One answer of one reviewer, as it was understood."""

    model_config = ConfigDict(frozen=True)

    verb: Verb
    reviewer: str
    memberships: tuple[str, ...] = ()
    action: str | None = None
    """The approved action's name, or `wait`."""
    wanted: Wanted | None = None
    rationale: str = ""
    customer_safe_message: str | None = None
    owner: str | None = None
    deadline: AwareDatetime | None = None
    words: str = ""
    meant: Meant | None = None
    """What the words seem to mean, where they are no decision: asked back, never acted on."""
    refusal: Reason = Reason.NOTHING
    """Why nothing changes; empty where the decision is accepted."""

    @property
    def is_accepted(self) -> bool:
        """Whether the decision stands."""
        return self.refusal is Reason.NOTHING

    @property
    def executes(self) -> bool:
        """Whether an action is to be performed."""
        return self.is_accepted and self.verb is Verb.APPROVE and self.action != "wait"


def refusal_of(decision: ReviewerDecision, escalation: EscalationRecord | None, amount: Decimal, policy: Policy) -> Reason:
    """The first reason why a decision does not stand; `NOTHING` where it does."""
    if escalation is None:
        return Reason.NO_OPEN_ESCALATION
    taken_over = escalation.status is EscalationStatus.TAKEN_OVER
    if not escalation.is_open and not (taken_over and decision.verb is Verb.HAND_BACK):
        return Reason.ALREADY_DECIDED
    limit = limit_of(decision.reviewer, escalation, policy, decision.memberships)
    owns = taken_over and decision.reviewer == escalation.owner
    if limit is None and not owns:
        return Reason.NOT_AUTHORISED
    if decision.verb is Verb.UNCLEAR or (decision.verb is Verb.HAND_BACK and not taken_over):
        return Reason.UNCLEAR_DECISION
    if decision.verb is not Verb.APPROVE or decision.action == "wait":
        return Reason.NOTHING
    if decision.action not in escalation.options:
        return Reason.NOT_AN_OPTION
    if limit is not None and amount > limit:
        return Reason.OVER_LIMIT
    return Reason.UNCLEAR_DECISION if lacks_parameters(decision.wanted) else Reason.NOTHING


def limit_of(reviewer: str, escalation: EscalationRecord, policy: Policy, memberships: tuple[str, ...] = ()) -> Decimal | None:
    """Up to which amount somebody may decide this review, alone or by a group; None: not at all. Nobody is authorised by default."""
    queues, names = set(escalation.deciding_queues), {reviewer, *memberships}
    limits = [row.limit for row in policy.escalation.reviewers if row.slack_id in names and row.queues & queues]
    return max(limits, default=None)


def lacks_parameters(wanted: Wanted | None) -> bool:
    """Whether an approved action misses what it needs."""
    if wanted is None:
        return True
    if wanted.action is Action.ADDRESS_CHANGE:
        return wanted.address is None
    return wanted.action is Action.ALTERNATE_ITEM and wanted.sku is None
