"""Questions from what was recorded in shadow or live runs: the arrival as it came, and the facts that its run froze."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from checkpoints.database import Database
from checkpoints.inbox import ARRIVAL
from checkpoints.schema import StoreVersionError, connect
from graph.arrivals import MessageArrived
from graph.commit import RunRecord, SendMessage
from graph.context import Knowledge, OrderContext
from graph.facts import Contact, Customer, World
from graph.labels import Mode, Reason, System
from nodes.identify.sender import address_in
from server.evaluation.questions import Choice, Question, Questions
from server.replay.scenario import MessageStep, Scenario
from server.reviewing.verdicts import expectations_on
from server.scoring.seen_steps import EXPECTATIONS
from server.tickets.exports import Export, exports_of
from server.tickets.hindsight import Hindsight, Sender, Then
from server.tickets.problem import Problem, UnusableError
from server.tickets.ticket import Did

_CASES = "wismo.sqlite"


def recorded_questions(folder: Path, choice: Choice) -> Questions:
    """The chosen messages of a data folder. Those whose facts were not recorded, or were erased, are problems."""
    file = folder / _CASES
    if not file.is_file():
        raise UnusableError([Problem(str(folder), None, "", f"holds no recorded runs ({_CASES})")])
    try:
        connection = connect(file).conn
    except (sqlite3.DatabaseError, StoreVersionError) as error:
        raise UnusableError([Problem(str(file), None, "", f"cannot be read: {error}")]) from error
    try:
        problems, asked = [], []
        for arrival_id in _chosen(connection, choice):
            question = recorded_question(connection, arrival_id)
            if question is None:
                problems.append(Problem(str(file), None, arrival_id, "has no recorded facts"))
            else:
                asked.append(question)
    finally:
        connection.close()
    return Questions(len(asked), lambda: iter(asked), tuple(problems))


def _chosen(connection: Database, choice: Choice) -> list[str]:
    rows = connection.execute(
        "select arrival_id, json_extract(body, '$.ticket_id') from arrivals join personal on ref = 'arrival:' || arrival_id "
        "where arrivals.kind = 'message' and state = 'done' and json_extract(body, '$.about_order_id') is null order by arrivals.at, arrivals.seq"
    ).fetchall()
    if choice.turn is None:
        wanted = [arrival_id for arrival_id, ticket_id in rows if choice.wants(arrival_id) or choice.wants(ticket_id)]
        return wanted[: choice.limit]
    tickets: dict[str, list[str]] = {}
    for arrival_id, ticket_id in rows:
        if choice.wants(ticket_id):
            tickets.setdefault(ticket_id, []).append(arrival_id)
    found = [said[place] for said in tickets.values() for place in choice.among(list(range(len(said))))]
    return found[: choice.limit]


def recorded_question(connection: Database, arrival_id: str) -> Question | None:
    """One message with the world of its run; None where that is not known any more."""
    row = connection.execute("select body from personal where ref = ?", (f"arrival:{arrival_id}",)).fetchone()
    arrival = ARRIVAL.validate_json(row[0]) if row else None
    runs = connection.execute(
        "select doc, context.body from runs left join personal as context on context.ref = 'context:' || run_id "
        "where root_arrival_id = ? and json_extract(doc, '$.kind') = 'message' order by seq",
        (arrival_id,),
    ).fetchall()
    if not isinstance(arrival, MessageArrived) or not runs:
        return None
    records = [RunRecord.model_validate_json(doc) for doc, _ in runs]
    customer_id = next((run.customer_id for run in records if run.customer_id), None)
    own = [OrderContext.model_validate_json(body) for _, body in runs if body]
    others = _of_customer(connection, customer_id, arrival) if customer_id else []
    then = _known_then(arrival, customer_id, own, others)
    if customer_id and not then.world.customers:
        if records[0].reason not in _WITHOUT_ORDERS:
            return None
        then = _only_customer(arrival, customer_id)
    contacts = _said_before(connection, customer_id, arrival) if customer_id else []
    reply = _humans_answer(others, arrival)
    return _question(arrival, _with_contacts(then, contacts), reply, expectations_on(connection, arrival_id))


_WITHOUT_ORDERS = {Reason.INTENT_UNCLEAR, Reason.ORDER_NOT_FOUND, Reason.AUTO_REPLY, Reason.CLOSING, Reason.NOT_WISMO}
"""What is settled without a look at any order: it comes out the same where the orders were not recorded."""


def _question(arrival: MessageArrived, then: Then, reply: str | None, expected: dict[str, Any]) -> Question:
    title = arrival.subject or " ".join(arrival.text.split())[:80]
    step = MessageStep(**arrival.model_dump(include=set(MessageStep.model_fields)))
    scenario = Scenario(scenario_id=arrival.arrival_id[:200], title=title, mode=Mode.SHADOW, world=then.world, steps=(step,))
    did = (Did.ANSWERED,) if reply else ()
    return Question(
        arrival.arrival_id, title, scenario, {0: expected}, is_ticket=True, did=did, reply=reply, hidden=then.hidden, undated=then.undated
    )


def _known_then(arrival: MessageArrived, customer_id: str | None, own: Sequence[OrderContext], others: Sequence[OrderContext]) -> Then:
    """The frozen facts as dated exports: those of the message's own runs as of its moment, those of other runs as of theirs."""
    faults = {system: "error" for each in own[:1] for system, answer in each.systems.items() if answer.knowledge is Knowledge.UNKNOWN}
    exports = [(None, _export(each, each.now, None)) for each in others] + [(None, _export(each, arrival.at, faults)) for each in own]
    texts = tuple(text for text in (arrival.subject, arrival.text, *arrival.metadata.values()) if text)
    return Hindsight(exports_of(exports)).known_to(Sender(arrival.at, arrival.ticket_id, arrival.from_email, customer_id, texts))


