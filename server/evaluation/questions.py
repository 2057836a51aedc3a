"""What is evaluated: one question each, from scenarios of the contract or from the turns of historical tickets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.facts import Contact, World
from graph.labels import Mode
from nodes.identify.sender import address_in
from server.replay.scenario import BadLine, MessageStep, Scenario, read_scenarios
from server.tickets.exports import read_exports
from server.tickets.hindsight import Hindsight, Sender, Then
from server.tickets.importing import import_tickets
from server.tickets.mapping import Mapping
from server.tickets.problem import Problem
from server.tickets.ticket import Did, Ticket, Turn, turns_of
from tools.embedded.tables import mailbox_key

FIRST, LAST, ALL = "first", "last", "all"


@dataclass(frozen=True)
class Question:
    """One message (or one whole story) to be played, with what it is held against."""

    question_id: str
    title: str
    scenario: Scenario
    expectations: dict[int, dict[str, Any]]
    """Per step that is judged."""
    is_ticket: bool = False
    did: tuple[Did, ...] = ()
    reply: str | None = None
    category: str = ""
    hidden: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questions:
    """All questions of a file, made anew whenever they are asked, and the rows that gave none."""

    count: int
    make: Callable[[], Iterator[Question]]
    problems: tuple[Problem, ...] = ()
    bad_rows: int = 0

    def __iter__(self) -> Iterator[Question]:
        return self.make()


@dataclass(frozen=True)
class Choice:
    """Which tickets, and which of their turns."""

    turn: str | int | None = None
    """`first`, `last`, `all`, or a number; without one a ticket's first message, and all steps of a scenario."""
    only: frozenset[str] = field(default_factory=frozenset)
    limit: int | None = None

    def wants(self, own_id: str) -> bool:
        """Whether a ticket or scenario is asked for."""
        return not self.only or own_id in self.only

    def among(self, numbers: list[int]) -> list[int]:
        """The chosen ones of the customer's messages, which are numbered as they came."""
        if self.turn == ALL:
            return numbers
        if self.turn == LAST:
            return numbers[-1:]
        if isinstance(self.turn, int):
            return numbers[self.turn - 1 : self.turn]
        return numbers[:1]


def holds_scenarios(path: Path) -> bool:
    """Whether a file is written in the scenario contract's format: its first object has a `scenario_id`."""
    if path.suffix.lower() not in {".jsonl", ".ndjson"}:
        return False
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"{}")
    try:
        content = json.loads(first)
    except ValueError:
        return False
    return isinstance(content, dict) and "scenario_id" in content


def scenario_questions(path: Path, choice: Choice) -> Questions:
    """The scenarios of a file as questions, each in its own mode and world."""
    problems: list[Problem] = []
    asked = []
    for item in read_scenarios(path):
        if isinstance(item, BadLine):
            problems += [Problem(str(path), item.line, "", each) for each in item.problems]
        elif choice.wants(item.scenario_id) and (steps := _judged(item, choice)):
            expectations = {number: item.steps[number].expect or {} for number in steps}
            asked.append(Question(item.scenario_id, item.title, item, expectations))
    chosen = asked[: choice.limit]
    return Questions(len(chosen), lambda: iter(chosen), tuple(problems), len({each.line for each in problems}))


def _judged(scenario: Scenario, choice: Choice) -> list[int]:
    if choice.turn is None:
        return list(range(len(scenario.steps)))
    return choice.among([number for number, step in enumerate(scenario.steps) if step.kind == "message"])


def ticket_questions(path: Path, world: Path, mapping: Mapping | None, mapping_file: Path | None, choice: Choice) -> Questions:
    """The chosen turns of historical tickets as questions, each in the world as it was known then. Raises `UnusableError`."""
    imported = import_tickets(path, mapping, mapping_file)
    chosen = [(ticket, turn) for ticket in imported.tickets if choice.wants(ticket.ticket_id) for turn in _turns(ticket, choice)][: choice.limit]
    hindsight, alone = Hindsight(read_exports(world)), choice.turn != ALL
    return Questions(len(chosen), lambda: (_question(*each, hindsight, alone=alone) for each in chosen), imported.problems, imported.bad_rows)


def _turns(ticket: Ticket, choice: Choice) -> list[Turn]:
    turns = {turn.number: turn for turn in turns_of(ticket)}
    return [turns[number] for number in choice.among(list(turns))]


def _question(ticket: Ticket, turn: Turn, hindsight: Hindsight, *, alone: bool) -> Question:
    texts = tuple(text for text in (ticket.subject, turn.text, *ticket.metadata.values()) if text)
    sender = Sender(turn.at, ticket.ticket_id, ticket.requester_email, ticket.requester_id, texts)
    then = hindsight.known_to(sender)
    question_id = ticket.ticket_id if alone and turn.number == 1 else f"{ticket.ticket_id}#{turn.number}"
    step = MessageStep(
        kind="message",
        at=turn.at,
        channel=ticket.channel,
        ticket_id=ticket.ticket_id,
        from_email=ticket.requester_email,
        authenticated_customer_id=ticket.requester_id,
        subject=ticket.subject,
        text=turn.text,
        metadata=ticket.metadata,
    )
    title = ticket.subject or " ".join(turn.text.split())[:80]
    world = then.world.model_copy(update={"contacts": _with_conversation(ticket, turn, then)})
    return Question(
        question_id=question_id,
        title=title,
        scenario=Scenario(scenario_id=question_id, title=title, tags=ticket.tags, mode=Mode.SHADOW, world=world, steps=(step,)),
        expectations={0: turn.labels.expectations() if turn.labels else {}},
        is_ticket=True,
        did=turn.did,
        reply=turn.reply,
        category=ticket.category or "",
        hidden=then.hidden,
        undated=then.undated,
    )


def _with_conversation(ticket: Ticket, turn: Turn, then: Then) -> tuple[Contact, ...]:
    """The support history with what was said in this ticket before, where the export does not have it."""
    history = then.world.contacts
    customer_id = _requester(ticket, then.world)
    if customer_id is None or any(contact.ticket_id == ticket.ticket_id for contact in history):
        return history
    said = [
        Contact(
            contact_id=f"{ticket.ticket_id}:{number}",
            ticket_id=ticket.ticket_id,
            customer_id=customer_id,
            at=comment.at,
            direction="inbound" if comment.author == "customer" else "outbound",
            author=comment.author,
            public=comment.public,
            text=comment.text,
        )
        for number, comment in enumerate(turn.before)
    ]
    return (*history, *said)


def _requester(ticket: Ticket, world: World) -> str | None:
    if ticket.requester_id is not None:
        return ticket.requester_id if any(row.customer_id == ticket.requester_id for row in world.customers) else None
    address = mailbox_key(address_in(ticket.requester_email or ""))
    own = [row.customer_id for row in world.customers if address and address in map(mailbox_key, row.emails)]
    return own[0] if len(own) == 1 else None
