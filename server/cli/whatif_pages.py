"""What would have been otherwise, on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graph.policy import Costs
from server.whatif.comparing import Change, WhatIf
from server.whatif.costs import cost_rows

_SHOWN = 12
_NAMES = 3


def show_whatif(console: Console, found: WhatIf, *, source: str, before: str, after: str, costs: Costs, page: Path | None) -> None:
    """Keys, costs, and the changed decisions."""
    text = Text(f"{len(found.decisions)} of {found.messages} decisions on {source} change", style="bold")
    text.append(
        f", {len(found.wordings)} answers only read differently: {before} against {after}. Nothing was sent and nothing was done.", style="not bold"
    )
    console.print(Padding(text, (1, 2)))
    for key in found.keys:
        console.print(Padding(Text(str(key), style="cyan"), (0, 4)))
    table = _table("", "before", "after", "difference", numbers=3)
    for row in cost_rows(found, costs):
        table.add_row(*row)
    console.print(Padding(table, (1, 2)))
    if found.decisions:
        console.print(Padding(_changes(found), (0, 2)))
    if page is not None:
        console.print(Padding(Text.assemble("The page with every change: ", (str(page), "cyan")), (0, 2)))


def _changes(found: WhatIf) -> Table:
    """Changes of one kind in one row, the frequent ones first."""
    kinds: dict[tuple[str, ...], list[Change]] = {}
    for change in found.decisions:
        because = "\n".join(key.name for key in change.because) or "all together"
        moves = change.did_before if change.did_before == change.did_after else f"{change.did_before} → {change.did_after}"
        kinds.setdefault((moves, _what(change), because), []).append(change)
    table = _table("", "times", "what changes", "because of", "messages", numbers=1)
    ordered = sorted(kinds.items(), key=lambda each: -len(each[1]))
    for (moves, what, because), changes in ordered[:_SHOWN]:
        names = [each.before.name for each in changes]
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        table.add_row(moves, str(len(names)), what, because, ", ".join(names[:_NAMES]) + more)
    if len(ordered) > _SHOWN:
        table.add_row("...", str(sum(len(each) for _, each in ordered[_SHOWN:])), "of other kinds; the page shows them")
    return table


def _what(change: Change) -> str:
    told = [f"{old} → {new}" for name, (old, new) in change.differences.items() if name in {"condition", "triggers"}]
    return "\n".join(told) or ", ".join(name for name in change.differences if name != "text")


def _table(*names: str, numbers: int = 0) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(names):
        table.add_column(name, justify="right" if 0 < place <= numbers else "left", overflow="fold")
    return table
