"""An answer after a decision waits for the end of the customer's quiet hours; what was done is recorded at once (section 7)."""

from __future__ import annotations

from datetime import datetime

from graph.arrivals import ReceiptArrived
from graph.calendar import customer_zone, is_quiet, quiet_hours_end
from graph.customer_view import zone_of
from graph.facts import Customer
from nodes.deps import Deps


def morning(customer: Customer | None, deps: Deps) -> datetime | None:
    """When the customer may be written to again; None where that is now."""
    now, zone = deps.clock.now(), customer_zone(zone_of(customer))
    return quiet_hours_end(now, zone, deps.policy) if is_quiet(now, zone, deps.policy) else None


def held_receipt(receipt: ReceiptArrived, arrival_id: str, until: datetime) -> ReceiptArrived:
    """The receipt that brings the text when the night is over."""
    return receipt.model_copy(update={"arrival_id": f"later:{arrival_id}", "at": until, "was_quiet": True})
