"""Options that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

ExistingFile: dict[str, Any] = {"exists": True, "dir_okay": False, "readable": True}

At = Annotated[str | None, typer.Option(help="When, with UTC offset. Default: now; a kept demo shop stands at its last arrival.", metavar="ISO")]
Data = Annotated[Path | None, typer.Option(help="Keep the cases in this folder.", file_okay=False, metavar="DIR")]


class Channel(StrEnum):
    """Where a customer writes. The labels of `graph.labels`, which is too slow to import for a help text."""

    chat = "chat"
    email = "email"
    ticket = "ticket"


def moment_or_mistyped(option: str, text: str) -> datetime:
    """The moment that was typed; it needs a UTC offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} {text} is no time; write it like 2026-03-17T14:00:00Z") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{option} {text} has no UTC offset; write it like {text}Z or {text}+01:00")
    return moment


_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_or_ago(option: str, text: str, now: datetime) -> datetime:
    """The moment that was typed: a time with offset, a day (in UTC), or so long before now, such as 7d, 24h or 2w."""
    if text[:-1].isdecimal() and text[-1:] in _UNITS:
        try:
            return now - int(text[:-1]) * _UNITS[text[-1]]
        except OverflowError:
            raise typer.BadParameter(f"{option} {text} is longer ago than time goes") from None
    if len(text) == len("2026-03-17"):
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            raise typer.BadParameter(f"{option} {text} is no day; write it like 2026-03-17, or 7d for seven days ago") from None
    return moment_or_mistyped(option, text)
