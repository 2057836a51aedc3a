"""Whether a phase has come to its end: each exit criterion with its number and what the record came to since the phase began."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.rollout import ExitCriteria
from server.analytics.counting import Report
from server.evaluation.figures import Share


@dataclass(frozen=True)
class Criterion:
    """One number of a phase file, and what came of it."""

    name: str
    asked: float
    came: float | None
    """None where nothing was there to measure."""
    is_limit: bool
    """Whether the number is the most that may come; else the least."""
    of: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the number is reached, or not passed. What was never measured is not met, but nothing passes no limit."""
        if self.came is None:
            return False
        return self.came <= self.asked if self.is_limit else self.came >= self.asked


_Measure = Callable[[Report], tuple[float | None, str]]


def criteria_of(asked: ExitCriteria, report: Report) -> tuple[Criterion, ...]:
    """All criteria that a phase file names, measured."""
    named = asked.model_dump(exclude_none=True)
    return tuple(_criterion(name, float(number), *_MEASURES[name](report)) for name, number in named.items())


def _criterion(name: str, asked: float, came: float | None, of: str) -> Criterion:
    return Criterion(name, asked, came, is_limit=name.startswith("most_"), of=of)


def _share(share: Share) -> tuple[float | None, str]:
    return share.value, str(share)


def _days(report: Report) -> tuple[float | None, str]:
    span = report.records.span
    return (span.until - span.since).total_seconds() / 86_400, ""


def _refused(report: Report) -> tuple[float | None, str]:
    runs = [run for run in report.records.runs if run.run_id in report.records.spoke or run.guard_refusals]
    return _share(Share(sum(bool(run.guard_refusals) for run in runs), len(runs)))


def _decided(report: Report) -> tuple[float | None, str]:
    return float(sum(report.decisions.verbs.values())), ""


_MEASURES: Mapping[str, _Measure] = {
    "days": _days,
    "cases": lambda report: (float(report.total.cases), ""),
    "automation": lambda report: _share(report.total.automated),
    "promises_kept": lambda report: _share(report.total.promises_kept),
    "verdicts": lambda report: (float(report.verdicts.of), ""),
    "verdicts_right": lambda report: _share(report.verdicts),
    "decisions": _decided,
    "approved": lambda report: _share(report.decisions.approved),
    "most_reopened": lambda report: _share(report.total.reopened),
    "most_repeated": lambda report: _share(report.total.repeated),
    "most_guard_refusals": _refused,
    "most_dead_letters": lambda report: (float(report.records.dead), ""),
}
