"""What is counted over everything: triggers, decisions, suppression, guard, actions, models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import quantiles

from graph.case import EscalationRecord, EscalationStatus
from graph.labels import ActionStatus, Disposition
from graph.language_model import ModelCall
from server.analytics.figures import Figures, figures_of, groupings, middle
from server.analytics.records import Records
from server.evaluation.figures import Share


@dataclass(frozen=True)
class Decisions:
    """How reviewers decided."""

    opened: int
    verbs: Mapping[str, int]
    waiting: int
    expired: int
    approved: Share
    """Of the decisions that approve or deny."""
    typical: timedelta | None
    """The median time from question to decision."""
    slow: timedelta | None
    """The time within which nine of ten were decided."""


@dataclass(frozen=True)
class Report:
    """The whole report."""

    records: Records
    total: Figures
    groups: Mapping[str, dict[str, Figures]]
    triggers: Mapping[str, int]
    handlers: Mapping[str, int]
    carriers: Mapping[str, int]
    dispositions: Mapping[str, int]
    decisions: Decisions
    by_queue: Mapping[str, Decisions]
    without_case: Mapping[str, int]
    """Messages that led to no case, by reason: strangers, unclear orders, other teams' work."""
    suppressed: Mapping[str, int]
    refusals: Mapping[str, int]
    promises: Mapping[str, int]
    actions: Mapping[tuple[str, str], int]
    """Per action and status."""
    money: Mapping[tuple[str, str], Decimal]
    """Value of executed actions, per action and currency."""
    verdicts: Share
    """Of the runs that people judged: those that they found right."""
    model_outcomes: Mapping[str, int]
    """What came of each use of the model, with the kind of reason where it was not taken as it was."""
    model_calls: int
    model_tokens: int
    model_cost: Decimal

    @property
    def people_touched(self) -> int:
        """Cases that a human had to do with."""
        return len(self.records.touched & set(self.records.cases))


def report_of(records: Records) -> Report:
    """Everything, counted."""
    runs = [run for run in records.runs if run.kind != "receipt"]
    reviews = records.escalations
    executed = [row for row in records.actions if row.status == ActionStatus.EXECUTED]
    return Report(
        records=records,
        total=figures_of(records, records.cases),
        groups=groupings(records),
        triggers=_most(trigger.value for row in reviews for trigger in row.triggers),
        handlers=_most(run.handler.value for run in runs),
        carriers=_most(carrier for run in runs for carrier in run.carriers),
        dispositions=_most(run.disposition.value for run in runs),
        decisions=decisions_of(reviews),
        by_queue={queue: decisions_of(row for row in reviews if row.queue == queue) for queue in _most(row.queue.value for row in reviews)},
        without_case=_most(run.reason.value or run.disposition.value for run in runs if run.kind == "message" and run.case_id is None),
        suppressed=_most(run.reason.value for run in runs if run.disposition is Disposition.SUPPRESS),
        refusals=_most(refusal.split(":")[0] for run in runs for refusal in run.guard_refusals),
        promises=_most(row.status.value for row in records.follow_ups if row.due_at is not None),
        actions=Counter((row.action, row.status) for row in records.actions),
        money=_sums((row.action, row.currency, row.amount) for row in executed if row.amount),
        verdicts=Share(records.judged_right, records.judged_right + records.judged_wrong),
        model_outcomes=_most(_outcome_of(call) for run in records.runs for call in run.model_calls),
        model_calls=sum(run.model_spent.calls for run in records.runs),
        model_tokens=sum(run.model_spent.tokens for run in records.runs),
        model_cost=sum((run.model_spent.cost for run in records.runs), Decimal(0)),
    )


def _outcome_of(call: ModelCall) -> str:
    outcome = f"{call.use.value} {call.outcome}" if not call.because or call.outcome != "used" else f"{call.use.value} used in part"
    return f"{outcome}: {call.because.split(':')[0]}" if call.because else outcome


def decisions_of(reviews: Iterable[EscalationRecord]) -> Decisions:
    """How some reviews went."""
    known = list(reviews)
    decided = [(row.decision, row.decided_at - row.opened_at) for row in known if row.decided_at is not None and row.decision]
    verbs = Counter(verb.split()[0] for verb, _ in decided)
    times = sorted(time for _, time in decided)
    seconds = [time.total_seconds() for time in times]
    return Decisions(
        opened=len(known),
        verbs=dict(verbs.most_common()),
        waiting=sum(row.is_open for row in known),
        expired=sum(row.status is EscalationStatus.EXPIRED for row in known),
        approved=Share(verbs["approve"], verbs["approve"] + verbs["deny"]),
        typical=middle(times),
        slow=timedelta(seconds=quantiles(seconds, n=10, method="inclusive")[-1]) if len(seconds) > 1 else (times[0] if times else None),
    )


def _most(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda each: (-each[1], each[0])))


def _sums(rows: Iterable[tuple[str, str, Decimal]]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for action, currency, amount in rows:
        found[action, currency] = found.get((action, currency), Decimal(0)) + amount
    return dict(sorted(found.items()))
