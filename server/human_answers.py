"""A teammate's public answer, as the embedded helpdesk keeps it: the next run sees it in the support history."""

from __future__ import annotations

import json

from graph.arrivals import HumanReplied
from graph.facts import Contact
from server.wiring import House


def keep_human_answer(house: House, answer: HumanReplied) -> None:
    """Keep it, where the ticket is a known customer's; the same answer again changes nothing."""
    row = house.connection.execute("select doc from tickets where ticket_id = ?", (answer.ticket_id,)).fetchone()
    ticket = json.loads(row[0]) if row else {}
    if not ticket.get("customer_id"):
        return
    house.world.add_contact(
        Contact(
            contact_id=f"human:{answer.arrival_id}",
            ticket_id=answer.ticket_id,
            customer_id=ticket["customer_id"],
            order_id=(ticket.get("order_ids") or [None])[-1],
            at=answer.at,
            direction="outbound",
            author="human",
            text=answer.text,
        )
    )
