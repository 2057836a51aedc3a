"""The embedded store: one SQLite database that holds a world and lets it change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self

from graph.facts import Contact, Customer, Patch, Row, World
from graph.labels import System
from tools.embedded.tables import (
    CATALOG,
    CONTACTS,
    PLAIN_TABLES,
    SCHEMA_VERSION,
    SHIPMENTS,
    TABLES,
    R,
    Table,
    mailbox_key,
    schema,
    tracking_key,
)

BUSY_SECONDS = 10.0
WAL_ATTEMPTS = 100


class StoreVersionError(Exception):
    """The file is not an embedded store of this version."""


class StoreBusyError(Exception):
    """Another process keeps the new store locked."""


_OPEN = "json_extract(document, '$.status') NOT IN ('delivered', 'cancelled', 'returned')"


class EmbeddedStore:
    """A world in a SQLite file. Several processes may open the same file; each change is one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._lock = RLock()

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open a store, making the file if there is none; `:memory:` lives as long as the store."""
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All changes inside happen together or not at all; nobody else writes meanwhile."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def load(self, world: World) -> None:
        """Replace everything, performed actions too, by this world."""
        with self.transaction() as db:
            for name in (*(table.name for table in TABLES), *PLAIN_TABLES):
                db.execute(f"DELETE FROM {name}")
            for table in TABLES:
                self.put(table, getattr(world, table.name))
            self._set_faults(world.faults)

    def patch(self, patch: Patch) -> None:
        """Insert the rows of a patch, replacing those of the same ids, and set or clear its faults."""
        with self.transaction():
            for table in TABLES:
                if table not in (CATALOG, CONTACTS):
                    self.put(table, getattr(patch, table.name))
            self._set_faults(patch.faults)

    def is_empty(self) -> bool:
        """Whether no world was loaded yet."""
        return not self._read("select 1 from customers union all select 1 from orders limit 1", ())

    def add_contact(self, contact: Contact) -> None:
        """Keep one message of a ticket; the same contact id again replaces it."""
        with self.transaction():
            self.put(CONTACTS, (contact,))

    def put(self, table: Table[R], rows: Iterable[R]) -> None:
        """Insert or replace rows, inside a transaction of the caller."""
        rows = tuple(rows)
        if rows:
            self._db.executemany(table.upsert, [table.record(row) for row in rows])
            self._index_emails([row for row in rows if isinstance(row, Customer)])

    def remove(self, table: Table[R], row: R) -> None:
        """Delete the row of that key, inside a transaction of the caller."""
        condition = " AND ".join(f"{column} = ?" for column in table.key)
        self._db.execute(f"DELETE FROM {table.name} WHERE {condition}", table.record(row)[: len(table.key)])

    def performed(self, key: str) -> str | None:
        """The document of the receipt of a performed action."""
        found = self._read("SELECT document FROM performed WHERE key = ?", (key,))
        return found[0] if found else None

    def documents(self, table: Table[Any], column: str, values: Iterable[str]) -> tuple[str, ...]:
        """The stored documents whose column has one of the values, in the order in which they first came."""
        wanted = tuple(values)
        if len(wanted) == 1:
            return self._read(f"SELECT document FROM {table.name} WHERE {column} = ? ORDER BY rowid", wanted)
        marks = ", ".join("?" * len(wanted))
        return self._read(f"SELECT document FROM {table.name} WHERE {column} IN ({marks}) ORDER BY rowid", wanted)

    def customers_with(self, email: str) -> tuple[str, ...]:
        """The documents of the customers with that whole address."""
        return self._read(
            "SELECT document FROM emails JOIN customers USING (customer_id) WHERE email = ? ORDER BY customers.rowid",
            (mailbox_key(email),),
        )

    def open_orders_with(self, sku: str) -> tuple[str, ...]:
        """Documents of open orders that have a line of that SKU."""
        sql = (
            f"SELECT document FROM orders WHERE {_OPEN} AND EXISTS "
            "(SELECT 1 FROM json_each(document, '$.lines') WHERE json_extract(value, '$.sku') = ?) ORDER BY rowid"
        )
        return self._read(sql, (sku,))

    def open_orders(self, after: str, limit: int) -> tuple[str, ...]:
        """Documents of a page of open orders, by order id."""
        return self._read(f"SELECT document FROM orders WHERE {_OPEN} AND order_id > ? ORDER BY order_id LIMIT ?", (after, str(limit)))

    def parcels_with(self, number: str) -> tuple[str, ...]:
        """The documents of the parcels with that tracking number."""
        return self.documents(SHIPMENTS, "tracking_number", (tracking_key(number),))

    def contacts_of_ticket(self, ticket_id: str) -> tuple[Contact, ...]:
        """All messages of a ticket, oldest first."""
        rows = map(Contact.model_validate_json, self.documents(CONTACTS, "ticket_id", (ticket_id,)))
        return tuple(sorted(rows, key=lambda contact: contact.at))

    def fault_of(self, system: System) -> str | None:
        """The fault in force in a system."""
        found = self._read("SELECT fault FROM faults WHERE system = ?", (system.value,))
        return found[0] if found else None

    def world(self) -> World:
        """The whole content as a world."""
        with self._lock:
            rows: dict[str, tuple[Row, ...]] = {table.name: self._all(table) for table in TABLES}
            faults = dict(self._db.execute("SELECT system, fault FROM faults ORDER BY rowid"))
        return World.model_validate({**rows, "faults": faults})

    def _read(self, sql: str, values: tuple[str, ...]) -> tuple[str, ...]:
        try:
            with self._lock:
                return tuple(document for (document,) in self._db.execute(sql, values))
        except UnicodeEncodeError:  # a customer can write half a surrogate pair; no row has one
            return ()

    def _all(self, table: Table[R]) -> tuple[R, ...]:
        return tuple(map(table.model.model_validate_json, self._read(f"SELECT document FROM {table.name} ORDER BY rowid", ())))

    def _index_emails(self, customers: list[Customer]) -> None:
        if not customers:
            return
        self._db.executemany("DELETE FROM emails WHERE customer_id = ?", [(customer.customer_id,) for customer in customers])
        pairs = [(mailbox_key(email), customer.customer_id) for customer in customers for email in customer.emails]
        self._db.executemany("INSERT OR IGNORE INTO emails (email, customer_id) VALUES (?, ?)", pairs)

    def _set_faults(self, faults: Mapping[System, str | None]) -> None:
        for system, fault in faults.items():
            if fault is None:
                self._db.execute("DELETE FROM faults WHERE system = ?", (system,))
            else:
                self._db.execute("INSERT OR REPLACE INTO faults (system, fault) VALUES (?, ?)", (system, fault))


def _prepare(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version == 0:
        version = _build(connection)
    if version != SCHEMA_VERSION:
        raise StoreVersionError(f"schema version {version}, expected {SCHEMA_VERSION}")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")


def _build(connection: sqlite3.Connection) -> int:
    """Build the schema; where another process was quicker, its tables stand. An empty store is not worth a sync."""
    connection.execute("PRAGMA synchronous = OFF")
    try:
        _use_wal(connection)
        connection.executescript(schema())
    except sqlite3.OperationalError:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if _version(connection) == 0:
            raise
    return _version(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the journal; SQLite does not wait by itself here, so a lock is waited for by asking to write."""
    for _ in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    raise StoreBusyError


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
