"""`wismo dead`: arrivals that could not be worked on, and deliveries that the endpoint will not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data
from server.cli.refusal import FOUND, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkpoints.dead_letters import DeadLetter, DeadLetters


def dead(
    redrive: Annotated[str | None, typer.Option(help="Put this one back; the worker takes it next.", metavar="ID")] = None,
    redrive_all: Annotated[bool, typer.Option("--redrive-all", help="Put all of them back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    data: Data = None,
) -> None:
    """List arrivals and deliveries that failed too often, with the last reason; or put them back once it is gone. Exit code 1 if there are any.

    Examples:

    wismo dead --data ./shop

    wismo dead --redrive message_5wx2k3fnqbza --data ./shop
    """
    from checkpoints.dead_letters import DeadLetters
    from server.cli.kept import kept_cases

    with kept_cases(data) as connection:
        letters = DeadLetters(connection)
        if redrive is not None or redrive_all:
            _put_back(letters, redrive)
            return
        found = list(_every(letters))
    for each in found:
        typer.echo(_json(each) if as_json else f"{each.letter_id}  {each.kind}  {each.at:%Y-%m-%d %H:%M:%S}  {each.attempts} attempts  {each.why}")
    if found:
        raise typer.Exit(FOUND)
    if not as_json:
        typer.echo("no dead letters")


def _put_back(letters: DeadLetters, letter_id: str | None) -> None:
    from datetime import UTC, datetime

    ids = [letter_id] if letter_id is not None else [each.letter_id for each in _every(letters)]
    became = [letters.redrive(one, by="operator", at=datetime.now(UTC)) for one in ids]
    if letter_id is not None and became == [None]:
        refuse(f"no dead letter has the id {letter_id!r}; `wismo dead` lists them")
    if overtaken := became.count("dropped"):
        typer.echo(f"{overtaken} dropped: a later text of the case went out, or waits")
    typer.echo(f"{became.count('waiting')} put back; the worker takes them next, `wismo sweep` where none runs")


def _every(letters: DeadLetters) -> Iterable[DeadLetter]:
    from checkpoints.dead_letters import BEGINNING

    after = BEGINNING
    while page := letters.some(after, 500):
        yield from page
        after = page[-1].place


def _json(letter: DeadLetter) -> str:
    import json

    told = {"id": letter.letter_id, "kind": letter.kind, "at": letter.at.isoformat(), "attempts": letter.attempts, "why": letter.why}
    return json.dumps(told, ensure_ascii=False)
