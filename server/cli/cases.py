"""`wismo cases`: the cases that are kept."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.options import Data


def cases(
    data: Data = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only open cases.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The case records, as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """List the cases of a data folder (default: WISMO_DATA_DIR, else ~/.local/share/wismo), the newest first.

    Example: wismo cases --open --data ./shop
    """
    from server.cli.case_pages import show_cases
    from server.cli.kept import kept_cases
    from server.timeline import list_cases

    with kept_cases(data) as connection:
        show_cases(list_cases(connection, open_only=only_open), as_json=as_json, plain=plain)
