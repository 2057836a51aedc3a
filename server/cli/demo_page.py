"""The demo on the terminal: a page per story, a table of all, and what no customer saw."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from graph.arrivals import MessageArrived
from server.cli.consequences import promise_words
from server.cli.own_words import words_or_refuse
from server.cli.page import heading, page
from server.cli.reasons import words
from server.cli.stage import DemoStory, Secrets, differences, secrets_of
from server.timeline import ArrivalStory

Played = tuple[tuple[DemoStory, ArrivalStory], ...]
EXAMPLES = 6


def show(console: Console, played: Played) -> bool:
    """Print everything; false if a story came out differently than it promises or something internal leaked."""
    textbook = words_or_refuse()
    console.print(_opening(played))
    for number, (story, told) in enumerate(played, 1):
        console.print(heading(f"{number}/{len(played)}", story.title, story.shows))
        console.print(page(told, textbook, console.width))
        for difference in differences(story, told):
            console.print(Text(f"  This came out differently than the story promises: {difference}", style="bold red"))
        console.print()
    secrets = secrets_of(tuple(told for _, told in played))
    if len(played) > 1:
        console.print(Rule(Text(_messages(played), style="dim"), align="left", style="cyan"))
        console.print(Padding(_summary(played), (0, 0, 1, 2)))
    console.print(_unseen(secrets))
    console.print(_next_steps())
    return not secrets.leaked and not any(differences(*each) for each in played)


def _opening(played: Played) -> Padding:
    text = Text("Fernhill Supply, a pretend shop", style="bold")
    text.append(f", {played[0][1].arrival.at:%A, %d %B %Y}. {_messages(played)} went through the real inbox, ", style="not bold")
    text.append("LangGraph graph, case store and outbox of this process. No network, no language model: rules decide. Beside ", style="not bold")
    return Padding(text.append("each sentence to a customer stand the facts that it states, each with its source and age.", style="not bold"), (1, 2))


def _messages(played: Played) -> str:
    messages = sum(isinstance(told.arrival, MessageArrived) for _, told in played)
    later = [_KINDS[told.arrival.kind] for _, told in played if not isinstance(told.arrival, MessageArrived)]
    return " and ".join((f"{messages} customer message{'s' if messages > 1 else ''}", *later))


_KINDS = {"decision": "a reviewer's decision", "event": "a backend's event"}


def _summary(played: Played) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("story", no_wrap=True)
    for name in ("condition", "handled by", "outcome", "done", "next update"):
        table.add_column(name)
    for story, told in played:
        run = told.runs[0].record
        done = ", ".join(words(acted.record.wanted.action) for acted in told.acted if acted.record.status == "executed")
        condition = Text(words(run.condition)) if run.condition else Text(words(run.reason), style="dim")
        handler = "" if run.handler.value == "none" else words(run.handler)
        style = "red" if differences(story, told) else ""
        table.add_row(story.story_id, condition, handler, run.disposition.value, done, promise_words(told.follow_up, run.at), style=style)
    return table


def _unseen(secrets: Secrets) -> Padding:
    text = Text("What you did not see: ", style="bold")
    if secrets.leaked:
        text.append(f"{len(secrets.leaked)} internal texts reached a customer: {'; '.join(secrets.leaked)}", style="bold red")
        return Padding(text, (0, 1, 1, 1))
    text.append(
        f"{len(secrets.known)} internal notes, supplier names and private messages lay on the table of these runs, "
        "and not one of them stands in a text to a customer. Some of them: "
        if secrets.known
        else "nothing internal was known here.",
        style="not bold",
    )
    worded = sorted((each for each in secrets.known if " " in each and len(each) <= 60), key=len)
    shown = worded[:: max(1, len(worded) // EXAMPLES)][:EXAMPLES]
    return Padding(text.append("; ".join(f"“{each}”" for each in shown), style="dim not bold"), (0, 1, 1, 1))


def _next_steps() -> Padding:
    text = Text("Ask yourself: ", style="bold")
    text.append('wismo ask "Where is my order?" --customer C-7017', style="cyan not bold")
    return Padding(text.append("    See the graph: ").append("wismo graph", style="cyan not bold"), (0, 1))
