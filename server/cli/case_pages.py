"""Cases on the terminal: the list, and the timeline of one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from graph.case import CaseRecord
from graph.context import OrderContext
from server.cli.answer import answer_panel
from server.cli.consequences import action_lines, promise_line, review_panel
from server.cli.fact_values import facts_in_short
from server.cli.moments import moment_text
from server.cli.occasions import occasion
from server.cli.own_words import words_or_refuse
from server.cli.page import console_for, words_panel
from server.cli.reasons import path_text, reason_rows, words
from server.slack.settings import Links
from server.timeline import CaseStory, RunStory


def show_cases(cases: tuple[CaseRecord, ...], *, as_json: bool, plain: bool) -> None:
    """The list of cases."""
    if as_json:
        print(json.dumps([case.model_dump(mode="json") for case in cases], ensure_ascii=False, indent=2))
        return
    console = console_for(plain=plain)
    if not cases:
        console.print("No cases.")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1))
    table.add_column("case", no_wrap=True)
    for name in ("order", "customer", "condition", "opened", "next update", "state"):
        table.add_column(name)
    for case in cases:
        due = moment_text(case.next_follow_up_due_at) if case.next_follow_up_due_at else ""
        condition = words(case.condition_type) if case.condition_type else ""
        table.add_row(case.wismo_case_id, case.order_id or "", case.customer_id or "", condition, moment_text(case.opened_at), due, _state(case))
    console.print(table)


def show_case(story: CaseStory, *, plain: bool) -> None:
    """The timeline of a case."""
    console = console_for(plain=plain)
    console.print(Group(*_parts(story, console.width)))


def _parts(story: CaseStory, width: int) -> Iterator[RenderableType]:
    case = story.case
    whose = f"order {case.order_id or 'unknown'}, customer {case.customer_id or 'unknown'}"
    yield Text.assemble((case.wismo_case_id, "bold"), f"  {_state(case)}, {whose}")
    contexts: dict[str, OrderContext] = {run.record.run_id: run.context for run in story.runs if run.context is not None}
    newest: OrderContext | None = None
    for number, run in enumerate(story.runs, 1):
        newest = contexts.get(run.record.run_id, newest)
        arrival = story.arrivals.get(run.record.arrival_id)
        what = occasion(arrival) if arrival is not None else run.record.kind
        yield Rule(Text(f"{number}  {moment_text(run.record.at)}  {what}", style="dim"), align="left", style="cyan")
        yield from _run(story, run, newest, width)
    yield Rule(Text("as it stands now", style="dim"), align="left", style="cyan")
    yield Padding(_standing(story), (0, 2))
    for review in story.escalations:
        yield review_panel(review)


def _run(story: CaseStory, run: RunStory, context: OrderContext | None, width: int) -> Iterator[RenderableType]:
    arrival = story.arrivals.get(run.record.arrival_id)
    if arrival is not None and arrival.kind == "message":
        yield words_panel(arrival, (run,))
    rows = _rows()
    for label, value in reason_rows(run) if not run.is_receipt else ():
        rows.add_row(label, value)
    if run.context is not None:
        rows.add_row("facts", Text("\n".join(facts_in_short(run.context)), style="dim"))
    rows.add_row("path", Text(path_text(run.record.path), style="dim"))
    if trace := Links.of(os.environ).run(run.record.run_id):
        rows.add_row("trace", Text(trace, style="dim"))
    for note in run.notes:
        rows.add_row("note", Text(note))
    yield Padding(rows, (0, 2))
    for said in run.said:
        yield answer_panel(said, context, run.record.at, words_or_refuse(), width)
    ledger = _rows()
    for number, line in enumerate(run.ledger):
        ledger.add_row("" if number else "ledger", Text(f"{line.who}: {line.what}{f' ({line.why})' if line.why else ''}", style="dim"))
    yield Padding(ledger, (0, 2))


def _standing(story: CaseStory) -> Table:
    rows = _rows()
    now = story.runs[-1].record.at if story.runs else story.case.opened_at
    acted = [acted for run in story.runs for acted in run.acted]
    for line in action_lines(acted):
        rows.add_row("action", line)
    for follow_up in story.follow_ups:
        rows.add_row("promise", Text(f"{follow_up.status.value}: ").append_text(promise_line(follow_up, now)))
    if not acted and not story.follow_ups:
        rows.add_row("", Text("no actions, no promises", style="dim"))
    return rows


def _rows() -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", width=9)
    rows.add_column(ratio=1)
    return rows


def _state(case: CaseRecord) -> str:
    if case.taken_over:
        return "taken over"
    return "open" if case.is_open else "closed"
