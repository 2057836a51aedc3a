"""The rollout on the terminal: what is live, shadow beside live, and the exit criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checkpoints.rollouts import RolloutSetting
from graph.labels import Mode
from graph.rollout import ExitCriteria
from server.analytics.counting import Report
from server.analytics.page import time_words
from server.cli.moments import moment_text
from server.evaluation.figures import Share
from server.rollout.phases import next_phase
from server.rollout.progress import Criterion, criteria_of


def show_rules(console: Console, setting: RolloutSetting | None) -> None:
    """What is in force, and since when."""
    if setting is None or setting.rules is None:
        console.print(Padding(Text("No rollout is set: the policy's [rollout] table counts, and the mode that the service was started in."), (1, 2)))
        return
    rules = setting.rules
    text = Text.assemble((rules.phase or "own rules", "bold cyan"), f"  since {moment_text(setting.since)}, by {setting.who}: {setting.why}")
    console.print(Padding(text, (1, 2, 0, 2)))
    if rules.mode is Mode.SHADOW:
        console.print(Padding(Text("Nothing is live: everything runs in shadow."), (1, 4)))
        return
    table = _table("", "live", "percent")
    for name, each in (("channels", rules.channels), ("conditions", rules.conditions), ("actions", rules.actions)):
        for number, (key, percent) in enumerate(_entries(each).items()):
            table.add_row(name if number == 0 else "", key, str(percent))
    table.add_row("messages unasked", "", str(rules.proactive))
    console.print(Padding(table, (0, 2)))


def show_rollout(console: Console, setting: RolloutSetting | None, report: Report) -> None:
    """Rules, comparison, criteria, and what comes next."""
    show_rules(console, setting)
    console.print(Padding(_comparison(report), (0, 2)))
    rules = setting.rules if setting else None
    found = criteria_of(rules.exit if rules else ExitCriteria(), report)
    if not found or rules is None:
        return
    console.print(Padding(_criteria(found), (0, 2)))
    follows, open_ones = next_phase(rules.phase), sum(not each.is_met for each in found)
    if open_ones:
        console.print(Padding(Text(f"{open_ones} of {len(found)} exit criteria are not met: the phase goes on.", style="yellow"), (0, 2, 1, 2)))
    else:
        words = f"All exit criteria are met{f': `wismo rollout set {follows}` is the next phase' if follows else ''}."
        console.print(Padding(Text(words, style="green"), (0, 2, 1, 2)))


def _entries(table: Mapping[Any, int]) -> dict[str, int]:
    if not table:
        return {"all": 100}
    return {**{str(name): percent for name, percent in table.items() if name != "*"}, "everything else": table.get("*", 0)}


def _comparison(report: Report) -> Table:
    table = _table("since then", "shadow", "live")
    modes = [report.groups["mode"].get(mode.value) for mode in (Mode.SHADOW, Mode.LIVE)]
    table.add_row("cases", *(str(each.cases) if each else "0" for each in modes))
    rows = {
        "without a human": "automated",
        "first contact": "first_contact",
        "wrote again": "repeated",
        "reviewed": "escalated",
        "reopened": "reopened",
        "promises kept": "promises_kept",
    }
    for words, name in rows.items():
        table.add_row(words, *(_share(getattr(each, name)) if each else "-" for each in modes))
    table.add_row("first reply", *(time_words(each.first_reply) if each else "-" for each in modes))
    table.add_row("judged right by people", _share(report.verdicts), "")
    return table


def _criteria(found: tuple[Criterion, ...]) -> Table:
    table = _table("exit criterion", "asked", "came", "")
    for each in found:
        came = "nothing yet" if each.came is None else f"{each.came:.3g}{f' ({each.of})' if each.of else ''}"
        bound = f"at {'most' if each.is_limit else 'least'} {each.asked:g}"
        table.add_row(each.name.removeprefix("most_").replace("_", " "), bound, came, Text("met", "green") if each.is_met else Text("not met", "red"))
    return table


def _table(*names: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if place and name in {"percent", "shadow", "live", "asked", "came"} and names[0] != "" else "left")
    return table


def _share(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.0f} % ({share})"
