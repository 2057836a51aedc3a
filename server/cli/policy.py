"""`wismo policy`: checking and showing the numbers that decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import ExistingFile
from server.cli.refusal import FOUND

app = typer.Typer(help="Check or show the policy: every number that decides.", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A policy file (TOML).", metavar="FILE", **ExistingFile)]) -> None:
    """Say everything that is wrong with a policy file, with the line of each problem.

    Example: wismo policy check shop.toml
    """
    from server.policy_file import check_policy, read_policy

    if problems := check_policy(file):
        for problem in problems:
            typer.echo(f"{file}: {problem}", err=True)
        raise typer.Exit(FOUND)
    typer.echo(f"{file} can be used: policy version {read_policy(file).version}")


@app.command()
def show(
    file: Annotated[Path | None, typer.Argument(help="A policy file; without it the shipped default.", metavar="FILE", **ExistingFile)] = None,
) -> None:
    """Print the shipped policy file with its comments, or the values that a file of your own comes to, as JSON.

    Example: wismo policy show > shop.toml
    """
    from importlib.resources import files

    from server.cli.refusal_of_policy import policy_or_refuse

    if file is None:
        typer.echo((files("server") / "policies" / "default.toml").read_text(encoding="utf-8"), nl=False)
    else:
        typer.echo(policy_or_refuse(file).model_dump_json(indent=2))
