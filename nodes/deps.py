"""What nodes are given: one frozen dataclass, handed in at every invocation and never checkpointed."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.calendar import BusinessCalendar
from graph.language_model import NoModel
from graph.policy import Policy
from graph.ports import Backends, Clock, Ids, Model
from graph.remembering import CaseMemory, Ledger
from prompts.texts import TextBook


@dataclass(frozen=True)
class Deps:
    """The world as a node sees it."""

    clock: Clock
    ids: Ids
    backends: Backends
    memory: CaseMemory
    ledger: Ledger
    policy: Policy
    calendar: BusinessCalendar
    textbook: TextBook
    patience: float
    """Seconds that one system may take."""
    model: Model = field(default_factory=NoModel)
