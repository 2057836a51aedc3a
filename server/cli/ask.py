"""`wismo ask`: one message to the embedded service, answered with its evidence."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.options import Channel, Data, ExistingFile, moment_or_mistyped
from server.cli.refusal import note, refuse

if TYPE_CHECKING:
    from graph.arrivals import MessageArrived
    from graph.facts import World
    from server.cli.asking import Answered


def ask(
    text: Annotated[str, typer.Argument(help="What the customer writes.", metavar="TEXT")],
    email: Annotated[str | None, typer.Option(help="The sender's address.")] = None,
    customer: Annotated[str | None, typer.Option(help="The id of a customer who is logged in.", metavar="ID")] = None,
    world: Annotated[Path | None, typer.Option(help="Facts of all backends; without it the demo shop.", **ExistingFile)] = None,
    at: Annotated[str | None, typer.Option(help="When, with UTC offset. Default: now; the demo shop has its own time.", metavar="ISO")] = None,
    channel: Annotated[Channel, typer.Option(help="Where it is written.")] = Channel.chat,
    subject: Annotated[str | None, typer.Option(help="Subject of the mail or ticket.")] = None,
    ticket: Annotated[str | None, typer.Option(help="Ticket id; the same for a conversation. Default: one per sender.", metavar="T")] = None,
    message_id: Annotated[str | None, typer.Option(help="The sender's id of this message: the same id again is the same message.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    data: Data = None,
    live: Annotated[bool, typer.Option("--live", help="Speak and act; otherwise the answer is a draft and nothing is done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result of the scenario contract, as JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Answer one customer message on the embedded backends, with the evidence for every statement.

    With --data the cases are kept there: a conversation goes on, and a message that was interrupted is answered by the next call.

    Examples:

    wismo ask "Where is my order?" --customer C-7017

    wismo ask "please cancel order FH-48251" --customer C-7013 --live --data ./shop
    """
    from server.cli.asking import show

    if not (email or customer):
        raise typer.BadParameter("say who writes: --email ADDRESS or --customer ID")
    moment = _moment(at, in_demo=world is None)
    told = {"channel": channel.value, "from_email": email, "authenticated_customer_id": customer, "subject": subject, "text": text}
    message = _message({**told, "ticket_id": ticket, "mode": "live" if live else "shadow"}, moment, message_id)
    answered = _answered(message, world, policy, data)
    if not answered.story.runs:
        refuse(f"the message could not be worked on: {answered.story.why or answered.story.state}")
    show(answered, as_json=as_json, plain=plain)


def _answered(message: MessageArrived, world: Path | None, policy: Path | None, data: Path | None) -> Answered:
    import asyncio
    from tempfile import TemporaryDirectory

    from server.cli.asking import asked
    from server.cli.refusal_of_policy import policy_or_refuse

    facts, rules = _facts(world), policy_or_refuse(policy)
    kept: Any = nullcontext(data) if data else TemporaryDirectory(prefix="wismo-ask-")
    with kept as place:
        folder = Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        answered = asyncio.run(asked(message, facts, rules, folder))
    if answered.interrupted:
        note(f"{answered.interrupted} earlier message(s) that had been interrupted were answered too; see `wismo cases`")
    if not answered.is_new:
        note("this message was answered before; this is what came of it")
    return answered


def _moment(at: str | None, *, in_demo: bool) -> datetime:
    if at is None:
        from server.cli.stage import demo_time

        return demo_time() if in_demo else datetime.now(UTC)
    return moment_or_mistyped("--at", at)


def _message(told: dict[str, Any], at: datetime, message_id: str | None) -> MessageArrived:
    from pydantic import ValidationError

    from graph.arrivals import MessageArrived
    from server.time_and_ids import DerivedIds

    ids = DerivedIds()
    ticket_id = told["ticket_id"] or ids.new("ticket", told["authenticated_customer_id"] or told["from_email"])
    arrival_id = message_id or ids.new("message", ticket_id, told["text"], at.isoformat())
    try:
        return MessageArrived.model_validate({**told, "arrival_id": arrival_id, "ticket_id": ticket_id, "at": at})
    except ValidationError as error:
        refuse(*(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors(include_url=False, include_input=False)))


def _facts(path: Path | None) -> World:
    from server.cli.stage import the_demo_world
    from server.cli.worlds import facts_or_refuse

    return the_demo_world() if path is None else facts_or_refuse(path)
