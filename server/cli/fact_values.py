"""The values behind the fact paths of a rule, looked up in the frozen context of the run, with source and age."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import BaseModel

from graph.context import OrderContext, SystemAnswer
from graph.facts import Hold, OrderLine, Shipment
from graph.rules.findings import Because
from server.cli.moments import away_text, moment_text

_STEP: Final = re.compile(r"(\w+)(?:\[([^\]]*)\])?")
_IDS: Final = ("shipment_id", "fulfillment_id", "line_id", "po_id", "sku", "contact_id", "order_id")
_SOURCES: Final = {
    "order": "oms", "customer": "oms", "catalog": "oms", "shipments": "carrier", "fulfillments": "wms", "supply": "supplier",
    "inventory": "inventory", "allocations": "inventory", "contacts": "support",
}  # fmt: skip
_TIMES: Final = ("newest_scan.at", "label_created_at", "updated_at")


@dataclass(frozen=True)
class Ground:
    """One fact that a rule held on."""

    path: str
    value: str
    source: str
    known_since: datetime | None
    """The fact's own time, where the system says one."""


def grounds(because: Because, context: OrderContext | None) -> tuple[Ground, ...]:
    """The facts of a rule with their values; only the paths where no context was stored."""
    if context is None:
        return tuple(Ground(path, "", _SOURCES.get(_root(path), ""), None) for path in because.facts)
    return tuple(
        Ground(path, _value_text(look_up(context, path), context), _SOURCES.get(_root(path), ""), own_time(path, context)) for path in because.facts
    )


def facts_in_short(context: OrderContext) -> tuple[str, ...]:
    """A context snapshot in a few lines: how each system answered, and the state of each of its rows."""
    order = context.order
    lines = [", ".join(f"{system.value} {answer.knowledge.value}" for system, answer in context.systems.items())]
    if order is not None:
        lines.append(f"oms: order {order.status}, {order.total} {order.currency}, payment {order.payment.state}")
        lines += [f"oms: {hold}" for hold in (_row_text(row, context) for row in order.holds)]
    lines += [f"wms: {_row_text(row, context)}" for row in context.fulfillments]
    lines += [f"carrier: {_row_text(row, context)}" for row in context.shipments]
    lines += [f"supplier: {_row_text(row, context)}" for row in context.supply]
    lines += [f"inventory: {level.sku} {level.available} available" for level in context.inventory]
    return tuple(lines)


def look_up(context: OrderContext, path: str) -> object | None:
    """What stands at a path such as `shipments[S1].newest_scan.at`; None where nothing does."""
    here: object | None = context
    for name, key in _STEP.findall(path):
        here = here.get(name) if isinstance(here, Mapping) else getattr(here, name, None)
        if key and isinstance(here, tuple):
            here = next((row for row in here if key in {getattr(row, each, None) for each in _IDS}), None)
        if here is None:
            return None
    return here


def own_time(path: str, context: OrderContext) -> datetime | None:
    """When the system itself last touched the row: the scan, the update of a task or supply line, the change of an order."""
    if path.startswith(("order.status", "order.payment", "order.holds")) and context.order is not None:
        return context.order.changed_at
    row = re.match(r"\w+\[[^\]]*\]", path)
    if row is None or path.startswith("order"):
        return None
    found = (look_up(context, f"{row[0]}.{time}") for time in _TIMES)
    return next((time for time in found if isinstance(time, datetime)), None)


def _root(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


def _value_text(value: object, context: OrderContext) -> str:
    if isinstance(value, datetime):
        return f"{moment_text(value)} ({away_text(value, context.now)})"
    if isinstance(value, tuple):
        return ", ".join(_row_text(row, context) for row in value[:4]) + (", ..." if len(value) > 4 else "") if value else "none"
    if isinstance(value, SystemAnswer):
        return f"{value.knowledge.value}{f': {value.because}' if value.because else ''}"
    if isinstance(value, Decimal):
        return f"{value} {context.order.currency if context.order else ''}".strip()
    if isinstance(value, BaseModel):
        return _row_text(value, context)
    return {None: "unknown", True: "yes", False: "no"}.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)


def _row_text(row: object, context: OrderContext) -> str:
    if isinstance(row, Hold):
        return f"{row.kind} since {away_text(row.placed_at, context.now).removesuffix(' ago')}{', released' if row.released_at else ''}"
    if isinstance(row, Shipment):
        scan = row.newest_scan
        return f"{row.shipment_id} {scan.status if scan else 'without a scan'}"
    if isinstance(row, OrderLine):
        return f"{row.quantity} × {row.title}"
    at = getattr(row, "at", None)
    if isinstance(at, datetime):
        return f"{getattr(row, 'author', '')} {away_text(at, context.now)}".strip()
    state = getattr(row, "state", "")
    name = next((getattr(row, each) for each in _IDS if getattr(row, each, None)), "")
    return f"{name} {state}".strip() or str(row)
