"""How a command says no: one clear sentence on stderr, and an exit code."""

from __future__ import annotations

from typing import NoReturn

import typer

FOUND = 1
"""Exit code: something was found, or the input is bad."""
MISTYPED = 2
"""Exit code: the command was typed wrongly."""


def refuse(*sentences: str, code: int = FOUND) -> NoReturn:
    """Say why on stderr and end the command."""
    for sentence in sentences:
        typer.echo(f"wismo: {sentence}", err=True)
    raise typer.Exit(code)


def note(sentence: str) -> None:
    """Say something on stderr that is no result."""
    typer.echo(f"wismo: {sentence}", err=True)
