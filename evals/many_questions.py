"""A shop whose customers all have one healthy order, and all ask where it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any


def facts(customers: int) -> dict[str, Any]:
    """A world in which customer `C-n` has the order `100n`, due in three days."""
    now = datetime.now(UTC)
    moments = {"placed_at": now - timedelta(hours=1), "ship_by": now + timedelta(days=3)}
    address = {"line1": "2210 W Addison St", "city": "Chicago", "postal_code": "60618"}
    line = {"line_id": "L1", "sku": "LAMP", "title": "Desk Lamp", "unit_price": "40.00"}
    people = [{"customer_id": f"C-{n}", "name": "Ava Lindqvist", "emails": [f"ava{n}@mailbox.example"]} for n in range(customers)]
    orders = [{"order_id": f"O-{1000 + n}", "order_number": str(1000 + n), "customer_id": f"C-{n}", "status": "processing"} for n in range(customers)]
    same = {**moments, "total": "40.00", "lines": [line], "ship_to": address}
    return {"customers": people, "orders": [{**order, **same} for order in orders]}


def question(number: int) -> dict[str, Any]:
    """What customer `C-n` asks, as the fields of a message."""
    return {"channel": "chat", "ticket_id": f"T-{number}", "authenticated_customer_id": f"C-{number}", "text": "Where is my order?"}
