"""Options that several commands share."""

from __future__ import annotations

from datetime import datetime
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
