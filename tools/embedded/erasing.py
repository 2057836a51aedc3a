"""Erasing a customer from the embedded backends: everything that stands under their name, their orders and their tickets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tools.embedded.store import EmbeddedStore
from tools.embedded.tables import ALLOCATIONS, CONTACTS, CUSTOMERS, FULFILLMENTS, ORDERS, SHIPMENTS, Table


def documents_of(store: EmbeddedStore, customer_id: str) -> tuple[str, ...]:
    """All documents about a customer: their own, their orders, and what they wrote."""
    tables = (CUSTOMERS, ORDERS, CONTACTS)
    return tuple(document for table in tables for document in store.documents(table, "customer_id", (customer_id,)))


def erase_customer(store: EmbeddedStore, customer_id: str, *, actions: Collection[str] = ()) -> dict[str, int]:
    """Delete a customer's rows, those of their orders, and the receipts of these actions; how many rows, by table."""
    orders = [ORDERS.model.model_validate_json(document).order_id for document in store.documents(ORDERS, "customer_id", (customer_id,))]
    counts: dict[str, int] = {}
    with store.transaction() as db:
        for name, column, values in _rows(customer_id, orders, actions):
            for value in values:
                counts[name] = counts.get(name, 0) + db.execute(f"DELETE FROM {name} WHERE {column} = ?", (value,)).rowcount
    return {name: count for name, count in counts.items() if count}


def _rows(customer_id: str, orders: Collection[str], actions: Collection[str]) -> Iterator[tuple[str, str, Collection[str]]]:
    by_order: tuple[Table[Any], ...] = (FULFILLMENTS, SHIPMENTS, ALLOCATIONS)
    yield from ((table.name, "order_id", orders) for table in by_order)
    yield from ((name, "customer_id", (customer_id,)) for name in ("contacts", "emails", "orders", "customers"))
    yield ("performed", "key", actions)
