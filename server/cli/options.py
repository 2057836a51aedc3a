"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

ExistingFile: dict[str, Any] = {"exists": True, "dir_okay": False, "readable": True}

Data = Annotated[Path | None, typer.Option(help="Keep the cases in this folder.", file_okay=False, metavar="DIR")]


class Channel(StrEnum):
    """Where a customer writes. The labels of `graph.labels`, which is too slow to import for a help text."""

    chat = "chat"
    email = "email"
    ticket = "ticket"
