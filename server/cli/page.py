"""One arrival on a page: the customer's words, what was found and why, the answer with its evidence, what happens next."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from graph.arrivals import DecisionArrived, EventArrived, MessageArrived
from nodes.reading.mail import clean
from prompts.texts import TextBook
from server.cli.answer import answer_panel
from server.cli.consequences import action_lines, promise_line, review_panel
from server.cli.moments import moment_text
from server.cli.reasons import path_text, reason_rows
from server.timeline import ArrivalStory, RunStory

WIDTH = 100
"""Columns where there is no terminal to ask."""
QUOTED_LINES = 2


def console_for(*, plain: bool) -> Console:
    """A console on stdout: in colour where that is wanted and possible, 100 columns where there is no terminal."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    console = Console(no_color=plain or None, color_system=None if plain else "auto", highlight=False, emoji=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH
    return console


def heading(number: str, title: str, shows: str) -> RenderableType:
    """The title of a story and what it shows."""
    rule = Rule(Text(number, style="dim"), align="left", style="cyan")
    return Group(rule, Padding(Text(title, style="bold"), (0, 2)), Padding(Text(shows, style="italic dim"), (0, 2)))


def page(story: ArrivalStory, textbook: TextBook, width: int) -> Group:
    """Everything about one arrival."""
    return Group(*_parts(story, textbook, width))


def _parts(story: ArrivalStory, textbook: TextBook, width: int) -> Iterator[RenderableType]:
    if isinstance(story.arrival, MessageArrived):
        yield words_panel(story.arrival, story.runs)
    if isinstance(story.arrival, DecisionArrived):
        yield decision_panel(story.arrival)
    if isinstance(story.arrival, EventArrived):
        yield event_panel(story.arrival)
    told = [run for run in story.runs if not run.is_receipt]
    for run in told:
        yield Padding(_found(run, receipts_of(run, story.runs)), (0, 2))
    for run in story.runs:
        facts_of = run if run.context is not None else next((each for each in told if each.record.case_id == run.record.case_id), run)
        for said in run.said:
            yield answer_panel(said, facts_of.context, run.record.at, textbook, width)
    if not story.said:
        yield Padding(Text("No message to the customer.", style="dim"), (0, 2))
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", width=9)
    rows.add_column(ratio=1)
    for number, line in enumerate(action_lines(story.acted)):
        rows.add_row("actions" if number == 0 else "", line)
    rows.add_row("promise", promise_line(story.follow_up, story.runs[0].record.at if story.runs else story.arrival.at))
    yield Padding(rows, (0, 2))
    if story.escalation is not None:
        yield review_panel(story.escalation)


def receipts_of(run: RunStory, runs: tuple[RunStory, ...]) -> tuple[RunStory, ...]:
    """The runs that told what came of this run's actions."""
    return tuple(each for each in runs if each.is_receipt and each.record.arrival_id == f"receipt:{run.record.run_id}")


def words_panel(message: MessageArrived, runs: tuple[RunStory, ...]) -> Panel:
    """What the customer wrote; signature and quoted mail dimmed and shortened."""
    text = clean(message.text)
    read = next((run.outcome.understanding.text for run in runs if run.outcome.understanding), text).strip()
    body = Text(f"Subject: {message.subject}\n\n", style="dim") if message.subject else Text()
    body.append(read or text, style="not dim")
    rest = [line for line in text.removeprefix(read).split("\n") if line.strip()] if read and text.startswith(read) else []
    if rest:
        shown = "\n".join(line[:80] for line in rest[:QUOTED_LINES])
        more = len(rest) - QUOTED_LINES
        body.append(f"\n\n{shown}" + (f"\n... {more} more lines of signature and quoted mail" if more > 0 else ""), style="dim")
    customer_id = message.authenticated_customer_id
    who = f"logged in as {customer_id}" if customer_id else message.from_email or "unknown sender"
    title = Text.assemble(("The customer writes", "bold"), (f"  {message.channel.value}, {who}, {moment_text(message.at)}", "dim"))
    return Panel(body, title=title, title_align="left", box=ROUNDED, border_style="blue", padding=(0, 1))


def decision_panel(decision: DecisionArrived) -> Panel:
    """What a reviewer answered."""
    said = " ".join(part for part in (decision.decision, decision.approved_action) if part) or decision.text or ""
    body = Text(said.replace("_", " "), style="bold")
    body.append(f"  “{decision.rationale}”" if decision.rationale else "", style="not bold")
    return _panel("A reviewer answers", f"{decision.reviewer}, {moment_text(decision.at)}", body)


def event_panel(event: EventArrived) -> Panel:
    """What a backend reported."""
    about = ", ".join(part for part in (event.order_id, event.shipment_id, event.fulfillment_id, event.po_id, event.sku) if part)
    body = Text.assemble((event.type, "bold"), f"  {about}", (f"  happened {moment_text(event.occurred_at)}", "dim"))
    return _panel("A backend reports", f"{event.source}, {moment_text(event.at)}", body)


def _panel(title: str, who: str, body: Text) -> Panel:
    heading_text = Text.assemble((title, "bold"), (f"  {who}", "dim"))
    return Panel(body, title=heading_text, title_align="left", box=ROUNDED, border_style="blue", padding=(0, 1))


def _found(run: RunStory, receipts: tuple[RunStory, ...]) -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", width=9)
    rows.add_column(ratio=1)
    for label, value in (*reason_rows(run), ("path", _paths(run, receipts))):
        rows.add_row(label, value)
    return rows


def _paths(run: RunStory, receipts: tuple[RunStory, ...]) -> Text:
    text = Text(path_text(run.record.path), style="dim")
    for receipt in receipts:
        text.append(f"\nthe action is done: {path_text(receipt.record.path)}")
    return text
