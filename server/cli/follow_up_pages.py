"""Promises on the terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from server.cli.moments import away_text, moment_text, span_text
from server.cli.page import console_for
from server.cli.reasons import words
from server.follow_ups import Promise


def show_promises(promises: tuple[Promise, ...], now: datetime, *, watches: int | None, as_json: bool, plain: bool) -> None:
    """The promises, the next one first; without the number of watches they are only the late ones."""
    if as_json:
        print(json.dumps([_record(promise, now) for promise in promises], ensure_ascii=False, indent=2))
        return
    console = console_for(plain=plain)
    if promises:
        console.print(_table(promises, now))
    else:
        console.print("Nothing is promised." if watches is not None else "Nothing is late.")
    if watches:
        console.print(Text(f"{watches} open case{'s are' if watches > 1 else ' is'} watched without a promise.", style="dim"))


def _table(promises: tuple[Promise, ...], now: datetime) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1))
    for name in ("next update by", "", "order", "case", "because of", "without news so far"):
        table.add_column(name, no_wrap=name == "case")
    for promise in promises:
        row = promise.follow_up
        checkpoints = str(row.checkpoints) if row.checkpoints else ""
        table.add_row(moment_text(promise.by), _distance(promise, now), promise.order_id or "", row.case_id, words(row.reason), checkpoints)
    return table


def _distance(promise: Promise, now: datetime) -> Text:
    if promise.is_late(now):
        return Text(f"{span_text(now - promise.by)} late", style="bold red")
    return Text(away_text(promise.by, now))


def _record(promise: Promise, now: datetime) -> dict[str, Any]:
    whose = {"order_id": promise.order_id, "customer_id": promise.customer_id, "late": promise.is_late(now)}
    return {**promise.follow_up.model_dump(mode="json"), **whose}
