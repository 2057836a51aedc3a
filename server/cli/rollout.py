"""`wismo rollout`: how much of the traffic is live, and when it may become more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import At, Data

if TYPE_CHECKING:
    from checkpoints.database import Database
    from checkpoints.rollouts import RolloutSetting
    from graph.rollout import Rollout

app = typer.Typer(help="Go live step by step: by channel, condition and action class, with percentages.", no_args_is_help=True)

Plain = Annotated[bool, typer.Option("--plain", help="No colours.")]
By = Annotated[str, typer.Option(help="Who says so; stands in the ledger.", metavar="WHO")]
Because = Annotated[str, typer.Option(help="Why; stands in the ledger.", metavar="TEXT")]
Percents = Annotated[list[str] | None, typer.Option(metavar="NAME=PERCENT")]


@app.command()
def show(data: Data = None, at: At = None, plain: Plain = False) -> None:
    """Show what is live, how shadow and live compare since it was set, and whether the phase's exit criteria are met.

    Example: wismo rollout show --data ./shop
    """
    from server.analytics.counting import report_of
    from server.analytics.records import Span, read_records
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.page import console_for
    from server.cli.report import just_after
    from server.cli.rollout_pages import show_rollout

    with kept_cases(data) as database:
        now = moment_of(database, at)
        setting = _settings(database)[-1] if _settings(database) else None
        since = setting.since if setting else _first(database, now)
        report = report_of(read_records(database, Span(since, just_after(now))))
    show_rollout(console_for(plain=plain), setting, report)


@app.command("set")
def set_phase(
    phase: Annotated[str, typer.Argument(help="observe, reactive, proactive, specialists, actions, or a policy file with a [rollout] table.")],
    by: By,
    because: Because,
    channel: Percents = None,
    condition: Percents = None,
    action: Percents = None,
    proactive: Annotated[int | None, typer.Option(min=0, max=100, help="Percentage of messages that nobody asked for.")] = None,
    data: Data = None,
    at: At = None,
    plain: Plain = False,
) -> None:
    """Put a phase in force; percentages of single channels, conditions and actions can be changed beside it.

    A case is live or not by a stable hash of its id: raising a percentage adds cases and takes none away.

    Example: wismo rollout set reactive --channel email=20 --by ana --because "first fifth"
    """
    from checkpoints.rollouts import RolloutSetting, RolloutSwitch
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.page import console_for
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.rollout_pages import show_rules

    changes = {"channels": channel, "conditions": condition, "actions": action}
    rules = _with_changes(_phase_or_refuse(phase), {name: pairs for name, pairs in changes.items() if pairs}, proactive)
    with kept_cases(data) as database:
        setting = RolloutSetting(rules=rules, since=moment_of(database, at), who=by, why=because)
        RolloutSwitch(database).set(setting, policy_or_refuse(None).version)
    show_rules(console_for(plain=plain), setting)


@app.command()
def rollback(by: By, because: Because, data: Data = None, at: At = None, plain: Plain = False) -> None:
    """Put the rules before the present ones in force again. Runs that have begun end as they began.

    Example: wismo rollout rollback --by ana --because "too many replies reopened"
    """
    from checkpoints.rollouts import RolloutSwitch
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.page import console_for
    from server.cli.refusal import refuse
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.rollout_pages import show_rules

    with kept_cases(data) as database:
        setting = RolloutSwitch(database).roll_back(moment_of(database, at), by, because, policy_or_refuse(None).version)
    if setting is None:
        refuse("no rollout was set here; there is nothing to go back to")
    show_rules(console_for(plain=plain), setting)


def _settings(database: Database) -> tuple[RolloutSetting, ...]:
    from checkpoints.rollouts import RolloutSwitch

    return RolloutSwitch(database).history()


def _first(database: Database, now: datetime) -> datetime:
    row = database.execute("select min(at) from runs").fetchone()
    return datetime.fromisoformat(row[0]) if row and row[0] else now


def _phase_or_refuse(name: str) -> Rollout:
    from server.cli.refusal import MISTYPED, refuse
    from server.policy_file import PolicyFileError
    from server.rollout.phases import PHASES, phase_of, shipped_phase

    if name in PHASES:
        return shipped_phase(name)
    if not Path(name).is_file():
        refuse(f"{name} is neither a phase ({', '.join(PHASES)}) nor a file", code=MISTYPED)
    try:
        return phase_of(Path(name))
    except PolicyFileError as error:
        refuse(*(f"{name}: {problem}" for problem in error.problems))


def _with_changes(rules: Rollout, changes: dict[str, list[str]], proactive: int | None) -> Rollout:
    from pydantic import ValidationError

    from graph.rollout import Rollout
    from server.cli.refusal import MISTYPED, refuse

    content = rules.model_dump(mode="json")
    for table, pairs in changes.items():
        for pair in pairs:
            name, separator, number = pair.partition("=")
            if not separator or not number.isdecimal():
                refuse(f"--{table[:-1]} {pair}: write NAME=PERCENT", code=MISTYPED)
            content[table][name] = int(number)
    if proactive is not None:
        content["proactive"] = proactive
    try:
        return Rollout.model_validate(content)
    except ValidationError as error:
        refuse(*(f"{'.'.join(map(str, each['loc'][:2]))}: {each['msg']}" for each in error.errors()[:3]), code=MISTYPED)
