"""What was committed in a span of time, as typed rows; no texts are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from checkpoints.database import Database
from checkpoints.transaction import snapshot
from graph.case import CaseRecord, EscalationRecord, FollowUp
from graph.commit import RunRecord
from graph.labels import Disposition


@dataclass(frozen=True)
class ActionDone:
    """One action as it stands now."""

    action: str
    status: str
    gate: str
    amount: Decimal
    currency: str
    case_id: str


@dataclass(frozen=True)
class Span:
    """From a moment, up to another one."""

    since: datetime
    until: datetime

    def has(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.since <= at < self.until

    @property
    def days_around(self) -> tuple[str, str]:
        """The first and the last day that has something of it on any clock of the world; times are kept as they were written."""
        return (self.since - timedelta(days=1)).date().isoformat(), (self.until + timedelta(days=2)).date().isoformat()


@dataclass(frozen=True)
class Records:
    """Everything that the figures are counted from."""

    span: Span
    runs: tuple[RunRecord, ...]
    cases: dict[str, CaseRecord]
    """The cases of these runs, as they stand now."""
    escalations: tuple[EscalationRecord, ...]
    follow_ups: tuple[FollowUp, ...]
    actions: tuple[ActionDone, ...]
    arrived: dict[str, datetime] = field(default_factory=dict)
    """When each arrival came."""
    spoke: frozenset[str] = frozenset()
    """Runs that wrote to the customer, or drafted it."""
    answered_by_hand: frozenset[str] = frozenset()
    """Cases in which a teammate answered publicly."""
    judged_right: int = 0
    judged_wrong: int = 0
    """Runs that people judged, by the last verdict of each."""
    dead: int = 0

    @cached_property
    def runs_of(self) -> dict[str, tuple[RunRecord, ...]]:
        """The runs of each case, in order."""
        own = sorted((run for run in self.runs if run.case_id), key=lambda run: run.case_id or "")
        return {case_id or "": tuple(runs) for case_id, runs in groupby(own, key=lambda run: run.case_id)}

    @cached_property
    def touched(self) -> frozenset[str]:
        """Cases that a human had to do with: a review, a takeover, a handoff, an answer."""
        found = {row.case_id for row in self.escalations} | self.answered_by_hand
        found |= {case_id for case_id, case in self.cases.items() if case.taken_over}
        return frozenset(found | {run.case_id for run in self.runs if run.case_id and run.disposition is Disposition.HANDOFF})


def read_records(database: Database, span: Span) -> Records:
    """The rows of a span; an escalation or a promise belongs to the span in which it was opened or made."""
    with snapshot(database):
        written = database.execute("select doc from runs where at >= ? and at < ? order by seq", span.days_around).fetchall()
        runs = [run for (doc,) in written if span.has((run := RunRecord.model_validate_json(doc)).at)]
        cases = [CaseRecord.model_validate_json(doc) for (doc,) in database.execute("select doc from cases")]
        escalations = database.execute("select body from escalations join personal on ref = 'escalation:' || escalation_id order by seq").fetchall()
        follow_ups = database.execute("select doc from follow_ups").fetchall()
        spoken = database.execute("select run_id, case_id, who, what, at from ledger where what like 'message:%' or who = 'human'").fetchall()
        judged = dict(database.execute("select run_id, what from ledger where what like 'verdict: %' order by seq").fetchall())
        arrivals = database.execute("select arrival_id, at from arrivals").fetchall()
        (dead,) = database.execute("select count(*) from arrivals where state = 'dead'").fetchone()
        actions = _actions(database)
    known = {run.case_id for run in runs}
    reviews = [EscalationRecord.model_validate_json(body) for (body,) in escalations]
    promises = [FollowUp.model_validate_json(doc) for (doc,) in follow_ups]
    by_hand = {case_id for _, case_id, who, _, at in spoken if who == "human" and case_id and span.has(datetime.fromisoformat(at))}
    return Records(
        span=span,
        runs=tuple(runs),
        cases={case.wismo_case_id: case for case in cases if case.wismo_case_id in known},
        escalations=tuple(review for review in reviews if span.has(review.opened_at)),
        follow_ups=tuple(promise for promise in promises if span.has(promise.made_at)),
        actions=tuple(row for row in actions if row.case_id in known),
        arrived={arrival_id: datetime.fromisoformat(at) for arrival_id, at in arrivals},
        spoke=frozenset(run_id for run_id, _, _, what, _ in spoken if what.startswith("message:")),
        answered_by_hand=frozenset(by_hand),
        judged_right=sum(judged.get(run.run_id) == "verdict: right" for run in runs),
        judged_wrong=sum(judged.get(run.run_id) == "verdict: wrong" for run in runs),
        dead=int(dead),
    )


def _actions(database: Database) -> list[ActionDone]:
    rows = database.execute(
        "select action, status, json_extract(body, '$.gate'), json_extract(body, '$.amount'), json_extract(body, '$.currency'), case_id "
        "from actions join personal on ref = 'action:' || action_id"
    ).fetchall()
    return [ActionDone(row[0], row[1], row[2], Decimal(str(row[3] or 0)), row[4] or "", row[5]) for row in rows]
