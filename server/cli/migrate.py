"""`wismo migrate`: the tables of a PostgreSQL database."""

from __future__ import annotations

import typer

from server.cli.refusal import refuse
from server.cli.storing import SETTING, database_address, first_line


def migrate() -> None:
    """Make the tables of the database that WISMO_DATABASE_URL names, or bring them to this version. Twice, or twice at once, does no harm.

    The role needs the right to create tables; server and workers only need to read and write.

    Example: WISMO_DATABASE_URL=postgresql://wismo@localhost/wismo wismo migrate
    """
    import psycopg

    from checkpoints.postgres.migrations import migrate as bring_up
    from checkpoints.schema import StoreVersionError

    address = database_address()
    if address is None:
        refuse(f"{SETTING} is not set; cases in a data folder need no migration")
    try:
        changed = bring_up(address)
    except StoreVersionError as problem:
        refuse(str(problem))
    except psycopg.Error as problem:
        refuse(f"the database of {SETTING} refuses: {first_line(problem)}")
    typer.echo("the database has the tables of this version" + ("" if changed else " already"))
