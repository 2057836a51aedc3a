"""`wismo reviews`: what waits for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.options import Data


def reviews(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="The review records, as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """List the open reviews: by queue, important customers first, then by deadline. `wismo decide` answers one.

    Example: wismo reviews --data ./shop
    """
    from server.cli.kept import kept_cases
    from server.cli.review_pages import show_reviews
    from server.reviews import Reviews

    with kept_cases(data) as connection:
        show_reviews(Reviews(connection).open_reviews(), as_json=as_json, plain=plain)
