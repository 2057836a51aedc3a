"""`wismo token`: who may use the HTTP door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data
from server.cli.refusal import note, refuse

if TYPE_CHECKING:
    from checkpoints.tokens import Tokens

app = typer.Typer(help="Tokens of the HTTP door: add, list, revoke.", no_args_is_help=True)


class TokenScope(StrEnum):
    """What a token is good for. The scopes of `checkpoints.tokens`, which is too slow to import for a help text."""

    intake = "intake"
    intake_vouch = "intake_vouch"
    events = "events"
    read = "read"
    decide = "decide"
    admin = "admin"


@app.callback()
def token() -> None:
    """Tokens of the HTTP door: add, list, revoke."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for, to tell it from others.", metavar="NAME")],
    scope: Annotated[list[TokenScope], typer.Option(help="What it is good for; once per scope.")],
    reviewer: Annotated[str | None, typer.Option(help="With decide: whose decisions it brings, an id that the policy lists.", metavar="ID")] = None,
    data: Data = None,
) -> None:
    """Make a token and print it: once, for only its hash is kept.

    intake: messages and teammates' answers. intake_vouch: may also say which customer is logged in. events: backend events. read: cases,
    promises, reviews, metrics. decide: decisions of one reviewer. admin: all of that but decide, and the pause switch.

    Examples:

    wismo token add helpdesk --scope intake --data ./shop

    wismo token add "lead's console" --scope read --scope decide --reviewer U0CXLEAD
    """
    from datetime import UTC, datetime

    from checkpoints.tokens import Scope

    with _tokens(data, new=True) as tokens:
        try:
            made, text = tokens.issue(name, frozenset(Scope(one.value) for one in scope), datetime.now(UTC), reviewer=reviewer)
        except ValueError as problem:
            refuse(str(problem))
    note(f"token {made.token_id}, shown this once:")
    typer.echo(text)


@app.command("list")
def list_tokens(data: Data = None) -> None:
    """List the tokens, without their secrets.

    Example: wismo token list --data ./shop
    """
    with _tokens(data) as tokens:
        for one in tokens.every():
            scopes = ",".join(sorted(one.scopes)) + (f" for {one.reviewer}" if one.reviewer else "")
            ended = f"revoked {one.revoked_at:%Y-%m-%d %H:%M}" if one.revoked_at else "valid"
            typer.echo(f"{one.token_id}  {ended}  {scopes}  made {one.created_at:%Y-%m-%d %H:%M}  {one.name}")


@app.command()
def revoke(token_id: Annotated[str, typer.Argument(help="Its id, as `wismo token list` shows it.", metavar="ID")], data: Data = None) -> None:
    """End a token. A running service refuses it from then on.

    Example: wismo token revoke 3f9a61c0b2d4 --data ./shop
    """
    from datetime import UTC, datetime

    with _tokens(data) as tokens:
        if not tokens.revoke(token_id, datetime.now(UTC)):
            refuse(f"no valid token has the id {token_id!r}; `wismo token list` shows them")
    typer.echo(f"token {token_id} is revoked")


@contextmanager
def _tokens(data: Path | None, *, new: bool = False) -> Iterator[Tokens]:
    """The tokens of a data folder, which is made where a token may be its first content."""
    from checkpoints.schema import connect
    from checkpoints.tokens import Tokens
    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.cli.storing import database_address

    folder = data or default_data_folder()
    if new and database_address() is None and not (folder / "wismo.sqlite").exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connect(folder / "wismo.sqlite").close()
    with kept_cases(data) as connection:
        yield Tokens(connection)
