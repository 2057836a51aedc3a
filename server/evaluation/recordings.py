"""Questions from what was recorded in shadow or live runs: the arrival as it came, and the facts that its run froze."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from checkpoints.database import Database
from checkpoints.inbox import ARRIVAL
from checkpoints.schema import StoreVersionError, connect
from graph.arrivals import MessageArrived
from graph.commit import SendMessage
from graph.context import Knowledge, OrderContext
from graph.facts import Contact, World
from graph.labels import Mode
from server.evaluation.questions import Choice, Question, Questions
from server.replay.scenario import MessageStep, Scenario
from server.tickets.problem import Problem, UnusableError
from server.tickets.ticket import Did
from tools.embedded.tables import TABLES

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
    if not isinstance(arrival, MessageArrived):
        return None
    runs = connection.execute(
        "select json_extract(doc, '$.customer_id'), context.body from runs left join personal as context on context.ref = 'context:' || run_id "
        "where root_arrival_id = ? and json_extract(doc, '$.kind') = 'message' order by seq",
        (arrival_id,),
    ).fetchall()
    customer_id = next((customer_id for customer_id, _ in runs if customer_id), None)
    contexts = [OrderContext.model_validate_json(body) for _, body in runs if body]
    if customer_id is not None:
        contexts += _of_customer(connection, customer_id, arrival)
    if not runs or (customer_id is not None and not any(context.customer for context in contexts)):
        return None
    contacts = _said_before(connection, customer_id, arrival)
    return _question(arrival, contexts, contacts, _humans_answer(connection, customer_id, arrival))


def _question(arrival: MessageArrived, contexts: Sequence[OrderContext], contacts: Sequence[Contact], reply: str | None) -> Question:
    title = arrival.subject or " ".join(arrival.text.split())[:80]
    step = MessageStep(**arrival.model_dump(exclude={"arrival_id", "mode", "about_order_id"}))
    scenario = Scenario(
        scenario_id=arrival.arrival_id[:200], title=title, mode=Mode.SHADOW, world=world_of(contexts, contacts, arrival), steps=(step,)
    )
    return Question(arrival.arrival_id, title, scenario, {0: {}}, is_ticket=True, did=(Did.ANSWERED,) if reply else (), reply=reply)


def world_of(contexts: Sequence[OrderContext], contacts: Iterable[Contact], arrival: MessageArrived) -> World:
    """The facts of these contexts as one world; of several versions of a row the first context's counts."""
    rows: dict[str, list[Any]] = {"customers": [each.customer for each in contexts if each.customer]}
    rows["orders"] = [each.order for each in contexts if each.order and each.order.placed_at <= arrival.at]
    for name in ("fulfillments", "shipments", "supply", "inventory", "allocations", "catalog"):
        rows[name] = [row for each in contexts for row in getattr(each, name)]
    history = [row for each in contexts for row in each.contacts if row.at < arrival.at]
    known = {(row.ticket_id, row.text.strip()) for row in history}
    rows["contacts"] = [*history, *(row for row in contacts if (row.ticket_id, row.text.strip()) not in known)]
    faults = {system: "error" for each in contexts[:1] for system, answer in each.systems.items() if answer.knowledge is Knowledge.UNKNOWN}
    return World.model_validate({**{table.name: _first(table.key, rows[table.name]) for table in TABLES}, "faults": faults})


def _first(key: tuple[str, ...], rows: Iterable[Any]) -> tuple[Any, ...]:
    found: dict[tuple[str, ...], Any] = {}
    for row in rows:
        found.setdefault(tuple(str(getattr(row, column)) for column in key), row)
    return tuple(found.values())


def _of_customer(connection: Database, customer_id: str, arrival: MessageArrived) -> Iterator[OrderContext]:
    """The newest earlier context of each of the customer's orders: what else could have been meant."""
    rows = connection.execute(
        "select body from runs join personal on ref = 'context:' || run_id "
        "where json_extract(doc, '$.customer_id') = ? and at <= ? and root_arrival_id != ? order by at desc, seq desc",
        (customer_id, arrival.at.isoformat(), arrival.arrival_id),
    )
    seen: set[str] = set()
    for (body,) in rows:
        context = OrderContext.model_validate_json(body)
        if context.order is not None and context.order.order_id not in seen:
            seen.add(context.order.order_id)
            yield context


def _said_before(connection: Database, customer_id: str | None, arrival: MessageArrived) -> list[Contact]:
    """What customer and service wrote to each other before, as the support history has it."""
    if customer_id is None:
        return []
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


def _humans_answer(connection: Database, customer_id: str | None, arrival: MessageArrived) -> str | None:
    """What a teammate wrote publicly in the ticket afterwards, where a later run of the customer saw it."""
    if customer_id is None:
        return None
    rows = connection.execute(
        "select body from runs join personal on ref = 'context:' || run_id where json_extract(doc, '$.customer_id') = ? and at > ? order by at",
        (customer_id, arrival.at.isoformat()),
    )
    for (body,) in rows:
        for row in OrderContext.model_validate_json(body).contacts:
            if row.ticket_id == arrival.ticket_id and row.author == "human" and row.public and row.at > arrival.at:
                return row.text
    return None
