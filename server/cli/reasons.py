"""Who wrote, about which order, what the rules found, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.text import Text

from graph.context import OrderContext
from graph.labels import Disposition, Handler
from graph.rules.findings import Because, Conflict, Group
from server.cli.fact_values import Ground, grounds
from server.cli.moments import age_words, away_text
from server.cli.occasions import held_back_because
from server.timeline import RunStory

_SENDERS = {"authenticated customer id": "logged in", "sender's address": "known by the sender's address"}


def reason_rows(run: RunStory) -> Iterator[tuple[str, Text]]:
    """Label and text of each line, in the order in which a run finds them."""
    yield "who", _joined(_who(run), _SENDERS.get(run.reason("sender"), run.reason("sender")))
    if why := run.reason("order"):
        yield "order", _joined(_order(run), f"found by {why}" if why.startswith("number") else why)
    if run.record.intents:
        yield "wants", Text(", ".join(words(intent) for intent in run.record.intents))
    yield "finding", _finding(run)
    for number, line in enumerate(why_lines(run)):
        yield ("why" if number == 0 else ""), line
    if run.outcome.fired:
        yield "triggers", _triggers(run)
    yield "outcome", _outcome(run)


def why_lines(run: RunStory) -> Iterator[Text]:
    """The rule that held and its facts; each group of items where there are several; each contradiction with both sides."""
    assessment, context = run.outcome.assessment, run.context
    if assessment is None:
        return
    yield _because(assessment.because, context)
    for group in assessment.groups:
        if len(assessment.groups) > 1 or group.because != assessment.because:
            why = _because(group.because, context, known_as=group.condition.value)
            yield Text.assemble(f"- {_pieces(group, context)}: ", (group.condition.value, "yellow"), ", ", why)
    for conflict in assessment.conflicts:
        yield _sides(conflict, context)


def path_text(path: tuple[str, ...]) -> str:
    """The steps of the graph, each once, without the steps inside a subgraph."""
    return " → ".join(dict.fromkeys(step.split(".")[0] for step in path))


def _who(run: RunStory) -> str:
    customer = run.context.customer if run.context else None
    if customer is not None:
        vip = ", VIP" if customer.tier == "vip" else ""
        return f"{customer.name} ({customer.customer_id}{vip})"
    return run.record.customer_id or "nobody we know"


def _order(run: RunStory) -> str:
    order = run.context.order if run.context else None
    return order.order_number if order else run.record.order_id or "not settled"


def _joined(what: str, because: str) -> Text:
    return Text.assemble((what, "bold"), (f"  {because}", "dim"))


def _finding(run: RunStory) -> Text:
    record = run.record
    if record.condition is None:
        return Text("no order was looked at", style="dim")
    others = [condition.value for condition in record.conditions_all if condition is not record.condition]
    return Text.assemble((record.condition.value, "bold yellow"), (f"  also {', '.join(others)}" if others else "", "dim"))


def _outcome(run: RunStory) -> Text:
    record = run.record
    by = f", by {record.handler.value}" if record.handler is not Handler.NONE else ""
    if record.disposition is Disposition.SUPPRESS:
        return Text.assemble(("suppressed", "bold magenta"), f": {words(record.reason)}", (f"  {held_back_because(record.reason)}", "dim"))
    return Text.assemble((record.disposition.value, "bold green"), by, (f"  {words(record.reason)}" if record.reason else "", "dim"))


def _because(because: Because, context: OrderContext | None, *, known_as: str = "") -> Text:
    """The rule (left out where it is called like the condition) and its facts, source and age once for each row of a system."""
    text, last = Text("" if because.rule == known_as else f"{words(because.rule)}: "), ""
    found = grounds(because, context)
    for number, ground in enumerate(found):
        text.append("" if number == 0 else ", ", style="dim")
        row = re.match(r"\w+(?:\[[^\]]*\])?", ground.path)
        same = row is not None and row[0] == last and "[" in last
        text.append(ground.path.removeprefix(last).lstrip(".") if same else ground.path, style="dim")
        if ground.value:
            text.append(" = ").append(ground.value, style="cyan")
        if number + 1 == len(found) or _origin(found[number + 1], context) != _origin(ground, context):
            text.append(f" [{_origin(ground, context)}]" if ground.source else "", style="magenta")
        last = row[0] if row else ""
    return text


def _origin(ground: Ground, context: OrderContext | None) -> str:
    if ground.known_since is None or context is None:
        return ground.source
    return f"{ground.source}, {age_words(context.now - ground.known_since)} old"


def _pieces(group: Group, context: OrderContext | None) -> str:
    lines = [(piece.quantity, context.line(piece.line_id) if context else None, piece.line_id) for piece in group.pieces]
    return ", ".join(f"{quantity} × {line.title if line else line_id}" for quantity, line, line_id in lines)


def _sides(conflict: Conflict, context: OrderContext | None) -> Text:
    said = [f"{side.system} says {side.says}{f' ({away_text(side.as_of, context.now)})' if context else ''}" for side in conflict.sides]
    return Text(f"- {said[0]}, but {said[1]}")


def _triggers(run: RunStory) -> Text:
    text = Text()
    for number, fired in enumerate(run.outcome.fired):
        text.append(", " if number else "").append(fired.trigger.value, style="bold red")
        note = f": {fired.because.note}" if fired.because.note else ""
        text.append(f" ({words(fired.because.rule)}{note})", style="dim")
    return text


def words(label: str) -> str:
    """A label as words."""
    return label.replace("_", " ")
