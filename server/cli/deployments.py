"""`wismo deployments`: what starts a run, and the switch of each entry point."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import Data, ExistingFile
from server.cli.refusal import FOUND, refuse

app = typer.Typer(help="Entry points: what starts a run, and in which mode.", no_args_is_help=True)
NameOf = Annotated[str, typer.Argument(help="The name of the entry point.", metavar="NAME")]


@app.callback()
def deployments() -> None:
    """Entry points: what starts a run, and in which mode."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="An entry points file (TOML).", metavar="FILE", **ExistingFile)]) -> None:
    """Say everything that is wrong with an entry points file, with line and key of each problem.

    Example: wismo deployments check deployments.toml
    """
    from server.deployments_file import read_deployments
    from server.toml_file import TomlFileError

    try:
        found = read_deployments(file)
    except TomlFileError as error:
        for problem in error.problems:
            typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(FOUND) from None
    for each in found.deployments:
        typer.echo(f"{each.name}: {each.trigger.kind}, {each.mode.value}{'' if each.enabled else ', off'}")


@app.command("list")
def list_deployments(data: Data = None) -> None:
    """List the entry points of a data folder.

    Example: wismo deployments list --data ./shop
    """
    from checkpoints.outbox import Outbox
    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.cli.wires import deployments_or_refuse

    found = deployments_or_refuse(data or default_data_folder())
    if found is None:
        typer.echo("No entry points: every message and event starts a run.")
        return
    with kept_cases(data) as connection:
        paused = Outbox(connection).paused_deployments()
    for each in found.deployments:
        typer.echo(f"{each.name}: {each.trigger.kind}, {each.mode.value}{'' if each.enabled else ', off'}{', paused' if each.name in paused else ''}")


@app.command()
def pause(name: NameOf, data: Data = None) -> None:
    """Hold back all messages and actions of one entry point, at once; nothing is lost.

    Example: wismo deployments pause late-mail --data ./shop
    """
    _turn(name, data, True)


@app.command()
def resume(name: NameOf, data: Data = None) -> None:
    """Let go what an entry point held back.

    Example: wismo deployments resume late-mail --data ./shop
    """
    _turn(name, data, False)


def _turn(name: str, data: Path | None, on: bool) -> None:
    from checkpoints.outbox import Outbox
    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.cli.wires import deployments_or_refuse

    found = deployments_or_refuse(data or default_data_folder())
    with kept_cases(data) as connection:
        outbox = Outbox(connection)
        if (found is None or found.named(name) is None) and name not in outbox.paused_deployments():
            refuse(f"no entry point is called {name!r}; `wismo deployments list` shows them")
        outbox.pause_deployment(name, on)
    typer.echo(f"{name} is {'paused' if on else 'resumed'}")
