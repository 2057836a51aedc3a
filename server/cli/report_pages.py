"""The report on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graph.policy import Costs
from server.analytics.counting import Report
from server.analytics.figures import Figures
from server.analytics.page import time_words
from server.analytics.table import people_minutes
from server.cli.reasons import words
from server.evaluation.figures import Share


def show_report(console: Console, report: Report, *, source: str, costs: Costs, files: Sequence[Path]) -> None:
    """Print everything."""
    console.print(Padding(_opening(report, source, costs), (1, 2)))
    if not report.records.runs:
        console.print(Padding(Text("Nothing happened in this time.", style="dim"), (0, 2)))
    else:
        for name in ("condition", "channel", "day") if report.total.cases else ():
            console.print(Padding(_group(name, report.groups[name]), (0, 2)))
        parts = [_counts(title, counts) for title, counts in _counted(report).items()]
        parts += [_actions(report), _models(report)]
        console.print(Padding(Columns([part for part in parts if part.row_count], padding=(0, 3)), (0, 2)))
    for file in files:
        console.print(Padding(Text.assemble("Written: ", (str(file), "cyan")), (0, 2)))


def _opening(report: Report, source: str, costs: Costs) -> Text:
    total, decisions, span = report.total, report.decisions, report.records.span
    text = Text(f"{source}, {span.since:%Y-%m-%d %H:%M} to {span.until:%Y-%m-%d %H:%M} UTC: ", style="bold")
    text.append(f"{total.cases} cases, {total.messages + sum(report.without_case.values())} messages. ", style="bold")
    text.append(f"{_share(total.automated)} without a human, {_share(total.first_contact)} resolved at the first contact, ", style="not bold")
    text.append(f"{_share(total.repeated)} wrote again. ", style="not bold")
    text.append(f"{decisions.opened} reviews, decided in {time_words(decisions.typical)}; ", style="not bold")
    text.append(f"promises kept {_share(total.promises_kept)}", style="not bold")
    text.append(f", {total.promises_missed} missed", style="bold red" if total.promises_missed else "not bold")
    return text.append(f". {people_minutes(report, costs):g} minutes of people.", style="not bold")


def _group(name: str, groups: Mapping[str, Figures]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    table.add_column(name, no_wrap=True)
    for head in ("cases", "no human", "first", "again", "asked", "reopened", "kept", "reply"):
        table.add_column(head, justify="right", no_wrap=True)
    for each, figures in groups.items():
        shares = (figures.first_contact, figures.repeated, figures.escalated, figures.reopened, figures.promises_kept)
        table.add_row(each, str(figures.cases), _share(figures.automated), *map(_share, shares), time_words(figures.first_reply))
    return table


def _counted(report: Report) -> dict[str, Mapping[str, int]]:
    return {
        "asked because of": report.triggers,
        "decided": report.decisions.verbs,
        "promises": report.promises,
        "messages without a case": report.without_case,
        "not sent": report.suppressed,
        "guard refused": report.refusals,
    }


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = _small(title)
    for name, count in counts.items():
        table.add_row(words(name), str(count))
    return table


def _actions(report: Report) -> Table:
    table = _small("actions")
    for (action, status), count in sorted(report.actions.items()):
        table.add_row(f"{words(action)}, {words(status)}", str(count))
    for (action, currency), amount in report.money.items():
        table.add_row(f"{words(action)}, executed, {currency}", str(amount))
    return table


def _models(report: Report) -> Table:
    table = _small("models")
    if report.model_calls:
        for name, value in (("calls", report.model_calls), ("tokens", report.model_tokens), ("cost", report.model_cost)):
            table.add_row(name, str(value))
    return table


def _small(title: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    table.add_column(title)
    table.add_column("", justify="right")
    return table


def _share(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.0f} %"
