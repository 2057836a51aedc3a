"""`wismo report`: how the service does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from server.cli.options import At, Data, ExistingFile, moment_or_ago


def report(
    since: Annotated[str, typer.Option(help="From when: a day, a time with UTC offset, or so long ago (7d, 24h).", metavar="WHEN")] = "30d",
    until: Annotated[str | None, typer.Option(help="Up to when; without it now.", metavar="WHEN")] = None,
    data: Data = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file, for its [costs]; without it the shipped default.", **ExistingFile)] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with charts.", dir_okay=False, metavar="FILE")] = None,
    as_csv: Annotated[Path | None, typer.Option("--csv", help="Write one row per value.", dir_okay=False, metavar="FILE")] = None,
    at: At = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Count what cases came to: automation, contacts, reviews and their times, promises, what was not sent and why, what models cost.

    Example: wismo report --since 7d --html report.html --csv report.csv
    """
    from server.analytics.counting import report_of
    from server.analytics.page import report_page
    from server.analytics.records import Span, read_records
    from server.analytics.table import report_csv
    from server.cli.folders import default_data_folder
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.page import console_for
    from server.cli.refusal import MISTYPED, refuse
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.report_pages import show_report
    from server.cli.writing import written

    costs = policy_or_refuse(policy).costs
    with kept_cases(data) as connection:
        now = moment_of(connection, at)
        span = Span(moment_or_ago("--since", since, now), moment_or_ago("--until", until, now) if until else just_after(now))
        if span.since >= span.until:
            refuse("--since is not before --until", code=MISTYPED)
        found = report_of(read_records(connection, span))
    source = (data or default_data_folder()).name
    if html is not None:
        written(html, report_page(found, source=source, costs=costs))
    if as_csv is not None:
        written(as_csv, report_csv(found, costs))
    show_report(console_for(plain=plain), found, source=source, costs=costs, files=[file for file in (html, as_csv) if file])


def just_after(now: datetime) -> datetime:
    """The end of a span that has this moment in it."""
    return now + timedelta(seconds=1)
