"""`wismo case`: one case from its opening until now."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.options import Data
from server.cli.refusal import refuse


def case(
    case_id: Annotated[str, typer.Argument(help="The id of the case, as `wismo cases` shows it.", metavar="ID")],
    data: Data = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Show the timeline of a case: every run with its path, reasons, facts and messages, then actions, reviews, promises and ledger.

    Example: wismo case case_kut7bqxbwjgi --data ./shop
    """
    from server.cli.case_pages import show_case
    from server.cli.kept import kept_cases
    from server.timeline import case_story

    with kept_cases(data) as connection:
        story = case_story(connection, case_id)
    if story is None:
        refuse(f"no case is called {case_id!r} there; `wismo cases` lists them")
    show_case(story, plain=plain)
