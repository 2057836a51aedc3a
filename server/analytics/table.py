"""The report as rows for a spreadsheet: which part, which name, which measure, which value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta

from graph.policy import Costs
from server.analytics.counting import Decisions, Report
from server.analytics.figures import Figures
from server.evaluation.figures import Share

Row = tuple[str, str, str, str]
HEAD = ("part", "name", "measure", "value")


def report_csv(report: Report, costs: Costs) -> str:
    """One row per value; shares are numbers between 0 and 1, times are minutes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(row for row in report_rows(report, costs) if row[3])
    return out.getvalue()


def report_rows(report: Report, costs: Costs) -> Iterator[Row]:
    """All values."""
    span = report.records.span
    yield "span", "", "since", span.since.isoformat()
    yield "span", "", "until", span.until.isoformat()
    yield from _figures("total", "", report.total)
    for part, groups in report.groups.items():
        for name, figures in groups.items():
            yield from _figures(part, name, figures)
    yield from _decisions("reviews", "", report.decisions)
    for queue, decisions in report.by_queue.items():
        yield from _decisions("queue", queue, decisions)
    for part, counts in counted_parts(report).items():
        for name, count in counts.items():
            yield part, name, "count", str(count)
    for (action, status), count in sorted(report.actions.items()):
        yield "action", action, status, str(count)
    for (action, currency), amount in report.money.items():
        yield "action", action, f"executed value {currency}", str(amount)
    yield "model", "", "calls", str(report.model_calls)
    yield "model", "", "tokens", str(report.model_tokens)
    yield "model", "", "cost", str(report.model_cost)
    yield "people", "", "minutes", f"{people_minutes(report, costs):g}"
    yield "arrivals", "", "dead letters", str(report.records.dead)


def counted_parts(report: Report) -> dict[str, Mapping[str, int]]:
    """Everything that is only counted, by what it is called."""
    return {
        "trigger": report.triggers,
        "handler": report.handlers,
        "carrier": report.carriers,
        "disposition": report.dispositions,
        "without case": report.without_case,
        "suppressed": report.suppressed,
        "guard refusal": report.refusals,
        "model outcome": report.model_outcomes,
        "promise": report.promises,
    }


def people_minutes(report: Report, costs: Costs) -> float:
    """Minutes of people that the policy counts for reviews and for messages left to a human."""
    return report.decisions.opened * costs.minutes_per_escalation + report.dispositions.get("handoff", 0) * costs.minutes_per_contact


def _figures(part: str, name: str, figures: Figures) -> Iterator[Row]:
    yield part, name, "cases", str(figures.cases)
    yield part, name, "messages", str(figures.messages)
    shares = {"automation rate": figures.automated, "first-contact resolution": figures.first_contact, "repeat-contact rate": figures.repeated,
              "escalation rate": figures.escalated, "reopen rate": figures.reopened, "promises kept": figures.promises_kept}  # fmt: skip
    for measure, share in shares.items():
        yield part, name, measure, _share(share)
    yield part, name, "promises missed", str(figures.promises_missed)
    yield part, name, "minutes to first reply (median)", _minutes(figures.first_reply)


def _decisions(part: str, name: str, decisions: Decisions) -> Iterator[Row]:
    yield part, name, "opened", str(decisions.opened)
    yield part, name, "waiting", str(decisions.waiting)
    yield part, name, "expired", str(decisions.expired)
    for verb, count in decisions.verbs.items():
        yield part, name, verb, str(count)
    yield part, name, "approval rate", _share(decisions.approved)
    yield part, name, "minutes to decision (median)", _minutes(decisions.typical)
    yield part, name, "minutes to decision (nine of ten)", _minutes(decisions.slow)


def _share(share: Share) -> str:
    return "" if share.value is None else f"{share.value:.4f}"


def _minutes(time: timedelta | None) -> str:
    return "" if time is None else f"{time.total_seconds() / 60:.1f}"
