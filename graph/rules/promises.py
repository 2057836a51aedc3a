"""When the customer hears next (specification, section 7). Times in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from graph.calendar import BusinessCalendar, is_quiet, outside_quiet_hours
from graph.context import OrderContext
from graph.labels import HOLDS, Condition
from graph.policy import Policy
from graph.rules.findings import Assessment, Stage
from graph.rules.supply import expected_supply, ship_by

_DECISIONS = {Condition.RETURN_TO_SENDER, Condition.DELIVERED_NOT_RECEIVED, Condition.DATA_CONFLICT, *HOLDS}
_BY_DAYS = {
    Condition.NO_TRACKING_MOVEMENT,
    Condition.LABEL_CREATED_NO_PICKUP,
    Condition.WAREHOUSE_PICK_DELAY,
    Condition.DELIVERY_FAILED,
    Condition.CARRIER_EXCEPTION,
    Condition.LATE_IN_TRANSIT,
}
_WATCHED = {Condition.PROCESSING_WITHIN_SLA, Condition.STANDARD_IN_TRANSIT, Condition.AVAILABLE_FOR_PICKUP}

WATCHES: dict[Condition, tuple[str, ...]] = {
    Condition.PROCESSING_WITHIN_SLA: ("fulfillment.handed_off", "tracking.updated", "pick.late", "pick.short", "order.updated"),
    Condition.STANDARD_IN_TRANSIT: ("tracking.updated", "tracking.delivered"),
    Condition.AVAILABLE_FOR_PICKUP: ("tracking.delivered", "tracking.return_to_sender"),
    Condition.PARTIAL_SHIPMENT: ("tracking.updated", "fulfillment.handed_off", "order.updated"),
    Condition.SUPPLIER_BACKORDER: ("supply.eta_changed", "inventory.updated", "fulfillment.handed_off"),
    Condition.ALLOCATION_CONFLICT: ("inventory.updated", "supply.eta_changed", "fulfillment.handed_off"),
    Condition.WAREHOUSE_PICK_DELAY: ("fulfillment.handed_off", "tracking.updated"),
    Condition.FACTS_UNAVAILABLE: ("order.updated", "tracking.updated"),
}
_PARCEL_WATCH = ("tracking.updated", "tracking.delivered")


def watches(condition: Condition) -> tuple[str, ...]:
    """The event types that end a promise or watch early."""
    return WATCHES.get(condition, _PARCEL_WATCH)


def is_watch_only(condition: Condition) -> bool:
    """Conditions in which nothing is promised, but the case is watched."""
    return condition in _WATCHED


def promised_update(
    context: OrderContext,
    assessment: Assessment,
    policy: Policy,
    calendar: BusinessCalendar,
    *,
    escalation_deadline: datetime | None,
    asks_again: bool = True,
) -> datetime | None:
    """The next update to promise before quiet hours are looked at; None where nothing is promised.

    `asks_again`: missing facts are asked for in an hour; once a human has them, the human's deadline counts. What is due before
    an update could go out early is promised for the next business day: a promise that falls due at once would be renewed at once, for ever.
    """
    candidates = [_by_condition(context, assessment, policy, calendar)]
    if assessment.missing and asks_again:
        candidates.append(calendar.counted_from(context.now) + timedelta(hours=policy.promises.facts_unavailable_hours))
    if escalation_deadline is not None:
        candidates.append(min(escalation_deadline, calendar.add_days(context.now, policy.promises.decision)))
    due = min((moment for moment in candidates if moment is not None), default=None)
    soonest = context.now + timedelta(minutes=policy.events.lead_minutes)
    return due if due is None or due > soonest else calendar.add_days(context.now, 1)


def kept_out_of_the_night(due: datetime, now: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """The promise moved out of the customer's quiet hours."""
    return outside_quiet_hours(due, now, zone, policy)


def goes_out_at(due: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """When a promised update goes out: early enough not to break the promise, but never at night."""
    early = due - timedelta(minutes=policy.events.lead_minutes)
    return due if is_quiet(early, zone, policy) else early


def _by_condition(context: OrderContext, assessment: Assessment, policy: Policy, calendar: BusinessCalendar) -> datetime | None:
    condition, now = assessment.condition, context.now
    if condition in _BY_DAYS:
        return calendar.add_days(now, policy.promises.days(condition))
    if condition in _DECISIONS:
        return calendar.add_days(now, policy.promises.decision)
    if condition is Condition.AVAILABLE_FOR_PICKUP:
        return _old_pickup(context, assessment, policy, calendar)
    if condition is Condition.PARTIAL_SHIPMENT:
        return _pending_lines(context, assessment, policy, calendar)
    if condition in {Condition.SUPPLIER_BACKORDER, Condition.ALLOCATION_CONFLICT}:
        return _next_supply(context, assessment, policy, calendar)
    return None


def _old_pickup(context: OrderContext, assessment: Assessment, policy: Policy, calendar: BusinessCalendar) -> datetime | None:
    limit = timedelta(days=policy.conditions.pickup_days)
    ids = {group.shipment_id for group in assessment.having(Condition.AVAILABLE_FOR_PICKUP)}
    scans = [parcel.newest_scan for parcel in context.shipments if parcel.shipment_id in ids]
    if any(scan is not None and context.now - scan.at > limit for scan in scans):
        return calendar.add_days(context.now, policy.promises.old_pickup)
    return None


def _pending_lines(context: OrderContext, assessment: Assessment, policy: Policy, calendar: BusinessCalendar) -> datetime:
    dates = []
    for group in assessment.groups:
        lines = [context.line(piece.line_id) for piece in group.pieces] if group.stage is Stage.UNSHIPPED else []
        dates += [ship_by(context, line, policy, calendar) for line in lines if line is not None]
    ahead = [date for date in dates if date > context.now]
    return min(ahead, default=calendar.add_days(context.now, policy.promises.partial_shipment))


def _next_supply(context: OrderContext, assessment: Assessment, policy: Policy, calendar: BusinessCalendar) -> datetime:
    latest = calendar.add_days(context.now, policy.promises.days(assessment.condition))
    skus = {
        line.sku
        for group in assessment.having(Condition.SUPPLIER_BACKORDER, Condition.ALLOCATION_CONFLICT)
        for line in (context.line(piece.line_id) for piece in group.pieces)
        if line is not None
    }
    expected = expected_supply(tuple(row for row in context.supply if row.sku in skus and row.state != "received"), context.now)
    if expected is None or expected.eta is None:
        return latest
    on_the_day = calendar.same_clock_on(calendar.day_of(expected.eta), context.now)
    return min(latest, on_the_day) if on_the_day > context.now else min(latest, calendar.add_days(context.now, 1))
