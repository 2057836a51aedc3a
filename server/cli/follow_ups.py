"""`wismo follow-ups`: what customers were promised."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.options import At, Data


def follow_ups(
    data: Data = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is late.")] = False,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="The follow-up records, as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """List the promised updates, the next one first: by when, about which order, why, and what is late. A sweep keeps them.

    Example: wismo follow-ups --late --data ./shop
    """
    from server.cli.follow_up_pages import show_promises
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.follow_ups import count_of_watches, open_promises

    with kept_cases(data) as connection:
        now = moment_of(connection, at)
        promises = tuple(promise for promise in open_promises(connection) if promise.is_late(now) or not late)
        show_promises(promises, now, watches=None if late else count_of_watches(connection), as_json=as_json, plain=plain)
