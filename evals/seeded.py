"""A store that has grown: one finished case, copied as often as wanted, with ids of its own everywhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

TABLES = ("arrivals", "personal", "cases", "tickets", "contacts", "runs", "follow_ups", "outbox", "ledger", "accepted")
_IDS = (
    "select case_id from cases where case_id = ?1",
    "select customer_id from cases where case_id = ?1",
    "select order_id from cases where case_id = ?1",
    "select ticket_id from cases where case_id = ?1",
    "select run_id from runs where case_id = ?1",
    "select arrival_id from runs where case_id = ?1",
    "select follow_up_id from follow_ups where case_id = ?1",
)


def seed(store: Path, cases: int) -> None:
    """Copy the store's last case until there are that many; nobody else may use the store meanwhile. Raises `ValueError` without a case."""
    with closing(sqlite3.connect(store, isolation_level=None)) as database:
        (have,) = database.execute("select count(*) from cases").fetchone()
        row = database.execute("select case_id from cases where case_id not like '%~%' order by opened_at desc limit 1").fetchone()
        if row is None:
            raise ValueError("there is no case to copy")
        if have >= cases:
            return
        ids = sorted({name for sql in _IDS for (name,) in database.execute(sql, row)}, key=len, reverse=True)
        database.execute("begin immediate")
        for table in TABLES:
            _copy(database, table, ids, have, cases)
        database.execute("commit")
        database.execute("analyze")
        database.execute("pragma wal_checkpoint(truncate)")


def _copy(database: sqlite3.Connection, table: str, ids: list[str], have: int, cases: int) -> None:
    columns = [(name, kind.lower()) for _, name, kind, *_ in database.execute(f"pragma table_info({table})") if name != "seq"]
    texts = [name for name, kind in columns if kind == "text"]
    names = ", ".join(name for name, _ in columns)
    about = " or ".join(f"instr({name}, '{one}')" for name in texts for one in ids)
    database.execute(f"create temp table one as select {names} from {table} where {about}")
    copied = ", ".join(_renamed(name, ids) if kind == "text" else name for name, kind in columns)
    numbers = "with recursive numbers(n) as (select ?1 union all select n + 1 from numbers where n + 1 < ?2)"
    database.execute(f"insert into main.{table} ({names}) {numbers} select {copied} from temp.one, numbers", (have, cases))
    database.execute("drop table temp.one")


def _renamed(column: str, ids: list[str]) -> str:
    for one in ids:
        column = f"replace({column}, '{one}', '{one}~' || n)"
    return column
