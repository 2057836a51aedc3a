"""`wismo review`: runs that are worth a look, and verdicts on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from server.cli.options import At, Data, moment_or_ago

if TYPE_CHECKING:
    from checkpoints.database import Database
    from server.tickets.ticket import Labels


def review(
    run: Annotated[str | None, typer.Argument(help="Show this run, or judge it.", metavar="RUN")] = None,
    verdict: Annotated[str | None, typer.Argument(help="right or wrong.", metavar="VERDICT")] = None,
    by: Annotated[str | None, typer.Option(help="Who judges; stands in the ledger.", metavar="WHO")] = None,
    expect: Annotated[list[str] | None, typer.Option(help="What a right answer has, such as disposition=escalate.", metavar="LABEL=VALUE")] = None,
    note: Annotated[str, typer.Option(help="Why; kept with the customer's data.", metavar="TEXT")] = "",
    since: Annotated[str, typer.Option(help="Runs from when: a day, a time, or so long ago (7d, 24h).", metavar="WHEN")] = "30d",
    export: Annotated[Path | None, typer.Option(help="Write all judged messages as scenarios.", dir_okay=False, metavar="FILE")] = None,
    data: Data = None,
    at: At = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """List runs worth a look: unsure, refused by the guard, decided otherwise by people, without facts, or reopened.

    A verdict becomes an evaluation case: `wismo eval DATA_FOLDER` holds the message to it from then on.

    Example: wismo review run_4gbrcdig7uyq wrong --by ana --expect disposition=escalate
    """
    from server.cli.kept import kept_cases
    from server.cli.refusal import MISTYPED, refuse

    if run is None and (expect or note or by):
        refuse("name the run that is judged", code=MISTYPED)
    with kept_cases(data) as database:
        if export is not None:
            _export(database, export)
        elif run is None:
            _list(database, since, at, plain=plain)
        elif verdict is None:
            _show(database, run, plain=plain)
        else:
            _judge(database, run, verdict, by, _labels(expect or []), note, at)


def _list(database: Database, since: str, at: str | None, *, plain: bool) -> None:
    from server.analytics.records import Span, read_records
    from server.cli.kept_time import moment_of
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.report import just_after
    from server.cli.run_review_pages import show_queue
    from server.reviewing.queue import judged_runs, review_queue

    now = moment_of(database, at)
    records = read_records(database, Span(moment_or_ago("--since", since, now), just_after(now)))
    show_queue(review_queue(records, judged_runs(database), policy_or_refuse(None)), plain=plain)


def _show(database: Database, run_id: str, *, plain: bool) -> None:
    from server.cli.run_review_pages import show_run
    from server.reviewing.verdicts import run_of, verdict_on
    from server.timeline import arrival_story

    run = run_of(database, run_id)
    if run is None:
        _refuse_unknown(run_id)
    show_run(arrival_story(database, run.root_arrival_id), verdict_on(database, run.root_arrival_id), plain=plain)


def _judge(database: Database, run_id: str, says: str, by: str | None, labels: Labels | None, note: str, at: str | None) -> None:
    from contextlib import closing

    from server.cli.kept_time import moment_of
    from server.cli.outside import tracing
    from server.cli.refusal import MISTYPED, refuse
    from server.reviewing.verdicts import Verdict, labels_of, record_verdict, run_of
    from server.tickets.ticket import Labels

    if says not in {"right", "wrong"}:
        refuse(f"a verdict is right or wrong, not {says!r}", code=MISTYPED)
    if by is None:
        refuse("say who judges with --by", code=MISTYPED)
    run = run_of(database, run_id)
    if run is None:
        _refuse_unknown(run_id)
    held = labels or (labels_of(run) if says == "right" else Labels())
    verdict = Verdict.model_validate({"run_id": run_id, "at": moment_of(database, at), "who": by, "says": says, "note": note, "labels": held})
    with closing(tracing()) as told_too:
        record_verdict(database, run, verdict, told_too)
    told = ", ".join(f"{name}={_plain(value)}" for name, value in held.expectations().items())
    typer.echo(f"{run_id} is judged {says}; " + (f"evaluations hold it to {told}" if told else "without labels it is held to nothing"))


def _export(database: Database, file: Path) -> None:
    from server.cli.refusal import refuse
    from server.cli.writing import written
    from server.evaluation.recordings import judged_scenarios

    rows = judged_scenarios(database)
    if not rows:
        refuse("no message was judged here, or none of their facts are known any more")
    written(file, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    typer.echo(f"{len(rows)} judged messages are scenarios in {file}; they hold customers' data")


def _labels(pairs: list[str]) -> Labels | None:
    from server.cli.refusal import MISTYPED, refuse
    from server.tickets.problem import validated
    from server.tickets.ticket import Labels

    if not pairs:
        return None
    content: dict[str, object] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            refuse(f"--expect {pair}: write LABEL=VALUE", code=MISTYPED)
        content[name] = _value(name, value)
    found = validated(Labels, content)
    if isinstance(found, Labels):
        return found
    return refuse(*(f"--expect {name} {what}" for name, what in found), code=MISTYPED)


_PLAIN_LABELS = {"order_id", "customer_id", "escalated", "follow_up", "messages", "due_before", "due_after"}


def _value(name: str, value: str) -> object:
    if name in _PLAIN_LABELS:
        return {"true": True, "false": False}.get(value.lower(), value)
    parts = [part for part in value.split(",") if part]
    return dict(part.split(":", 1) for part in parts if ":" in part) if name == "actions" else parts


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{each}" for key, each in value.items())
    return ",".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _refuse_unknown(run_id: str) -> NoReturn:
    from server.cli.refusal import refuse

    refuse(f"no run is called {run_id!r} there; `wismo review` lists those worth a look")
