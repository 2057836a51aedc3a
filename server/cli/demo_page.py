"""The demo on the terminal: a page per story, a table of all, and what no customer saw."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from prompts.texts import TextBook
from server.cli.consequences import promise_words
from server.cli.page import heading, page
from server.cli.stage import DemoStory, Secrets, differences, secrets_of
from server.timeline import ArrivalStory

Played = tuple[tuple[DemoStory, ArrivalStory], ...]
EXAMPLES = 6


def show(console: Console, played: Played) -> bool:
    """Print everything; false if a story came out differently than it promises or something internal leaked."""
    textbook = TextBook.load()
    for number, (story, told) in enumerate(played, 1):
        console.print(heading(f"{number}/{len(played)}", story.title, story.shows))
        console.print(page(told, textbook, console.width))
        for difference in differences(story, told):
            console.print(Text(f"  This came out differently than the story promises: {difference}", style="bold red"))
        console.print()
    secrets = secrets_of(tuple(told for _, told in played))
    if len(played) > 1:
        console.print(_summary(played))
    console.print(_unseen(secrets))
    console.print(_next_steps())
    return not secrets.leaked and not any(differences(*each) for each in played)


def _summary(played: Played) -> Table:
    table = Table(box=SIMPLE_HEAD, title=Text(f"{len(played)} messages", style="bold"), title_justify="left", expand=True, padding=(0, 1))
    for name in ("story", "condition", "handler", "came to", "done", "next update"):
        table.add_column(name, overflow="fold")
    for story, told in played:
        run = told.runs[0].record
        done = ", ".join(acted.record.wanted.action.value for acted in told.acted if acted.record.status == "executed")
        style = "red" if differences(story, told) else ""
        condition = run.condition.value if run.condition else Text(run.reason.value, style="dim")
        handler = "" if run.handler.value == "none" else run.handler.value
        table.add_row(Text(story.story_id, style=style), condition, handler, run.disposition.value, done, promise_words(told.follow_up, run.at))
    return table


def _unseen(secrets: Secrets) -> Padding:
    text = Text("What you did not see: ", style="bold")
    if secrets.leaked:
        text.append(f"{len(secrets.leaked)} internal texts reached a customer: {'; '.join(secrets.leaked)}", style="bold red")
        return Padding(text, (0, 1, 1, 1))
    text.append(
        f"{len(secrets.known)} internal notes, supplier names and private messages lay on the table of these runs, "
        "and not one of them stands in a text to a customer. Some of them: ",
        style="not bold",
    )
    shown = sorted(secrets.known, key=len)[:: max(1, len(secrets.known) // EXAMPLES)][:EXAMPLES]
    return Padding(text.append("; ".join(f"“{each}”" for each in shown), style="dim not bold"), (0, 1, 1, 1))


def _next_steps() -> Padding:
    text = Text("Ask yourself: ", style="bold")
    text.append('wismo ask "Where is my order?" --customer C-7017', style="cyan not bold")
    return Padding(text.append("    See the graph: ").append("wismo graph", style="cyan not bold"), (0, 1))
