"""Files that a command leaves behind."""

from __future__ import annotations

from pathlib import Path

from server.cli.refusal import MISTYPED, refuse


def written(path: Path, text: str) -> None:
    """Write a file whole; a place that cannot be written to ends the command."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"{path} cannot be written: {error.strerror}", code=MISTYPED)
