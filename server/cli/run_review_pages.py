"""Runs worth a look, on the terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from server.cli.moments import moment_text
from server.cli.own_words import words_or_refuse
from server.cli.page import console_for, page
from server.cli.reasons import words
from server.reviewing.queue import Entry
from server.reviewing.verdicts import Verdict
from server.timeline import ArrivalStory


def show_queue(entries: tuple[Entry, ...], *, plain: bool) -> None:
    """One row per run, the weightiest first."""
    console = console_for(plain=plain)
    if not entries:
        console.print(Padding(Text("No run is worth a look: nothing was unsure, refused, changed by people, without facts, or reopened."), (1, 2)))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    for name in ("run", "when", "worth a look", "what came of it", "why"):
        table.add_column(name, no_wrap=name in {"run", "when"})
    for each in entries:
        run = each.run
        found = run.condition or run.reason
        came = f"{run.disposition.value}: {words(found)}" if found else run.disposition.value
        table.add_row(run.run_id, moment_text(run.at), ", ".join(each.worth), came, each.why)
    console.print(table)
    console.print(Padding(_next_steps(), (0, 1)))


def _next_steps() -> Text:
    return Text.assemble("Look at one: ", ("wismo review RUN", "cyan"), "   judge it: ", ("wismo review RUN right --by YOU", "cyan"))


def show_run(story: ArrivalStory, verdict: Verdict | None, *, plain: bool) -> None:
    """The whole arrival, and the verdict on it where there is one."""
    console = console_for(plain=plain)
    console.print(page(story, words_or_refuse(), console.width))
    if verdict is not None:
        told = f"judged {verdict.says} by {verdict.who}, {moment_text(verdict.at)}{f': {verdict.note}' if verdict.note else ''}"
        console.print(Padding(Text(told, style="green" if verdict.says == "right" else "red"), (1, 2)))
