"""The tables of the embedded store: keys as columns, the row itself as one JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

import sqlite_utils

from graph.facts import Allocation, CatalogItem, Contact, Customer, Fulfillment, InventoryLevel, Order, Row, Shipment, SupplyLine

R = TypeVar("R", bound=Row)

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Table(Generic[R]):
    """One entity: its row type, the columns that identify a row, and further columns that are looked up."""

    name: str
    model: type[R]
    key: tuple[str, ...]
    lookups: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The key columns, then the look-ups; every one is an attribute of the row."""
        return self.key + self.lookups

    @cached_property
    def upsert(self) -> str:
        """Insert a row or replace the one of the same key, which keeps its place in the order of reading."""
        changed = (*self.lookups, "document")
        marks = ", ".join("?" * (len(self.columns) + 1))
        settings = ", ".join(f"{column} = excluded.{column}" for column in changed)
        return (
            f"INSERT INTO {self.name} ({', '.join(self.columns)}, document) VALUES ({marks}) "
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {settings}"
        )

    def record(self, row: R) -> tuple[Any, ...]:
        """The values of `upsert` for a row."""
        values = (_COLUMN_VALUES.get(column, attrgetter(column))(row) for column in self.columns)
        return (*values, row.model_dump_json(exclude_none=True))


def mailbox_key(email: str) -> str:
    """The address with its letters lower-cased, but no letter turned into a look-alike (the Kelvin sign is no `k`)."""
    if email.isascii():
        return email.lower()
    return "".join(letter.lower() if letter.lower().upper() == letter else letter for letter in email)


def tracking_key(number: str) -> str:
    """The tracking number in upper case without blanks."""
    return "".join(number.split()).upper()


def _tracking_number(shipment: Shipment) -> str:
    return tracking_key(shipment.tracking_number)


_COLUMN_VALUES: dict[str, Any] = {"tracking_number": _tracking_number}

CUSTOMERS = Table("customers", Customer, ("customer_id",))
ORDERS = Table("orders", Order, ("order_id",), ("customer_id", "order_number"))
FULFILLMENTS = Table("fulfillments", Fulfillment, ("fulfillment_id",), ("order_id",))
SHIPMENTS = Table("shipments", Shipment, ("shipment_id",), ("order_id", "tracking_number"))
SUPPLY = Table("supply", SupplyLine, ("po_id", "sku"))
INVENTORY = Table("inventory", InventoryLevel, ("sku", "warehouse"))
ALLOCATIONS = Table("allocations", Allocation, ("order_id", "line_id"))
CATALOG = Table("catalog", CatalogItem, ("sku",))
CONTACTS = Table("contacts", Contact, ("contact_id",), ("customer_id", "ticket_id"))

TABLES: tuple[Table[Any], ...] = (
    CUSTOMERS,
    ORDERS,
    FULFILLMENTS,
    SHIPMENTS,
    SUPPLY,
    INVENTORY,
    ALLOCATIONS,
    CATALOG,
    CONTACTS,
)
"""All tables of rows, named as the fields of a world."""

PLAIN_TABLES = ("emails", "faults", "performed")
"""The tables that hold no rows of a world."""


@cache
def schema() -> str:
    """The script that builds an empty store; made once per process, so that a new file costs one script."""
    drawing = sqlite_utils.Database(memory=True)
    try:
        for table in TABLES:
            _draw(drawing, table)
        drawing.table("emails").create({"email": str, "customer_id": str}, pk=("email", "customer_id"))
        drawing.table("emails").create_index(["customer_id"])
        drawing.table("faults").create({"system": str, "fault": str}, pk="system", not_null={"fault"})
        drawing.table("performed").create({"key": str, "document": str}, pk="key", not_null={"document"})
        return f"BEGIN IMMEDIATE;\n{drawing.schema}\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;"
    finally:
        drawing.close()


def _draw(drawing: sqlite_utils.Database, table: Table[Any]) -> None:
    columns = dict.fromkeys((*table.columns, "document"), str)
    drawn = drawing.table(table.name).create(columns, pk=table.key, not_null=set(columns))
    for column in table.lookups:
        drawn.create_index([column])
    if table is SUPPLY:
        drawn.create_index(["sku"])
