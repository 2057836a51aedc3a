"""Why a message is not sent now: the reasons in the specified order, and until when a deferred one waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.calendar import customer_zone, is_quiet, quiet_hours_end
from graph.case import CaseRecord
from graph.commit import Memory
from graph.context import OrderContext
from graph.labels import Reason
from graph.policy import Policy
from graph.rules.news import News


@dataclass(frozen=True)
class HeldBack:
    """A reason, and for a deferral the time at which it is looked at again."""

    reason: Reason
    until: datetime | None = None


def held_back(
    news: News, context: OrderContext, memory: Memory, policy: Policy, *, since: datetime, is_promised: bool, is_event: bool
) -> HeldBack | None:
    """The first of opt_out, human_replied, burst, min_gap and quiet_hours that holds; None: it may go out.

    `since`: when the event happened. A promised follow-up is exempt from gap and opt-out, never from quiet hours.
    """
    case = memory.case
    if news.silent:
        return None
    if not (is_promised or news.ignores_opt_out) and _opted_out(context, case):
        return HeldBack(Reason.OPT_OUT)
    if not is_promised and _human_replied(context, case, since):
        return HeldBack(Reason.HUMAN_REPLIED)
    now, burst = context.now, timedelta(minutes=policy.events.burst_minutes)
    if is_event and case is not None and case.last_event_message_at is not None and now < case.last_event_message_at + burst:
        return HeldBack(Reason.BURST, case.last_event_message_at + burst)
    if not (is_promised or news.ignores_gap):
        wrote = _last_word(context, memory)
        gap = timedelta(hours=policy.events.min_gap_hours)
        if wrote is not None and now < wrote + gap:
            return HeldBack(Reason.MIN_GAP, wrote + gap)
    zone = customer_zone(context.customer.timezone if context.customer else "UTC")
    if is_quiet(now, zone, policy):
        return HeldBack(Reason.QUIET_HOURS, quiet_hours_end(now, zone, policy))
    return None


def _opted_out(context: OrderContext, case: CaseRecord | None) -> bool:
    return bool(context.customer and context.customer.contact_opt_out) or bool(case and case.opted_out)


def _human_replied(context: OrderContext, case: CaseRecord | None, since: datetime) -> bool:
    order_id = context.order.order_id if context.order else None
    return any(
        contact.author == "human" and contact.direction == "outbound" and contact.public and contact.at > since
        for contact in context.contacts
        if contact.order_id == order_id or (case is not None and contact.ticket_id == case.ticket_id)
    )


def _last_word(context: OrderContext, memory: Memory) -> datetime | None:
    """When we wrote to the customer, or the customer wrote, about this order, or while nobody could tell about which."""
    order_id = context.order.order_id if context.order else None
    words = [contact.at for contact in context.contacts if contact.public and contact.order_id in (order_id, None)]
    words += [contact.at for contact in memory.contacts]
    if (case := memory.case) is not None:
        words += [moment for moment in (case.last_customer_update_at, case.last_customer_message_at) if moment]
    return max(words, default=None)
