"""`wismo decide`: a reviewer's answer from the command line, for teams without Slack."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Data, ExistingFile, moment_or_mistyped
from server.cli.refusal import refuse

if TYPE_CHECKING:
    from graph.policy import Policy


class Decision(StrEnum):
    """What can be decided. The verbs of `graph.decisions`, which is too slow to import for a help text."""

    approve = "approve"
    deny = "deny"
    request_changes = "request_changes"
    manual_takeover = "manual_takeover"
    hand_back = "hand_back"


def decide(
    escalation: Annotated[str, typer.Argument(help="The id of the review, as `wismo reviews` shows it.", metavar="REVIEW")],
    decision: Annotated[Decision, typer.Argument(help="What is decided.")],
    reviewer: Annotated[str, typer.Option(envvar="WISMO_REVIEWER", help="Who decides: an id that the policy lists.", metavar="ID")],
    action: Annotated[str | None, typer.Option(help="The approved action, or `wait`; without it the recommended one.")] = None,
    rationale: Annotated[str | None, typer.Option(help="Why.")] = None,
    message: Annotated[str | None, typer.Option(help="Text for the customer; goes out only if it is proven.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who does the next step.")] = None,
    deadline: Annotated[str | None, typer.Option(help="When the customer hears next, with UTC offset.", metavar="ISO")] = None,
    param: Annotated[list[str] | None, typer.Option(help="What the action needs; once per value.", metavar="NAME=VALUE")] = None,
    at: Annotated[str | None, typer.Option(help="When it is decided, with UTC offset. Default: now.", metavar="ISO")] = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    data: Data = None,
) -> None:
    """Decide a review. It goes the same way as an answer in Slack: who may decide, the limit, the facts and the gate are looked at again.

    Examples:

    wismo decide esc_pfwuum5voqmt approve --reviewer U0CXLEAD --data ./shop

    wismo decide esc_pfwuum5voqmt approve --action address_change --param line1="1 High St" --param city=Leeds --param postal_code="LS1 1AA"
    """
    import asyncio

    from server.cli.deciding import Told, decided
    from server.cli.kept import kept_cases
    from server.cli.kept_time import moment_of
    from server.cli.refusal_of_policy import policy_or_refuse

    with kept_cases(data) as connection:
        moment = moment_of(connection, at)
    due = moment_or_mistyped("--deadline", deadline) if deadline else None
    told: dict[str, Any] = {"decision": decision.value, "approved_action": action, "rationale": rationale, "customer_safe_message": message}
    said = Told(escalation, reviewer, moment, {**told, "owner": owner, "deadline": due, "parameters": _pairs(param)})
    sentence, is_refused = asyncio.run(_worked_on(said, policy_or_refuse(policy), data, decided))
    if is_refused:
        refuse(sentence)
    typer.echo(sentence)


async def _worked_on(said: Any, policy: Policy, data: Path | None, decided: Any) -> tuple[str, bool]:
    from server.cli.folders import default_data_folder
    from server.cli.stage import house_at

    async with house_at(said.at, policy, data or default_data_folder()) as (house, _):
        answer: tuple[str, bool] = await decided(said, house)
        return answer


def _pairs(param: list[str] | None) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in param or ()]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise typer.BadParameter(f"--param {wrong[0]} is no NAME=VALUE")
    return {name: value for name, _, value in pairs}
