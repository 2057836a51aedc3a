"""A teammate's public answer, as the embedded helpdesk keeps it: the next run sees it in the support history."""

from __future__ import annotations

import json
from datetime import datetime

from graph.facts import Contact
from server.wiring import House


def keep_human_answer(house: House, contact_id: str, ticket_id: str, text: str, at: datetime) -> None:
    """Keep it, where the ticket is a known customer's; the same contact id again replaces it."""
    row = house.connection.execute("select doc from tickets where ticket_id = ?", (ticket_id,)).fetchone()
    ticket = json.loads(row[0]) if row else {}
    if not ticket.get("customer_id"):
        return
    house.world.add_contact(
        Contact(
            contact_id=contact_id,
            ticket_id=ticket_id,
            customer_id=ticket["customer_id"],
            order_id=(ticket.get("order_ids") or [None])[-1],
            at=at,
            direction="outbound",
            author="human",
            text=text,
        )
    )
