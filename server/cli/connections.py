"""`wismo connections`: checking how the systems of a shop are connected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data, ExistingFile
from server.cli.refusal import FOUND, refuse

if TYPE_CHECKING:
    from server.connections_file import Wires

app = typer.Typer(help="Connections: the systems of a shop, over HTTP.", no_args_is_help=True)


@app.callback()
def connections() -> None:
    """Connections: the systems of a shop, over HTTP."""


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A connections file (TOML); without it what belongs to the data folder.", metavar="FILE", **ExistingFile)
    ] = None,
    data: Data = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask every system something that nobody has, and say what it answered.")] = True,
    order: Annotated[str | None, typer.Option(help="Ask about this order too, and read everything about it strictly.", metavar="ORDER_ID")] = None,
) -> None:
    """Say everything that is wrong with connections: keys, addresses, secrets that are not set, systems that do not answer as the contract says.

    Examples:

    wismo connections check connections.toml --order O-1042

    wismo connections check --data ./shop
    """
    import asyncio

    from server.cli.folders import default_data_folder
    from server.cli.wires import wires_or_refuse

    folder = data or default_data_folder()
    wires = wires_or_refuse(folder, file)
    if wires is None:
        refuse(
            f"nothing is connected: no file is given, none is {folder / 'connections.toml'}, and neither WISMO_CONNECTIONS nor WISMO_OMS_URL is set"
        )
    if not ask:
        typer.echo("The connections can be used.")
        return
    problems = asyncio.run(_asked(wires, order))
    if problems:
        raise typer.Exit(FOUND)


async def _asked(wires: Wires, order: str | None) -> bool:
    """Whether any system did not answer as it should."""
    from server.cli.connection_pages import told_of

    failed = False
    async for line, is_well in told_of(wires, order):
        typer.echo(line)
        failed = failed or not is_well
    return failed
