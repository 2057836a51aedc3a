"""The typed state of the graph.

Small identifying values are checkpointed with the case; everything that carries facts or personal data is an
`UntrackedValue`: it flows between nodes and is never written to a checkpoint. After an interrupt the facts are
pulled again anyway.
"""

from __future__ import annotations

import operator
from datetime import datetime
from typing import Annotated, TypedDict

from langgraph.channels import UntrackedValue

from graph.arrivals import Arrival
from graph.case import EscalationRecord, FollowUp
from graph.commit import Commit, Deferred, EventSeen, Memory, Outcome, ReviewPost
from graph.context import OrderContext
from graph.decisions import ReviewerDecision
from graph.gates.verdict import Verdict, Wanted
from graph.labels import Handler
from graph.language_model import ModelCall
from graph.reading import Reading
from graph.rules.findings import Assessment, Fired
from graph.rules.news import News
from graph.statements import Draft, Statement
from graph.working import Advice, Choice, Gap, ReturnPath, Sender, Settlement, Understanding

GRAPH_VERSION = 1
"""Rises when stored checkpoints of older versions cannot simply be resumed."""


class CaseState(TypedDict, total=False):
    """One run of one arrival about one order."""

    graph_version: int
    arrival_id: str
    root_arrival_id: str
    run_id: str
    case_id: str | None
    escalation_id: str | None
    disposition: str
    sleeps: bool
    path: Annotated[list[str], operator.add]

    arrival: Annotated[Arrival, UntrackedValue]
    reading: Annotated[Reading, UntrackedValue]
    sender: Annotated[Sender, UntrackedValue]
    choice: Annotated[Choice, UntrackedValue]
    understanding: Annotated[Understanding, UntrackedValue]
    memory: Annotated[Memory, UntrackedValue]
    settlement: Annotated[Settlement | None, UntrackedValue]
    context: Annotated[OrderContext | None, UntrackedValue]
    assessment: Annotated[Assessment | None, UntrackedValue]
    fired: Annotated[tuple[Fired, ...], UntrackedValue]
    gaps: Annotated[tuple[Gap, ...], UntrackedValue]
    handler: Annotated[Handler, UntrackedValue]
    advice: Annotated[Advice | None, UntrackedValue]
    wanted: Annotated[tuple[Wanted, ...], UntrackedValue]
    verdicts: Annotated[tuple[Verdict, ...], UntrackedValue]
    escalation: Annotated[EscalationRecord | None, UntrackedValue]
    review_post: Annotated[ReviewPost | None, UntrackedValue]
    due_at: Annotated[datetime | None, UntrackedValue]
    promise_is_new: Annotated[bool, UntrackedValue]
    defers_text: Annotated[bool, UntrackedValue]
    speaks_at: Annotated[datetime | None, UntrackedValue]
    decision: Annotated[ReviewerDecision | None, UntrackedValue]
    return_path: Annotated[ReturnPath | None, UntrackedValue]
    copies: Annotated[tuple[Arrival, ...], UntrackedValue]
    event: Annotated[EventSeen | None, UntrackedValue]
    deferred: Annotated[Deferred | None, UntrackedValue]
    news: Annotated[News | None, UntrackedValue]
    earlier: Annotated[Outcome | None, UntrackedValue]
    statements: Annotated[tuple[Statement, ...], UntrackedValue]
    draft: Annotated[Draft | None, UntrackedValue]
    refusals: Annotated[tuple[str, ...], UntrackedValue]
    model_calls: Annotated[tuple[ModelCall, ...], UntrackedValue]
    follow_ups: Annotated[tuple[FollowUp, ...], UntrackedValue]
    commit: Annotated[Commit, UntrackedValue]
