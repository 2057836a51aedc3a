"""Figures of a group of cases: volume, automation, contacts, replies, reopenings and promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median

from graph.case import FollowUpStatus
from graph.commit import RunRecord
from graph.labels import Intent
from server.analytics.records import Records
from server.evaluation.figures import Share

REOPENED_WITHIN = timedelta(hours=72)
_NO_CONTACT = {Intent.THANKS_OR_CLOSING, Intent.NOT_WISMO}


@dataclass(frozen=True)
class Figures:
    """What a group of cases came to."""

    cases: int
    messages: int
    automated: Share
    """No human touched it, and it was not reopened within 72 hours."""
    first_contact: Share
    """Of the cases that a customer wrote in: one message was enough, and no human was needed."""
    repeated: Share
    """Of the same: the customer had to write more than once."""
    escalated: Share
    reopened: Share
    promises_kept: Share
    """Of the promises that were kept or missed."""
    promises_missed: int
    first_reply: timedelta | None
    """The median time from a message to our first text."""


def figures_of(records: Records, case_ids: Iterable[str]) -> Figures:
    """The figures of some cases."""
    own = [case_id for case_id in case_ids if case_id in records.cases]
    runs = {case_id: records.runs_of[case_id] for case_id in own}
    contacts = {case_id: n for case_id in own if (n := _contacts(runs[case_id]))}
    reopened = {case_id for case_id in own if any(was_reopened_after(runs[case_id]))}
    escalated = {row.case_id for row in records.escalations} & set(own)
    made = [row for row in records.follow_ups if row.case_id in runs and row.due_at is not None]
    kept, missed = (sum(row.status is status for row in made) for status in (FollowUpStatus.KEPT, FollowUpStatus.MISSED))
    waits = [wait for each in runs.values() for wait in _first_replies(records, each)]
    alone = set(own) - records.touched
    return Figures(
        cases=len(own),
        messages=sum(len(_messages(each)) for each in runs.values()),
        automated=Share(len(alone - reopened), len(own)),
        first_contact=Share(sum(number == 1 and case_id in alone for case_id, number in contacts.items()), len(contacts)),
        repeated=Share(sum(number > 1 for number in contacts.values()), len(contacts)),
        escalated=Share(len(escalated), len(own)),
        reopened=Share(sum(records.cases[case_id].reopened > 0 for case_id in own), len(own)),
        promises_kept=Share(kept, kept + missed),
        promises_missed=missed,
        first_reply=middle(waits),
    )


def middle(times: Sequence[timedelta]) -> timedelta | None:
    """The median; None where there is nothing."""
    return timedelta(seconds=median(time.total_seconds() for time in times)) if times else None


def by(records: Records, name_of: Callable[[str], str]) -> dict[str, Figures]:
    """The figures of groups of cases, the largest first."""
    groups: dict[str, list[str]] = {}
    for case_id in records.cases:
        groups.setdefault(name_of(case_id), []).append(case_id)
    found = {name: figures_of(records, own) for name, own in groups.items()}
    return dict(sorted(found.items(), key=lambda each: (-each[1].cases, each[0])))


def groupings(records: Records) -> Mapping[str, dict[str, Figures]]:
    """By condition, channel and day, and by language and mode."""
    cases = records.cases
    last = {case_id: runs[-1] for case_id, runs in records.runs_of.items()}
    first = {case_id: runs[0] for case_id, runs in records.runs_of.items()}
    spoken = {case_id: next((str(run.language) for run in reversed(runs) if run.language), "none") for case_id, runs in records.runs_of.items()}
    return {
        "condition": by(records, lambda case_id: str(cases[case_id].condition_type or "none")),
        "channel": by(records, lambda case_id: cases[case_id].source_channel),
        "day": dict(sorted(by(records, lambda case_id: first[case_id].at.date().isoformat()).items())),
        "language": by(records, lambda case_id: spoken[case_id]),
        "mode": by(records, lambda case_id: last[case_id].mode.value),
        "value band": by(records, lambda case_id: next((run.value_band for run in reversed(records.runs_of[case_id]) if run.value_band), "none")),
        "resolution": by(records, lambda case_id: cases[case_id].resolution or "none"),
    }


def _messages(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """One run per message of the customer."""
    return list({run.root_arrival_id: run for run in reversed(runs) if run.kind == "message"}.values())


def _contacts(runs: Sequence[RunRecord]) -> int:
    return sum(not run.intents or not set(run.intents) <= _NO_CONTACT for run in _messages(runs))


def was_reopened_after(runs: Sequence[RunRecord]) -> Iterator[RunRecord]:
    """The runs of a case that resolved it, after which the customer wrote again within 72 hours."""
    for run, later in pairwise(run for run in runs if run.kind != "receipt"):
        wrote = later.kind == "message" and later.root_arrival_id != run.root_arrival_id and _contacts((later,)) > 0
        if run.resolution == "resolved" and wrote and later.at - run.at <= REOPENED_WITHIN:
            yield run


def _first_replies(records: Records, runs: Sequence[RunRecord]) -> list[timedelta]:
    found: dict[str, timedelta] = {}
    for run in runs:
        asked = records.arrived.get(run.root_arrival_id)
        if asked is not None and run.run_id in records.spoke and run.kind in {"message", "receipt"}:
            found.setdefault(run.root_arrival_id, run.at - asked)
    return list(found.values())
