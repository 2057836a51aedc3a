"""`wismo world`: the facts that the embedded backends serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import ExistingFile
from server.cli.refusal import FOUND

app = typer.Typer(help="World files: the facts that the embedded backends serve.", no_args_is_help=True)


@app.callback()
def world() -> None:
    """World files: the facts that the embedded backends serve."""


@app.command()
def demo() -> None:
    """Print the demo shop as a world file, moved to this hour: something to serve, or to begin your own from.

    Example: wismo world demo > world.json
    """
    import json
    from datetime import UTC, datetime

    from tools.demo import demo_world_at

    typer.echo(json.dumps(demo_world_at(datetime.now(UTC)), ensure_ascii=False, indent=1))


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
