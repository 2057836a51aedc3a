"""The queue of runs worth a look: unsure, refused by the guard, decided otherwise by a human, without facts, or reopened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checkpoints.database import Database
from graph.case import EscalationRecord, EscalationStatus
from graph.commit import RunRecord
from graph.labels import Condition, Reason, Trigger
from graph.policy import Policy
from server.analytics.figures import was_reopened_after
from server.analytics.records import Records

_CONFIDENCE = re.compile(r"^intent \w+ (\d\.\d\d)$")


class Worth(StrEnum):
    """Why a run is worth a look, the weightiest first."""

    GUARD_REFUSAL = "guard refusal"
    CHANGED_DECISION = "changed decision"
    REOPENED = "reopened"
    TOOL_FAILURE = "tool failure"
    LOW_CONFIDENCE = "low confidence"


_RANK = tuple(Worth)


@dataclass(frozen=True)
class Entry:
    """One run of the queue."""

    run: RunRecord
    worth: tuple[Worth, ...]
    why: str


def review_queue(records: Records, judged: Iterable[str], policy: Policy) -> tuple[Entry, ...]:
    """The runs worth a look that nobody judged, the weightiest reasons and the newest first."""
    done = set(judged)
    changed = {row.request.run_id: why for row in records.escalations if (why := _changed(row))}
    reopened = {run.run_id for runs in records.runs_of.values() for run in was_reopened_after(runs)}
    entries = []
    for run in records.runs:
        if run.run_id in done or run.kind in {"receipt", "timer", "human_reply"}:
            continue
        found = dict(_reasons(run, changed, run.run_id in reopened, policy))
        worth = tuple(sorted(found, key=_RANK.index))
        if worth:
            entries.append(Entry(run, worth, "; ".join(found[each] for each in worth)))
    return tuple(sorted(entries, key=lambda each: (_RANK.index(each.worth[0]), -each.run.at.timestamp())))


def _reasons(run: RunRecord, changed: dict[str, str], reopened: bool, policy: Policy) -> Iterator[tuple[Worth, str]]:
    if run.guard_refusals:
        yield Worth.GUARD_REFUSAL, run.guard_refusals[0]
    if run.run_id in changed:
        yield Worth.CHANGED_DECISION, changed[run.run_id]
    if reopened:
        yield Worth.REOPENED, "the customer wrote again within 72 hours"
    if run.condition is Condition.FACTS_UNAVAILABLE or run.reason is Reason.FACTS_UNAVAILABLE:
        yield Worth.TOOL_FAILURE, "needed facts were missing"
    if run.reason is Reason.INTENT_UNCLEAR or Trigger.LOW_CONFIDENCE in run.triggers:
        yield Worth.LOW_CONFIDENCE, "no readable intent"
    elif (least := _least_confidence(run)) is not None and least < policy.intake.action_confidence:
        yield Worth.LOW_CONFIDENCE, f"an intent was read with a confidence of {least:.2f}"


def _least_confidence(run: RunRecord) -> float | None:
    """Of the intents that count."""
    found = [float(match[1]) for line in run.because if (match := _CONFIDENCE.match(line)) and line.split()[1] in run.intents]
    return min(found, default=None)


def _changed(review: EscalationRecord) -> str:
    """How a reviewer decided otherwise than was recommended."""
    verb, _, action = review.decision.partition(" ")
    if review.status is EscalationStatus.TAKEN_OVER:
        return "a person took the case over"
    if verb == "deny":
        return f"{review.recommended_action} was recommended and denied"
    if verb == "approve" and action and action != review.recommended_action:
        return f"{review.recommended_action} was recommended, {action} was approved"
    return "changes were asked for" if verb == "request_changes" else ""


def judged_runs(database: Database) -> Sequence[str]:
    """The runs that have a verdict."""
    return [row[0] for row in database.execute("select distinct run_id from ledger where what like 'verdict: %'").fetchall()]
