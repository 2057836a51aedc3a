"""The typed answers of a language model. Each is a proposal: what is done with it is decided by rules, by the guard or by people."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Proposal(BaseModel):
    """Every field is required and nothing else is taken, so that the strict form of every server can express it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


HeardIntent = Literal["order_status", "delivery_dispute", "cancel", "refund", "replacement", "address_change", "alternate_item"]
"""What a model may hear. Never what ends something: withdrawals, opt-outs, farewells and other topics are read by rules alone."""


class HeardAsk(_Proposal):
    """One wish, and the customer's own words that say it."""

    intent: HeardIntent
    words: str


class Heard(_Proposal):
    """What a message asks; empty where nothing can be read."""

    asks: tuple[HeardAsk, ...]


class Wording(_Proposal):
    """One rewording per numbered sentence, in the same order."""

    sentences: tuple[str, ...]


LookAt = Literal["orders", "warehouse", "supply", "stock", "parcels", "history"]


class Investigated(_Proposal):
    """What a look at contradicting or missing facts came to."""

    look_at: tuple[LookAt, ...]
    """What it wants to see in full before it answers; empty where it has seen enough."""
    summary: str
    recommendation: str
    is_sure: bool


class ReviewerMeant(_Proposal):
    """What a reviewer seems to have decided."""

    decision: Literal["approve", "deny", "request_changes", "manual_takeover", "none"]
    action: str
    """One of the review's options, or empty."""
