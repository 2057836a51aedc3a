"""`wismo migrate`: the tables of a PostgreSQL database."""

from __future__ import annotations

import typer

from server.cli.storing import at_database


def migrate() -> None:
    """Make the tables of the database that WISMO_DATABASE_URL names, or bring them to this version. Twice, or twice at once, does no harm.

    The role needs the right to create tables; server and workers only need to read and write.

    Example: WISMO_DATABASE_URL=postgresql://wismo@localhost/wismo wismo migrate
    """
    from checkpoints.postgres.migrations import migrate as bring_up

    changed = at_database(bring_up)
    typer.echo("the database has the tables of this version" + ("" if changed else " already"))
