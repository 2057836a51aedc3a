"""One case as the HTTP door shows it."""

from __future__ import annotations

import os
from datetime import datetime

from pydantic import BaseModel

from graph.arrivals import Arrival
from graph.case import ActionRecord, CaseRecord, EscalationRecord, FollowUp
from graph.commit import RunRecord
from graph.gates.verdict import Check
from graph.labels import Action, Channel, Language
from graph.statements import Fact
from server.slack.settings import Links
from server.timeline import Acted, CaseStory, RunStory, Said


class SaidText(BaseModel):
    """A text for the customer, and how far it has come: sent, draft, waiting or dropped."""

    at: datetime
    channel: Channel
    language: Language
    text: str
    facts: list[Fact]
    visible: bool
    fate: str


class GatedAction(BaseModel):
    """An action, every check of its gate, and how far it has come."""

    action: Action
    gate: str
    status: str
    amount: str
    currency: str
    reference: str
    checks: list[Check]


class LedgerLine(BaseModel):
    """One line of the ledger."""

    at: datetime
    who: str
    what: str
    why: str


class RunOfCase(BaseModel):
    """One run: what started it, what it decided, and what came of it."""

    run: RunRecord
    arrival: Arrival | None
    said: list[SaidText]
    actions: list[GatedAction]
    notes: list[str]
    trace: str
    """The address of the run's trace in LangSmith; empty while nothing is traced."""
    ledger: list[LedgerLine]


class CaseTimeline(BaseModel):
    """A case from its opening until now."""

    case: CaseRecord
    timeline: list[RunOfCase]
    actions: list[ActionRecord]
    escalations: list[EscalationRecord]
    follow_ups: list[FollowUp]


def timeline_of(story: CaseStory) -> CaseTimeline:
    """A case as it is shown."""
    return CaseTimeline(
        case=story.case,
        timeline=[_run(run, story.arrivals.get(run.record.arrival_id)) for run in story.runs],
        actions=list(story.actions),
        escalations=list(story.escalations),
        follow_ups=list(story.follow_ups),
    )


def _run(run: RunStory, arrival: Arrival | None) -> RunOfCase:
    return RunOfCase(
        run=run.record,
        arrival=arrival,
        said=[_said(said) for said in run.said],
        actions=[_acted(acted) for acted in run.acted],
        notes=list(run.notes),
        trace=Links.of(os.environ).run(run.record.run_id),
        ledger=[LedgerLine(at=line.at, who=line.who, what=line.what, why=line.why) for line in run.ledger],
    )


def _said(said: Said) -> SaidText:
    told = said.message
    text = {"at": told.at, "channel": told.channel, "language": told.language, "text": told.text, "facts": list(told.facts)}
    return SaidText.model_validate({**text, "visible": told.visible, "fate": said.fate})


def _acted(acted: Acted) -> GatedAction:
    row = acted.record
    checks = list(acted.verdict.checks) if acted.verdict else []
    told = {"action": row.wanted.action, "gate": row.gate, "status": row.status, "amount": row.amount, "currency": row.currency}
    return GatedAction.model_validate({**told, "reference": row.reference, "checks": checks})
