"""An evaluation on the terminal: the shares, what was mistaken for what, and the cases to look at first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from server.evaluation.evaluating import Evaluation, Setting, badness
from server.evaluation.figures import METRICS, Figures, Share
from server.evaluation.judging import Judged
from server.evaluation.matrices import Matrix

_WORST = 8
_WIDTH = 24


def show_evaluation(console: Console, evaluation: Evaluation, setting: Setting, page: Path | None) -> bool:
    """Print everything; whether all thresholds are met."""
    figures = evaluation.figures
    console.print(Padding(_opening(evaluation, setting), (1, 2)))
    console.print(Padding(_shares(figures), (0, 2)))
    for name, matrix in (("condition", figures.conditions), ("disposition", figures.dispositions), ("gate", figures.gates)):
        if mistaken := list(_mistaken(matrix)):
            console.print(Padding(Text(f"{name}: {'; '.join(mistaken)}", style="yellow"), (0, 2)))
    if figures.unsteady:
        console.print(Padding(Text(f"not the same every time: {', '.join(figures.unsteady[:_WORST])}", style="red"), (0, 2)))
    console.print(Padding(_worst(evaluation), (1, 2)))
    for each in setting.thresholds:
        met = each.is_met(figures)
        console.print(Padding(Text.assemble(("met      " if met else "not met  ", "green" if met else "bold red"), each.told(figures)), (0, 2)))
    if page is not None:
        console.print(Padding(Text.assemble("The page with every message: ", (str(page), "cyan")), (0, 2)))
    return all(each.is_met(figures) for each in setting.thresholds)


def _opening(evaluation: Evaluation, setting: Setting) -> Text:
    figures = evaluation.figures
    text = Text.assemble((f"{len(evaluation.judged)} messages of {setting.source}", "bold"), f" under policy {setting.policy}: ")
    text.append(f"{figures.shares['tickets']} right in everything that is labelled, ", style="bold")
    return text.append(f"{_percent(figures.automated)} without a human. Nothing was sent and nothing was done.")


def _shares(figures: Figures) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("what")
    table.add_column("right", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    for name in METRICS:
        share = figures.shares.get(name)
        if share is not None and share.value is not None:
            filled = round(_WIDTH * share.value)
            bar = Text.assemble(("█" * filled, "green"), ("░" * (_WIDTH - filled), "red"))
            table.add_row(_NAMES.get(name, name), str(share), _percent(share), bar)
    return table


_NAMES = {"agreement": "as the humans did", "tickets": "messages right in everything", "checks": "labels held", "repeat": "right every time"}


def _mistaken(matrix: Matrix) -> Iterator[str]:
    wrong = sorted(((count, pair) for pair, count in matrix.counts.items() if pair[0] != pair[1]), reverse=True)
    for count, (want, got) in wrong[:6]:
        yield f"{count} × {want} came as {got}"


def _worst(evaluation: Evaluation) -> Table | Text:
    rows = [row for row in evaluation.worst_first[:_WORST] if badness(row)]
    if not rows:
        return Text("Nothing to look at: every label holds, and nothing is done otherwise than the humans did.", style="green")
    table = Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), header_style="dim", title="Look at these first", title_justify="left", title_style="bold")
    for name in ("message", "found", "what is wrong"):
        table.add_column(name)
    for row in rows:
        table.add_row(row.case.name, row.result["condition"] or row.result["reason"], _wrong(row))
    return table


def _wrong(row: Judged) -> Text:
    misses = [f"{check.key}: wanted {_short(check.want)}, came {_short(check.got)}" for check in row.misses[:3]]
    theirs = ", ".join(each.value for each in row.theirs)
    return Text("; ".join(misses), style="red") if misses else Text(f"{row.agreement.value} than the humans: {row.ours.value}, they {theirs}")


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _percent(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.1f} %"
