"""A question that is worked on again at night: the promised answer waits for the customer's morning (specification, section 7)."""

from __future__ import annotations

from graph.arrivals import MessageArrived
from graph.calendar import customer_zone, is_quiet, quiet_hours_end
from graph.commit import Commit, LedgerEntry, Outcome
from graph.customer_view import zone_of
from graph.labels import Disposition, Reason
from nodes.deps import Deps
from nodes.identify.sender import find_sender
from nodes.monitoring.quiet import blank_run


async def kept_for_the_morning(message: MessageArrived, root: str, deps: Deps) -> Commit | None:
    """The promise of an earlier question, moved to the end of the night. The time zone was not known when it was made; None by day."""
    if message.asked_again_for is None:
        return None
    sender, now = await find_sender(message, deps), deps.clock.now()
    zone = customer_zone(zone_of(sender.customer))
    if sender.customer is None or not is_quiet(now, zone, deps.policy):
        return None
    memory = await deps.memory.recall(customer_id=sender.customer_id, order_id=None, ticket_id=message.ticket_id)
    promise, morning = memory.follow_up, quiet_hours_end(now, zone, deps.policy)
    if promise is None or promise.follow_up_id != message.asked_again_for:
        return None
    held = {"case_id": promise.case_id, "customer_id": sender.customer_id, "disposition": Disposition.SUPPRESS, "reason": Reason.QUIET_HOURS}
    run = blank_run(message, root, deps).model_copy(update=held)
    return Commit(
        run=run,
        outcome=Outcome(run=run),
        follow_ups=(promise.model_copy(update={"due_at": morning, "send_at": morning}),),
        ledger=(LedgerEntry(who="service", what="suppressed: question", why=f"quiet_hours, again at {morning.isoformat()}"),),
    )
