"""Queue, deadline, question and options of a review request (specification, section 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from graph.calendar import BusinessCalendar
from graph.gates.verdict import Verdict
from graph.labels import Action, Queue, Trigger
from graph.policy import Policy
from graph.rules.findings import Fired

_QUEUES: dict[Trigger, Queue] = {
    Trigger.FRAUD_HOLD: Queue.FRAUD,
    Trigger.PAYMENT_HOLD: Queue.FRAUD,
    Trigger.NO_SUPPLIER_ETA: Queue.SUPPLY_CHAIN,
    Trigger.ALTERNATE_COMPONENT: Queue.SUPPLY_CHAIN,
    Trigger.DELIVERY_DISPUTED: Queue.SHIPPING,
}

_APPROVAL_QUEUES: dict[Action, Queue] = {
    Action.REPLACEMENT: Queue.SHIPPING,
    Action.CARRIER_INVESTIGATION: Queue.SHIPPING,
    Action.ALTERNATE_ITEM: Queue.SUPPLY_CHAIN,
}

_URGENT = {Trigger.LEGAL_THREAT, Trigger.CHARGEBACK_THREAT, Trigger.MANAGER_REQUEST}
_RANK = {queue: rank for rank, queue in enumerate(Queue)}


def queues_of(fired: tuple[Fired, ...], verdicts: tuple[Verdict, ...], *, claims: int, policy: Policy) -> tuple[Queue, ...]:
    """The queue of every trigger, the strictest first."""
    found = set()
    for trigger in (item.trigger for item in fired):
        if trigger is Trigger.APPROVAL_REQUIRED:
            waiting = [verdict.action for verdict in verdicts if verdict.waits]
            found |= {_APPROVAL_QUEUES.get(action, Queue.CX) for action in waiting}
        elif trigger is Trigger.DELIVERY_DISPUTED and claims >= policy.triggers.claims:
            found.add(Queue.FRAUD)
        else:
            found.add(_QUEUES.get(trigger, Queue.CX))
    return tuple(sorted(found, key=_RANK.__getitem__))


def stricter(first: Queue, second: Queue) -> Queue:
    """The queue that comes first among fraud, supply_chain, shipping, cx."""
    return min(first, second, key=_RANK.__getitem__)


def deadline(triggers: tuple[Trigger, ...], queue: Queue, now: datetime, policy: Policy, calendar: BusinessCalendar) -> tuple[datetime, datetime]:
    """The deadline of a review, and the moment of its reminder at half of the business time."""
    if queue is Queue.FRAUD or set(triggers) & _URGENT:
        hours = policy.escalation.urgent_hours
        return calendar.add_hours(now, hours), calendar.add_hours(now, hours / 2)
    hours_a_day = _hours_a_day(policy)
    return calendar.add_days(now, policy.escalation.days), calendar.add_hours(now, policy.escalation.days * hours_a_day / 2)


def _hours_a_day(policy: Policy) -> float:
    opens, closes = policy.business_hours.opens, policy.business_hours.closes
    return (timedelta(hours=closes.hour, minutes=closes.minute) - timedelta(hours=opens.hour, minutes=opens.minute)) / timedelta(hours=1)


def value_band(total: Decimal, policy: Policy) -> str:
    """The order-value band shown to reviewers."""
    limits = policy.value_bands.limits
    for limit in limits:
        if total < limit:
            return f"below {limit}"
    return f"{limits[-1]} or above" if limits else "any"
