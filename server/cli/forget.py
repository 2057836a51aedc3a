"""`wismo forget`: erase a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import Data
from server.cli.refusal import FOUND, note, refuse

if TYPE_CHECKING:
    from checkpoints.belongings import Person
    from server.forgetting import ForgetReceipt


def forget(
    customer: Annotated[str, typer.Argument(help="The customer id, or a mail address of somebody who was never identified.", metavar="CUSTOMER")],
    email: Annotated[list[str] | None, typer.Option(help="One more mail address of theirs; the OMS's are known.", metavar="ADDRESS")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The receipt as JSON.")] = False,
    data: Data = None,
) -> None:
    """Erase a person: their rows, texts and checkpoints. It cannot be undone.

    The files are written anew and read byte by byte afterwards. The ledger keeps keyed hashes. The receipt names nobody: keep it. Connected
    systems, Slack and backups are not touched. Where a service runs on the folder, an admin asks it: POST /v1/forget.

    Examples:

    wismo forget C-7001 --data ./shop

    wismo forget someone@mailbox.example --yes --json
    """
    import asyncio

    from checkpoints.belongings import Person
    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.http.opening import AlreadyServed, alone_in

    with kept_cases(data):
        folder = data or default_data_folder()
    addresses = frozenset(one.strip().lower() for one in [*(email or ()), *([customer] if "@" in customer else ())])
    person = Person(None if "@" in customer else customer, addresses)
    if not yes:
        typer.confirm(f"Erase everything of {customer} in {folder}? It cannot be undone.", abort=True)
    try:
        with alone_in(folder):
            receipt = asyncio.run(_forgotten(person, folder))
    except AlreadyServed:
        refuse(f"a service runs on {folder}; ask it: POST /v1/forget with an admin token")
    if receipt is None:
        refuse(f"nothing is known of {customer} in {folder}")
    typer.echo(receipt.model_dump_json(indent=2) if as_json else _page(receipt))
    if receipt.left or receipt.not_compacted:
        raise typer.Exit(FOUND)


async def _forgotten(person: Person, folder: Path) -> ForgetReceipt | None:
    import os
    from datetime import UTC, datetime

    from server.cli.stage import house_at
    from server.forgetting import forget, pseudonyms_of
    from server.policy_file import read_policy

    async with house_at(datetime.now(UTC), read_policy(None), folder) as (house, _):
        return await forget(house, person, folder, pseudonyms_of(folder, os.environ), by="operator")


def _page(receipt: ForgetReceipt) -> str:
    rows = ", ".join(f"{count} {table}" for table, count in receipt.rows.items()) or "none: they were erased before"
    lines = [
        f"erased at {receipt.at:%Y-%m-%d %H:%M:%S} UTC; the ledger knows the person as {receipt.person}",
        f"rows: {rows}",
        f"checkpoint threads: {receipt.checkpoints}; ledger lines with keyed hashes: {receipt.ledger_lines}",
        f"searched {receipt.bytes_searched} bytes for {receipt.words_searched} words of theirs: "
        + ("nothing is left" if not receipt.left else "some are left, in rows of somebody else or overlooked:"),
        *(f"  {one.file}: {one.count} x {one.kind}" for one in receipt.left),
        *(f"posted to Slack, delete it there: {post}" for post in receipt.slack_posts),
    ]
    for name in receipt.not_compacted:
        note(f"{name} is being read by another process; run this once more when it has ended")
    return "\n".join(lines)
