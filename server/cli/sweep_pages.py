"""A sweep on the terminal: what was worked on, what came of it, and what could not be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from checkpoints.database import Database
from graph.arrivals import TimerArrived
from graph.commit import RunRecord
from graph.labels import Disposition
from server.cli.moments import moment_text
from server.cli.occasions import occasion
from server.cli.page import console_for
from server.cli.reasons import words
from server.cli.refusal import note
from server.sweep import Swept
from server.timeline import ArrivalStory, arrival_story


@dataclass(frozen=True)
class Told:
    """A sweep, as it is shown."""

    at: datetime
    swept: Swept
    stories: tuple[ArrivalStory, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be done, and why."""
        failed = [f"{story.arrival.arrival_id}: {story.why or 'another process works on it'}" for story in self.stories if story.state != "done"]
        return (*failed, *([f"the OMS did not give its open orders: {self.swept.because}"] if self.swept.because else []))


def told_of(swept: Swept, connection: Database, at: datetime) -> Told:
    """The sweep with the stories of all that it worked on."""
    roots = dict.fromkeys((*swept.left_behind, *swept.due, *swept.looked_again, *swept.found))
    kept = [root for root in roots if connection.execute("select 1 from arrivals where arrival_id = ?", (root,)).fetchone()]
    return Told(at, swept, tuple(arrival_story(connection, root) for root in kept))


def show_sweep(told: Told, *, plain: bool) -> None:
    """The sweep in a line, what came of it in a table, and what could not be done on stderr."""
    console = console_for(plain=plain)
    console.print(Text(f"{moment_text(told.at)}: {_in_short(told.swept)}."))
    rows = [row for story in told.stories for row in _rows(story)]
    if rows:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1))
        for name in ("why", "order", "case", "what came of it"):
            table.add_column(name, no_wrap=name == "case")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for problem in told.problems:
        note(problem)


def _in_short(swept: Swept) -> str:
    counts = [
        (len(swept.left_behind), "left behind"),
        (len(swept.due), "due"),
        (len(swept.looked_again), "looked at again"),
        (swept.open_orders, "open orders looked through"),
        (len(swept.found), "of them with news"),
        (swept.checkpoints, "old checkpoints removed"),
    ]
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing waits"


def _rows(story: ArrivalStory) -> Iterator[tuple[str, str, str, str]]:
    """One row per run that came to anything; a look without news is only counted."""
    for run in (each.record for each in story.runs if not each.is_receipt):
        if run.disposition is not Disposition.NONE or isinstance(story.arrival, TimerArrived):
            yield occasion(story.arrival), run.order_id or "", run.case_id or "", _what(run)


def _what(run: RunRecord) -> str:
    if run.kind == "timer" and run.disposition is Disposition.NONE:
        return "reviewers are reminded"
    why = ", ".join(words(each) for each in (run.reason, run.condition) if each)
    return f"{run.disposition.value}{f': {why}' if why else ''}"