def _export(context: OrderContext, at: datetime, faults: dict[System, str] | None) -> Export:
    rows: dict[str, Any] = {name: getattr(context, name) for name in _PARTS}
    rows["customers"] = (context.customer,) if context.customer else ()
    rows["orders"] = (context.order,) if context.order else ()
    return Export.model_validate({"exported_at": at, **rows, **({"faults": faults} if faults else {})})


_PARTS = ("fulfillments", "shipments", "supply", "inventory", "allocations", "catalog", "contacts")


def _only_customer(arrival: MessageArrived, customer_id: str) -> Then:
    address = address_in(arrival.from_email or "")
    who = Customer(customer_id=customer_id, name="", emails=(address,) if address else ())
    return Then(World(customers=(who,)), (), ("the customer's orders and name were not recorded",))


def _with_contacts(then: Then, contacts: Sequence[Contact]) -> Then:
    """The support history with what our own records have of it besides."""
    known = {(row.ticket_id, row.text.strip()) for row in then.world.contacts}
    more = tuple(row for row in contacts if (row.ticket_id, row.text.strip()) not in known)
    return replace(then, world=then.world.model_copy(update={"contacts": (*then.world.contacts, *more)}))


def _of_customer(connection: Database, customer_id: str, arrival: MessageArrived) -> list[OrderContext]:
    """The facts of the customer's other runs, oldest first."""
    rows = connection.execute(
        "select body from runs join personal on ref = 'context:' || run_id "
        "where json_extract(doc, '$.customer_id') = ? and root_arrival_id != ? order by seq",
        (customer_id, arrival.arrival_id),
    ).fetchall()
    return [OrderContext.model_validate_json(body) for (body,) in rows]


def _said_before(connection: Database, customer_id: str, arrival: MessageArrived) -> list[Contact]:
    """What customer and service wrote to each other before, as the support history has it."""
    wrote = connection.execute(
        "select personal.body, json_extract(runs.doc, '$.order_id') from arrivals join personal on ref = 'arrival:' || arrivals.arrival_id "
        "join runs on runs.root_arrival_id = arrivals.arrival_id where arrivals.kind = 'message' and personal.customer_id = ? and arrivals.at < ? "
        "order by arrivals.at, runs.seq",
        (customer_id, arrival.at.isoformat()),
    )
    orders: dict[str, str | None] = {}
    for body, order_id in wrote:
        orders.setdefault(body, order_id)
    before = [(ARRIVAL.validate_json(body), order_id) for body, order_id in orders.items()]
    heard = [
        Contact(contact_id=each.arrival_id, ticket_id=each.ticket_id, customer_id=customer_id, order_id=order_id, at=each.at,
                direction="inbound", author="customer", text=each.text)
        for each, order_id in before if isinstance(each, MessageArrived) and each.arrival_id != arrival.arrival_id
    ]  # fmt: skip
    sent = connection.execute(
        "select body from outbox join personal on ref = 'effect:' || key where outbox.kind = 'send_message' and state = 'delivered' "
        "and personal.customer_id = ? and json_extract(body, '$.visible') = 1 and json_extract(body, '$.at') < ?",
        (customer_id, arrival.at.isoformat()),
    )
    told = [SendMessage.model_validate_json(body) for (body,) in sent]
    said = [
        Contact(contact_id=each.key, ticket_id=each.ticket_id, customer_id=customer_id, order_id=each.order_id, at=each.at,
                direction="outbound", author="automation", text=each.text)
        for each in told
    ]  # fmt: skip
    return sorted([*heard, *said], key=lambda row: row.at)


def _humans_answer(later: Sequence[OrderContext], arrival: MessageArrived) -> str | None:
    """What a teammate wrote publicly in the ticket afterwards, where a later run of the customer saw it."""
    rows = {row.contact_id: row for each in later for row in each.contacts if row.ticket_id == arrival.ticket_id}
    answers = [row for row in rows.values() if row.author == "human" and row.public and row.at > arrival.at]
    return min(answers, key=lambda row: row.at).text if answers else None


def judged_scenarios(database: Database) -> list[dict[str, Any]]:
    """All judged messages as lines of a scenario file."""
    rows = database.execute("select ref from personal where kind = 'verdict' order by ref").fetchall()
    questions = [recorded_question(database, ref.removeprefix("verdict:")) for (ref,) in rows]
    return [_line(question) for question in questions if question is not None]


def _line(question: Question) -> dict[str, Any]:
    scenario: dict[str, Any] = question.scenario.model_dump(mode="json", exclude_none=True)
    scenario["steps"][0]["expect"] = {name: value for name, value in question.expectations[0].items() if name in EXPECTATIONS}
    if (exactly := question.expectations[0].get("triggers")) is not None:
        scenario["steps"][0]["expect"]["triggers_include"] = exactly
    return scenario
