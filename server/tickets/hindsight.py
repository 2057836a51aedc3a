"""The world around one message, without hindsight: the sender's orders and what they hang on, as known at the moment of writing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.facts import Contact, World
from nodes.identify.sender import address_in
from server.tickets.exports import Exports, Key
from server.tickets.rewinding import Notes, order_then, parcel_then, supply_then, task_then
from tools.embedded.tables import mailbox_key

_TOKEN = re.compile(r"[A-Za-z0-9]+")
_JOINED = 6
"""A number that is written with blanks or dashes has at most so many parts."""


@dataclass(frozen=True)
class Then:
    """What was known then, what is hidden of what came later, and what nothing gives a date for."""

    world: World
    hidden: tuple[str, ...]
    undated: tuple[str, ...]


@dataclass(frozen=True)
class Sender:
    """Who wrote, when, in which ticket, and every text in which a number may stand."""

    at: datetime
    ticket_id: str
    email: str | None
    customer_id: str | None
    texts: tuple[str, ...]


class Hindsight:
    """The exports of a shop, looked up by customer, order and item."""

    def __init__(self, exports: Exports) -> None:
        self._exports = exports
        self._by_email = _grouped((mailbox_key(email), key) for key, row in exports.rows("customers") for email in row.emails)
        self._orders = _grouped((row.customer_id, key) for key, row in exports.rows("orders"))
        self._parts = {
            table: _grouped((row.order_id, key) for key, row in exports.rows(table)) for table in ("fulfillments", "shipments", "allocations")
        }
        self._items = {table: _grouped((row.sku, key) for key, row in exports.rows(table)) for table in ("supply", "inventory", "catalog")}
        self._contacts = _grouped((row.customer_id, key) for key, row in exports.rows("contacts"))
        numbers = [(_plain(row.order_number), row.order_id) for _, row in exports.rows("orders")]
        numbers += [(digits, order) for number, order in numbers if (digits := re.sub(r"\D", "", number)) and digits != number]
        numbers += [(_plain(row.tracking_number), row.order_id) for _, row in exports.rows("shipments")]
        self._numbers = _grouped(numbers)

    def known_to(self, sender: Sender) -> Then:
        """The facts that the backends had when this sender wrote. Orders that the text names are among them, whoever they belong to."""
        notes = Notes()
        named = {order_id for text in sender.texts for order_id in self._named(text)}
        customers = self._customers(sender) | {row.customer_id for order_id in named if (row := self._newest("orders", (order_id,)))}
        keys = [key for customer_id in sorted(customers) for key in self._orders.get(customer_id, ())]
        found = [self._order(key, sender.at, notes) for key in keys]
        rows: dict[str, list[Any]] = {"customers": [self._plain_row("customers", (each,), sender.at) for each in sorted(customers)]}
        for table in ("orders", "shipments", "fulfillments", "allocations"):
            rows[table] = [row for each in found for row in each.get(table, ())]
        skus = {sku for order in rows["orders"] for line in order.lines for sku in (line.sku, *line.approved_substitutes)}
        rows |= self._goods(sorted(skus), sender.at, notes)
        placed = {order.order_id for order in rows["orders"]}
        rows["contacts"] = [row for each in sorted(customers) for row in self._history(each, sender, placed, notes)]
        world = World(**{name: tuple(each) for name, each in rows.items()}, faults=self._exports.faults_at(sender.at))
        return Then(world, tuple(notes.hidden), tuple(notes.undated))

    def _customers(self, sender: Sender) -> set[str]:
        address = mailbox_key(address_in(sender.email or ""))
        found = {key[0] for key in self._by_email.get(address, ())}
        if sender.customer_id and self._newest("customers", (sender.customer_id,)) is not None:
            found.add(sender.customer_id)
        return found

    def _named(self, text: str) -> set[str]:
        tokens = [token.upper() for token in _TOKEN.findall(text)]
        spelled = {"".join(tokens[start : start + length]) for start in range(len(tokens)) for length in range(1, _JOINED + 1)}
        return {order_id for each in spelled for order_id in self._numbers.get(each, ())}

    def _newest(self, table: str, key: Key) -> Any | None:
        versions = self._exports.versions[table].get(key)
        return versions[-1].row if versions else None

    def _plain_row(self, table: str, key: Key, at: datetime) -> Any:
        before, after = self._exports.around(table, key, at)
        return before or after

    def _order(self, key: Key, at: datetime, notes: Notes) -> dict[str, list[Any]]:
        """An order with its parcels, tasks and reservations; nothing where it was placed later."""
        own = Notes()
        around = [self._exports.around("shipments", each, at) for each in self._parts["shipments"].get(key[0], ())]
        parcels = tuple(parcel for each in around if (parcel := parcel_then(*each, at, own)) is not None)
        order = order_then(*self._exports.around("orders", key, at), parcels, at, own)
        if order is None:
            notes.hide(own.hidden[-1])
            return {}
        around = [self._exports.around("fulfillments", each, at) for each in self._parts["fulfillments"].get(key[0], ())]
        tasks = [task_then(*each, order, parcels, at, own) for each in around]
        allocations = [self._plain_row("allocations", each, at) for each in self._parts["allocations"].get(key[0], ())]
        notes.hidden += own.hidden
        notes.undated += own.undated
        return {"orders": [order], "shipments": list(parcels), "fulfillments": tasks, "allocations": allocations}

    def _goods(self, skus: Iterable[str], at: datetime, notes: Notes) -> dict[str, list[Any]]:
        rows: dict[str, list[Any]] = {"supply": [], "inventory": [], "catalog": []}
        for sku in skus:
            around = [self._exports.around("supply", key, at) for key in self._items["supply"].get(sku, ())]
            rows["supply"] += [row for each in around if (row := supply_then(*each, at, notes)) is not None]
            for key in self._items["inventory"].get(sku, ()):
                before, after = self._exports.around("inventory", key, at)
                rows["inventory"].append(before or after)
                if before is None:
                    notes.doubt(f"stock of {sku}")
            rows["catalog"] += [self._plain_row("catalog", key, at) for key in self._items["catalog"].get(sku, ())]
        return rows

    def _history(self, customer_id: str, sender: Sender, placed: set[str], notes: Notes) -> list[Contact]:
        rows: list[Contact] = [self._exports.versions["contacts"][key][-1].row for key in self._contacts.get(customer_id, ())]
        known = [row for row in rows if row.at < sender.at and (row.order_id is None or row.order_id in placed)]
        if later := len(rows) - len(known):
            notes.hide(f"{later} later message{'s' if later > 1 else ''} of the support history")
        return known


def _plain(number: str) -> str:
    return "".join(_TOKEN.findall(number)).upper()


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
