"""`wismo world`: checking the facts that the embedded backends serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import ExistingFile
from server.cli.refusal import FOUND

app = typer.Typer(help="Check a world file: the facts of all backends.", no_args_is_help=True)


@app.callback()
def world() -> None:
    """Check a world file: the facts of all backends."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A world file (JSON).", metavar="FILE", **ExistingFile)]) -> None:
    """Say everything that is wrong with a world file, with the line of each problem.

    Example: wismo world check shop.json
    """
    from tools.embedded.world_file import WorldFileError, read_world

    try:
        facts = read_world(file)
    except WorldFileError as error:
        for problem in error.problems:
            typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(FOUND) from None
    counts = ((facts.customers, "customers"), (facts.orders, "orders"), (facts.shipments, "parcels"))
    typer.echo(f"{file} can be used: {', '.join(f'{len(rows)} {name}' for rows, name in counts)}")
