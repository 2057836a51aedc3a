"""What the nodes of one run hand to each other. Never checkpointed: facts stay in the case store."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from graph.facts import Customer, Order
from graph.gates.verdict import Wanted
from graph.labels import Channel, Disposition, Intent, Language, Reason
from graph.reading import StatedAddress
from graph.statements import Statement


class _Working(BaseModel):
    model_config = ConfigDict(frozen=True)


class Sender(_Working):
    """Who wrote, as far as it is established for this very message."""

    customer_id: str | None = None
    customer: Customer | None = None
    because: str = "unknown sender"

    @property
    def is_known(self) -> bool:
        """Whether the sender is a customer."""
        return self.customer_id is not None


class ChoiceKind(StrEnum):
    """Whether the order that the message is about is known."""

    ONE = "one"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    UNVERIFIED = "unverified"
    """A number that is not among the sender's orders, existing or not."""
    OMS_SILENT = "oms_silent"
    """The customer is known by login, but the OMS does not answer."""


class Choice(_Working):
    """Which order, and why."""

    kind: ChoiceKind
    order_ids: tuple[str, ...] = ()
    """Own orders named, in the order of the message; the first is the run's."""
    order: Order | None = None
    """The first of them, as the OMS gave it for this run."""
    candidates: tuple[Order, ...] = ()
    foreign: bool = False
    """Another number stands beside an own one: it gets the question about identity."""
    because: str = ""


class Understanding(_Working):
    """What the customer wants of this order, with what we asked before taken into account."""

    intents: tuple[Intent, ...] = ()
    answers_our_question: bool = False
    unreadable_again: bool = False
    address: StatedAddress | None = None
    disputes_delivery: bool = False
    says_not_received: bool = False
    """Nothing, or not all of it, has come: a dispute only where every parcel counts as delivered."""
    accepts: bool = False
    refused_parcel: bool = False
    notes_other_topic: bool = False
    stops_contact: bool = False
    names_foreign_order: bool = False
    """A number that is not the sender's stands beside an own one: it gets the question about identity."""
    is_angry: bool = False
    withdraws: bool = False
    unsure: tuple[Intent, ...] = ()
    """Intents that are readable, but not surely enough to act on without a human."""
    language: Language | None = None
    """The language of the message; None where not detected with confidence."""
    text: str = ""


class ReturnPath(_Working):
    """Where an answer goes: the ticket and its channel. A case that began with an event writes by email, in a thread of its own."""

    channel: Channel
    ticket_id: str


class Settlement(_Working):
    """The end of a run that needs no order facts: a question, a handoff, or silence."""

    disposition: Disposition
    reason: Reason
    statements: tuple[Statement, ...] = ()
    note: str = ""
    closes_case: bool = False


class Advice(_Working):
    """What a specialist advises: what to say, what to do, and which runbook it followed."""

    statements: tuple[Statement, ...]
    recommended: tuple[Wanted, ...] = ()
    options: tuple[str, ...] = ()
    runbook_version: str = ""
    note: str = ""
    """An internal note, where the specialist asks another team for something."""


class Gap(_Working):
    """A contradiction or a hole in the facts, with the question that would settle it."""

    what: str
    sides: tuple[str, ...]
    settled_by: str
