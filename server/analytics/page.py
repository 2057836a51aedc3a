"""The report as a page with charts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from graph.policy import Costs
from server.analytics.counting import Decisions, Report
from server.analytics.figures import Figures
from server.analytics.table import people_minutes
from server.evaluation.figures import Share
from server.pages.charts import count_bars, day_columns, percent, plain_table, tiles
from server.pages.html import Content, Html, document, tag
from server.pages.style import STYLE


def report_page(report: Report, *, source: str, costs: Costs) -> str:
    """The whole page."""
    span = report.records.span
    return document(
        f"wismo report of {source}",
        STYLE,
        tag("h1", "Report"),
        tag("p", f"{source}, {span.since:%Y-%m-%d %H:%M %Z} to {span.until:%Y-%m-%d %H:%M %Z}.", class_="soft"),
        _headline(report, costs),
        tag("h2", "Volume and automation"),
        tag("div", tag("h3", "Cases by day, by what came of them"), day_columns("cases by day", _days(report)), class_="card"),
        [_group(name, report.groups[name]) for name in ("condition", "channel", "language", "value band", "mode")],
        tag("h2", "People"),
        tag("div", _bars("Why reviewers were asked", report.triggers), _bars("How reviews were decided", report.decisions.verbs), class_="pair"),
        _queues(report),
        tag("h2", "Promises, and what was not sent"),
        tag(
            "div",
            _bars("Promises", report.promises),
            _bars("Not sent, by reason", report.suppressed),
            _bars("Messages that led to no case", report.without_case),
            class_="pair",
        ),
        tag("h2", "Actions, guard and models"),
        tag("div", _actions(report), _guard(report), class_="pair"),
        tag("div", _bars("Handled by", report.handlers), _bars("Carriers", report.carriers), class_="pair"),
    )


def _headline(report: Report, costs: Costs) -> Html:
    total, decisions = report.total, report.decisions
    return tiles(
        (str(total.cases), f"cases, {total.messages + sum(report.without_case.values())} messages", ""),
        (percent(total.automated.value), "resolved or watched without a human", ""),
        (percent(total.first_contact.value), "resolved at the first contact", ""),
        (percent(total.repeated.value), "wrote again", "warn" if (total.repeated.value or 0) > 0.2 else ""),
        (percent(total.promises_kept.value), f"promises kept, {total.promises_missed} missed", "bad" if total.promises_missed else "good"),
        (time_words(total.first_reply), "to the first reply", ""),
        (time_words(decisions.typical), f"to a decision ({decisions.opened} reviews)", ""),
        (f"{people_minutes(report, costs):g}", "minutes of people", ""),
    )


def _days(report: Report) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for case_id, runs in sorted(report.records.runs_of.items(), key=lambda each: each[1][0].at):
        case = report.records.cases.get(case_id)
        day = found.setdefault(runs[0].at.date().isoformat(), {})
        name = case.resolution if case and case.resolution else "none"
        day[name] = day.get(name, 0) + 1
    return found


_HEADS = ("cases", "messages", "without a human", "first contact", "wrote again", "escalated", "reopened", "promises kept", "missed", "first reply")


def _group(name: str, groups: Mapping[str, Figures]) -> Html:
    rows = [(each, *_row(figures)) for each, figures in groups.items()]
    return tag("div", plain_table((name, *_HEADS), rows, numbers=range(1, len(_HEADS) + 1), caption=f"By {name}"), class_="card")


def _row(figures: Figures) -> tuple[str, ...]:
    shares = (figures.automated, figures.first_contact, figures.repeated, figures.escalated, figures.reopened, figures.promises_kept)
    return (str(figures.cases), str(figures.messages), *map(_share, shares), str(figures.promises_missed), time_words(figures.first_reply))


def _queues(report: Report) -> Content:
    if not report.by_queue:
        return None
    rows = [(queue, *_decided(decisions)) for queue, decisions in (*report.by_queue.items(), ("all", report.decisions))]
    heads = ("queue", "opened", "waiting", "expired", "approved", "time to decision", "nine of ten within")
    return tag("div", plain_table(heads, rows, numbers=range(1, 7)), class_="card")


def _decided(each: Decisions) -> tuple[str, ...]:
    return str(each.opened), str(each.waiting), str(each.expired), _share(each.approved), time_words(each.typical), time_words(each.slow)


def _actions(report: Report) -> Html:
    rows = [(action.replace("_", " "), status.replace("_", " "), str(count)) for (action, status), count in sorted(report.actions.items())]
    money = [(action.replace("_", " "), f"executed, {currency}", str(amount)) for (action, currency), amount in report.money.items()]
    body = plain_table(("action", "status", ""), rows + money, numbers=(2,)) if rows else tag("p", "None.", class_="soft")
    return tag("div", tag("h3", "Actions"), body, class_="card")


def _guard(report: Report) -> Html:
    models = [("model calls", str(report.model_calls)), ("model tokens", str(report.model_tokens)), ("model cost", str(report.model_cost)),
              ("dead letters", str(report.records.dead))]  # fmt: skip
    rows = [(f"guard: {reason}", str(count)) for reason, count in report.refusals.items()]
    rows += [(f"model: {outcome}", str(count)) for outcome, count in report.model_outcomes.items()]
    return tag("div", tag("h3", "Guard refusals and models"), plain_table(("", ""), [*rows, *models], numbers=(1,)), class_="card")


def _bars(title: str, counts: Mapping[str, int]) -> Html:
    body = count_bars(title, {name.replace("_", " "): count for name, count in counts.items()}) if counts else tag("p", "None.", class_="soft")
    return tag("div", tag("h3", title), body, class_="card")


def _share(share: Share) -> str:
    return percent(share.value)


def time_words(time: timedelta | None) -> str:
    """A time for people."""
    if time is None:
        return "–"
    minutes = time.total_seconds() / 60
    if minutes < 1:
        return f"{time.total_seconds():.1f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
