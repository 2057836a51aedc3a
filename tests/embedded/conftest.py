"""A small world of two orders, and the store and backends that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.facts import World
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore

_ADDRESS = {"name": "Ava Lindqvist", "line1": "2210 W Addison St", "city": "Chicago", "region": "IL", "postal_code": "60618"}


def _line(line_id: str, sku: str, price: str) -> dict[str, Any]:
    return {"line_id": line_id, "sku": sku, "title": f"Item {sku}", "unit_price": price, "approved_substitutes": ["SSD-4TB"]}


def _order(number: str, placed_at: str, **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"O-{number}",
        "order_number": number,
        "customer_id": "C-1",
        "placed_at": placed_at,
        "status": "processing",
        "total": "267.00",
        "ship_to": _ADDRESS,
        "lines": [_line("L1", "SSD-2TB", "149.00"), _line("L2", "RAM-32", "118.00")],
        **more,
    }


def _contact(contact_id: str, at: str) -> dict[str, Any]:
    return {
        "contact_id": contact_id, "ticket_id": "T-1", "customer_id": "C-1", "order_id": "O-1", "at": at,
        "direction": "inbound", "author": "customer", "text": "Where is it?",
    }  # fmt: skip


def _task(number: int, state: str) -> dict[str, Any]:
    return {
        "fulfillment_id": f"F-{number}", "order_id": "O-1", "warehouse": "DFW1", "lines": [{"line_id": f"L{number}"}],
        "state": state, "updated_at": "2026-03-09T16:00:00Z",
    }  # fmt: skip


@pytest.fixture
def raw() -> dict[str, Any]:
    """The world as it stands in a file."""
    return {
        "customers": [
            {"customer_id": "C-1", "name": "Ava Lindqvist", "emails": ["Ava@Mailbox.example", "kim@mailbox.example"]},
            {"customer_id": "C-2", "name": "Ben Osei", "emails": ["ben@mailbox.example", "kim@mailbox.example"]},
        ],
        "orders": [
            _order("2", "2026-03-10T00:30:00+02:00", status="delivered"),
            _order("1", "2026-03-09T15:00:00-05:00", payment={"state": "authorized"}),
        ],
        "fulfillments": [_task(1, "picking"), _task(2, "handed_off")],
        "shipments": [
            {
                "shipment_id": "S-1", "order_id": "O-2", "lines": [{"line_id": "L1"}], "carrier": "UPS",
                "tracking_number": "1z 999 aa1", "label_created_at": "2026-03-09T16:00:00Z",
            }
        ],
        "supply": [
            {"po_id": "PO-1", "supplier": "Nord", "sku": sku, "quantity": 5, "state": "open", "updated_at": "2026-03-01T00:00:00Z"}
            for sku in ("RAM-32", "SSD-2TB")
        ],
        "inventory": [{"sku": "SSD-2TB", "warehouse": place, "on_hand": 4, "available": 3} for place in ("DFW1", "RNO2")],
        "allocations": [
            {"order_id": "O-1", "line_id": "L1", "state": "failed"},
            {"order_id": "O-1", "line_id": "L2", "state": "failed"},
        ],
        "catalog": [{"sku": "SSD-4TB", "title": "4TB NVMe SSD", "unit_price": "249.00", "item_class": "oversize"}],
        "contacts": [_contact("M-2", "2026-03-10T10:00:00Z"), _contact("M-1", "2026-03-09T23:00:00-05:00")],
    }  # fmt: skip


@pytest.fixture
def world(raw: dict[str, Any]) -> World:
    """The world as typed rows."""
    return World.model_validate(raw)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store lives."""
    return tmp_path / "shop.db"


@pytest.fixture
def store(file: Path, world: World) -> Iterator[EmbeddedStore]:
    """An open store with the world in it."""
    with EmbeddedStore.open(file) as opened:
        opened.load(world)
        yield opened


@pytest.fixture
def backends(store: EmbeddedStore) -> EmbeddedBackends:
    """All six systems over the store."""
    return EmbeddedBackends(store)
