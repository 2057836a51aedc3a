"""What the case store has of a person: the ids of everything that is theirs, found from their customer id and their mail addresses.

The search goes from the person down to what came of their messages, never up: an event that concerned several orders belongs to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from checkpoints.database import Database

AT_ONCE = 500
"""Ids in one statement."""
_OWN = "select ticket_id from tickets where json_extract(doc, '$.customer_id') = ?"
_ANOTHERS = "select ticket_id from tickets where ticket_id in ({marks}) and json_extract(doc, '$.customer_id') is not null"


@dataclass(frozen=True)
class Person:
    """Who is meant. A mail address finds what was written by somebody whom nobody could identify."""

    customer_id: str | None
    addresses: frozenset[str] = frozenset()

    def wrote(self, arrival: dict[str, Any]) -> bool:
        """Whether an arrival is this person's own, or about them by name."""
        named = {arrival.get("authenticated_customer_id"), arrival.get("customer_id")}
        return self.customer_id in named - {None} or str(arrival.get("from_email") or "").strip().lower() in self.addresses - {""}


@dataclass
class Belongings:
    """The ids of what is a person's."""

    arrivals: set[str] = field(default_factory=set)
    tickets: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    escalations: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)
    follow_ups: set[str] = field(default_factory=set)
    held_texts: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether anything is there."""
        return any((self.arrivals, self.tickets, self.cases, self.runs))

    @property
    def refs(self) -> set[str]:
        """The rows of `personal`."""
        kinds = {"arrival": self.arrivals, "heard": self.arrivals, "outcome": self.runs, "context": self.runs, "action": self.actions}
        kinds |= {"effect": self.effects, "escalation": self.escalations}
        return {f"{kind}:{one}" for kind, ids in kinds.items() for one in ids}

    @property
    def ids(self) -> set[str]:
        """Every id that the ledger may name."""
        return self.arrivals | self.cases | self.runs | self.escalations | self.actions | self.effects | self.follow_ups


def belongings_of(connection: Database, person: Person) -> Belongings:
    """Everything of a person. Reads each arrival that belongs to nobody or to them: it takes seconds in a large store."""
    found = Belongings()
    found.tickets |= set(_column(connection, _OWN, person.customer_id))
    found.cases |= set(_column(connection, "select case_id from cases where customer_id = ?", person.customer_id))
    bodies = _bodies(connection, person)
    before = -1
    while before != (before := _size(found)):
        _look_through(bodies, person, found)
        _follow(connection, person, found)
    return found


def among(connection: Database, sql: str, ids: Collection[str]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `{marks}` for each of these ids."""
    rows: list[tuple[Any, ...]] = []
    for some in in_parts(ids):
        rows += connection.execute(sql.format(marks=",".join("?" * len(some))), some).fetchall()
    return rows


def in_parts(ids: Collection[str]) -> Iterable[list[str]]:
    """The ids in lists that one statement can take."""
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def _bodies(connection: Database, person: Person) -> list[dict[str, Any]]:
    rows = connection.execute("select body from personal where kind = 'arrival' and (customer_id is null or customer_id = ?)", (person.customer_id,))
    return [json.loads(body) for (body,) in rows]


def _look_through(bodies: list[dict[str, Any]], person: Person, found: Belongings) -> None:
    """Arrivals that are theirs, about their reviews, runs and orders, or in a ticket in which they wrote and nobody else did."""
    for body in bodies:
        about_theirs = (
            body.get("ticket_id") in found.tickets
            or body.get("escalation_id") in found.escalations
            or body.get("run_id") in found.runs
            or body.get("order_id") in found.orders
        )
        if person.wrote(body) or about_theirs:
            found.arrivals.add(body["arrival_id"])
            found.tickets |= {body["ticket_id"]} if body.get("ticket_id") else set()


def _follow(connection: Database, person: Person, found: Belongings) -> None:
    """From arrivals and tickets to runs and cases, and from those to all that hangs on them. Another customer's ticket stays theirs."""
    found.tickets -= _ids(connection, _ANOTHERS, found.tickets) - set(_column(connection, _OWN, person.customer_id))
    found.cases |= _ids(connection, "select case_id from cases where customer_id is null and ticket_id in ({marks})", found.tickets)
    found.runs |= _ids(connection, "select run_id from runs where arrival_id in ({marks})", found.arrivals)
    found.runs |= _ids(connection, "select run_id from runs where case_id in ({marks})", found.cases)
    found.runs |= set(_column(connection, "select substr(ref, 9) from personal where kind = 'outcome' and customer_id = ?", person.customer_id))
    found.cases |= _ids(connection, "select case_id from runs where run_id in ({marks}) and case_id is not null", found.runs)
    found.arrivals |= _ids(connection, "select arrival_id from runs where run_id in ({marks})", found.runs)
    found.orders |= _ids(connection, "select order_id from cases where case_id in ({marks}) and order_id is not null", found.cases)
    for name, sql in _HANGING.items():
        getattr(found, name).update(_ids(connection, sql.format(key="run_id", marks="{marks}"), found.runs))
    for name, sql in _HANGING.items():
        getattr(found, name).update(_ids(connection, sql.format(key="case_id", marks="{marks}"), found.cases))
    found.held_texts |= _ids(connection, "select arrival_id from held_texts where json_extract(receipt, '$.run_id') in ({marks})", found.runs)
    found.follow_ups |= _ids(connection, "select follow_up_id from follow_ups where case_id in ({marks})", found.cases)


_HANGING = {
    "escalations": "select escalation_id from escalations where {key} in ({marks})",
    "actions": "select action_id from actions where {key} in ({marks})",
    "effects": "select key from outbox where {key} in ({marks})",
}


def _ids(connection: Database, sql: str, ids: Collection[str]) -> set[str]:
    return {row[0] for row in among(connection, sql, ids)}


def _column(connection: Database, sql: str, value: str | None) -> list[str]:
    return [row[0] for row in connection.execute(sql, (value,))] if value is not None else []


def _size(found: Belongings) -> int:
    return sum(len(getattr(found, name)) for name in found.__dataclass_fields__)
