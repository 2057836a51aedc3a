"""What a replay leaves behind, in a form in which two replays can be compared."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

Rows = list[tuple[Any, ...]]

_KEPT = {
    "arrivals": "select arrival_id, root_arrival_id, kind, lane, at, state from arrivals order by seq",
    "runs": "select run_id, arrival_id, case_id, doc from runs order by seq",
    "cases": "select * from cases order by case_id",
    "tickets": "select * from tickets order by ticket_id",
    "contacts": "select * from contacts order by arrival_id",
    "follow_ups": "select * from follow_ups order by follow_up_id",
    "escalations": "select escalation_id, case_id, status, queue, deadline, run_id from escalations order by seq",
    "actions": "select * from actions order by action_id",
    "outbox": "select key, run_id, case_id, kind, state, receipt from outbox order by seq",
    "ledger": "select at, case_id, run_id, who, what, why, policy_version, fingerprint from ledger order by seq",
    "personal": "select * from personal order by ref",
}
_WORLD = {
    "performed": "select key, document from performed order by key",
    "said": "select contact_id, document from contacts where json_extract(document, '$.author') = 'automation' order by contact_id",
    "orders": "select document from orders order by order_id",
    "shipments": "select document from shipments order by shipment_id",
}


def results(home: Path) -> list[dict[str, Any]]:
    """The results, without the one field that may differ."""
    lines = _without_the_way_in((home / "results.jsonl").read_text(encoding="utf-8")).splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "latency_ms"} for line in lines]


def remains(home: Path) -> dict[str, Rows]:
    """Every table of every house; how often something was tried, and by whom, is left out."""
    rows: dict[str, Rows] = {}
    for house in sorted((home / "state").iterdir()):
        rows |= {f"{house.name}: {name}": _ask(house / "wismo.sqlite", sql) for name, sql in _KEPT.items()}
        rows |= {f"{house.name}: {name}": _ask(house / "world.sqlite", sql) for name, sql in _WORLD.items()}
    return rows


def twice(rows: dict[str, Rows]) -> list[str]:
    """What is there twice and must not be: runs, outbox rows, receipts, messages, ledger lines."""
    once = ("runs", "outbox", "performed", "said", "ledger", "actions")
    return [f"{name}: {row}" for name, found in rows.items() if name.endswith(once) for row, count in Counter(found).items() if count > 1]


def unfinished(rows: dict[str, Rows]) -> list[str]:
    """Arrivals and effects that still wait."""
    waiting = [str(row) for name, found in rows.items() if name.endswith("arrivals") for row in found if row[-1] != "done"]
    return waiting + [str(row) for name, found in rows.items() if name.endswith("outbox") for row in found if row[-2] == "pending"]


def _ask(file: Path, sql: str) -> Rows:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(sql).fetchall()
    return [tuple(_without_the_way_in(value) if isinstance(value, str) else value for value in row) for row in rows]


def _without_the_way_in(text: str) -> str:
    """A decision wakes the graph that sleeps for it; where a kill left none, it comes in like any arrival, to the same end."""
    return text.replace('"await_reviewer"', '"intake"')
