"""The answer as the customer reads it, and beside each sentence the facts behind it."""

from __future__ import annotations

from datetime import datetime

from rich.box import ROUNDED
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from graph.context import OrderContext
from prompts.texts import TextBook
from server.cli.evidence import Sentence, age_text, sentences_of, unworded
from server.timeline import Said

SIDE_BY_SIDE = 88
"""From this width on the evidence stands beside the sentences, else below each."""


def answer_panel(said: Said, context: OrderContext | None, now: datetime, textbook: TextBook, width: int) -> Panel:
    """The text of a message with its evidence."""
    message = said.message
    sentences = sentences_of(message, textbook)
    lay = _beside if width >= SIDE_BY_SIDE else _below
    body: list[RenderableType] = [lay(sentences, context, now)]
    if rest := unworded(message, sentences):
        body.append(Text("also rests on " + ", ".join(f"{fact.field} = {fact.value} [{fact.source.value}]" for fact in rest), style="dim"))
    title = Text.assemble(("The customer reads", "bold"), (f"  {message.language.value}, {said.fate}", "dim"))
    subtitle = Text("source, age, fact", style="dim") if width >= SIDE_BY_SIDE else None
    style = "green" if message.visible else "yellow"
    return Panel(Group(*body), title=title, title_align="left", subtitle=subtitle, subtitle_align="right", box=ROUNDED, border_style=style)


def _beside(sentences: tuple[Sentence, ...], context: OrderContext | None, now: datetime) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=11)
    table.add_column(ratio=9)
    for sentence in sentences:
        table.add_row(_sentence(sentence), _facts(sentence, context, now))
    return table


def _below(sentences: tuple[Sentence, ...], context: OrderContext | None, now: datetime) -> Table:
    table = Table.grid(expand=True)
    for sentence in sentences:
        table.add_row(_sentence(sentence))
        if sentence.stated:
            table.add_row(_facts(sentence, context, now))
    return table


def _sentence(sentence: Sentence) -> Text:
    text = Text(sentence.text)
    for stated in sentence.stated:
        text.stylize("bold cyan", stated.start, stated.end)
    return text


def _facts(sentence: Sentence, context: OrderContext | None, now: datetime) -> Table:
    """One row per source and age, with the words that rest on it."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=8, style="magenta")
    rows.add_column(width=6, style="dim")
    rows.add_column(overflow="fold", style="dim cyan")
    words: dict[tuple[str, str], list[str]] = {}
    for stated in sentence.stated:
        own = words.setdefault((stated.fact.source.value, age_text(stated.fact, context, now)), [])
        if stated.words not in own:
            own.append(stated.words)
    for (source, age), each in words.items():
        rows.add_row(source, age, "\n".join(each))
    return rows
