"""Is it news? What a customer was told is compared, as facts, with what is true now (specification, section 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.context import OrderContext
from graph.facts import Shipment
from graph.labels import HOLDS, PROBLEMS, Condition
from graph.policy import Policy
from graph.rules.findings import Assessment, Group
from graph.rules.supply import expected_supply

TROUBLE = {*PROBLEMS, *HOLDS, Condition.LATE_IN_TRANSIT, Condition.DATA_CONFLICT, Condition.FACTS_UNAVAILABLE}
"""Conditions whose end is worth a message, if they were told."""


class GroupStatus(BaseModel):
    """What a customer knows of one group."""

    model_config = ConfigDict(frozen=True)

    condition: Condition
    lines: tuple[str, ...]
    shipment_id: str | None = None
    detail: str = ""
    """The scan's status of an exception, the time of a failed attempt."""
    expected: AwareDatetime | None = None
    """The supplier's date of a backorder, the carrier's of a moving parcel."""


class VisibleStatus(BaseModel):
    """What a customer knows of an order."""

    model_config = ConfigDict(frozen=True)

    condition: Condition
    groups: tuple[GroupStatus, ...] = ()

    def troubles(self) -> set[Condition]:
        """The problems that it tells of."""
        return {self.condition, *(group.condition for group in self.groups)} & TROUBLE


class NewsKind(StrEnum):
    """Which row of the table it is."""

    PROBLEM_BEGINS = "problem_begins"
    DATE_SLIPS = "date_slips"
    DATE_KNOWN = "date_known"
    DATE_LOST = "date_lost"
    DELIVERED = "delivered"
    READY = "ready"
    CANCELLED = "cancelled"
    SPLIT = "split"
    PROBLEM_ENDS = "problem_ends"
    HELD = "held"
    CONFLICT = "conflict"
    CHECKPOINT = "checkpoint"
    EXHAUSTED = "exhausted"


class News(BaseModel):
    """What is to be told, and which rules it is exempt from."""

    model_config = ConfigDict(frozen=True)

    kind: NewsKind
    because: str
    ignores_gap: bool = False
    ignores_opt_out: bool = False
    silent: bool = False
    """Only people inside are told: a hold or a contradiction without an open case with the customer."""


_URGENT = {Condition.DELIVERY_FAILED, Condition.RETURN_TO_SENDER}


def visible_status(context: OrderContext, assessment: Assessment) -> VisibleStatus:
    """The facts of the order that a customer is told."""
    return VisibleStatus(condition=assessment.condition, groups=tuple(_group_status(context, group) for group in assessment.groups))


def find_news(
    told: VisibleStatus | None, context: OrderContext, assessment: Assessment, policy: Policy, *, has_open_case: bool, in_touch: bool
) -> News | None:
    """What of the current state is news for this customer; None where nothing is.

    `in_touch`: the open case is one with the customer, not one that only people inside know of.
    """
    now = visible_status(context, assessment)
    if assessment.condition in HOLDS or assessment.condition is Condition.DATA_CONFLICT:
        if told is not None and told.condition is assessment.condition:
            return None
        kind = NewsKind.CONFLICT if assessment.condition is Condition.DATA_CONFLICT else NewsKind.HELD
        return News(kind=kind, because=assessment.condition.value, silent=not in_touch)
    if assessment.condition is Condition.FACTS_UNAVAILABLE:
        return None
    return (
        _new_problem(told, now, has_open_case=has_open_case)
        or _moved_date(told, now, policy, context, has_open_case=has_open_case)
        or _milestone(told, now, has_open_case=has_open_case)
        or _ended(told, now)
    )


def _group_status(context: OrderContext, group: Group) -> GroupStatus:
    parcel = next((parcel for parcel in context.shipments if parcel.shipment_id == group.shipment_id), None)
    lines = tuple(sorted(piece.line_id for piece in group.pieces))
    return GroupStatus(
        condition=group.condition,
        lines=lines,
        shipment_id=group.shipment_id,
        detail=_detail(group, parcel),
        expected=_expected(context, group, lines, parcel),
    )


def _detail(group: Group, parcel: Shipment | None) -> str:
    scan = parcel.newest_scan if parcel else None
    if scan is None:
        return ""
    if group.condition is Condition.CARRIER_EXCEPTION:
        return scan.status
    return scan.at.isoformat() if group.condition is Condition.DELIVERY_FAILED else ""


def _expected(context: OrderContext, group: Group, lines: tuple[str, ...], parcel: Shipment | None) -> datetime | None:
    if group.condition is Condition.SUPPLIER_BACKORDER:
        skus = {line.sku for line_id in lines if (line := context.line(line_id))}
        row = expected_supply(tuple(row for row in context.supply if row.sku in skus and row.state != "received"), context.now)
        return row.eta if row else None
    moving = group.condition in {Condition.STANDARD_IN_TRANSIT, Condition.LATE_IN_TRANSIT}
    return parcel.eta if parcel is not None and moving else None


def _before(told: VisibleStatus | None, group: GroupStatus) -> GroupStatus | None:
    """What was told of the same pieces in the same condition."""
    for known in told.groups if told else ():
        if known.condition is group.condition and set(known.lines) & set(group.lines):
            return known
    return None


def _is_known(told: VisibleStatus | None, group: GroupStatus) -> bool:
    """Whether the last message was about the same parcel with the same date, said or not: then the date did not move since."""
    return any(known.shipment_id == group.shipment_id and known.expected == group.expected for known in (told.groups if told else ()))


def _new_problem(told: VisibleStatus | None, now: VisibleStatus, *, has_open_case: bool) -> News | None:
    for group in now.groups:
        late = group.condition is Condition.LATE_IN_TRANSIT
        if group.condition not in PROBLEMS and not (late and has_open_case and told is not None):
            continue
        known = _before(told, group)
        if known is None or known.detail != group.detail:
            urgent = group.condition in _URGENT
            return News(kind=NewsKind.PROBLEM_BEGINS, because=group.condition.value, ignores_gap=urgent)
    return None


def _moved_date(told: VisibleStatus | None, now: VisibleStatus, policy: Policy, context: OrderContext, *, has_open_case: bool) -> News | None:
    slip = timedelta(hours=policy.events.slip_hours)
    for group in now.groups:
        if group.condition is Condition.SUPPLIER_BACKORDER:
            known = _before(told, group)
            if known is None:
                continue
            if known.expected is None and group.expected is not None:
                return News(kind=NewsKind.DATE_KNOWN, because="supplier date known")
            if known.expected is not None and group.expected is None and known.expected > context.now:
                return News(kind=NewsKind.DATE_LOST, because="supplier date lost")
            if known.expected is not None and group.expected is not None and group.expected > known.expected + slip:
                return News(kind=NewsKind.DATE_SLIPS, because="supplier date later")
        carrier_told = None if _is_known(told, group) else context.told_etas.get(group.shipment_id or "")
        if has_open_case and carrier_told is not None and group.expected is not None and group.expected > carrier_told + slip:
            return News(kind=NewsKind.DATE_SLIPS, because="carrier date later")
    return None


def _milestone(told: VisibleStatus | None, now: VisibleStatus, *, has_open_case: bool) -> News | None:
    if now.condition is Condition.DELIVERED and has_open_case and (told is None or told.condition is not Condition.DELIVERED):
        return News(kind=NewsKind.DELIVERED, because="delivered", ignores_gap=True)
    if now.condition is Condition.ORDER_CANCELLED and (told is None or told.condition is not Condition.ORDER_CANCELLED):
        return News(kind=NewsKind.CANCELLED, because="cancelled")
    for group in now.groups:
        if group.condition is Condition.AVAILABLE_FOR_PICKUP and _before(told, group) is None:
            return News(kind=NewsKind.READY, because="ready for pickup")
    known_parcels = {group.shipment_id for group in told.groups} if told else set()
    fresh_parcel = any(group.shipment_id is not None and group.shipment_id not in known_parcels for group in now.groups)
    if now.condition is Condition.PARTIAL_SHIPMENT and (told is None or told.condition is not Condition.PARTIAL_SHIPMENT or fresh_parcel):
        return News(kind=NewsKind.SPLIT, because="itemised")
    return None


def _ended(told: VisibleStatus | None, now: VisibleStatus) -> News | None:
    over = (told.troubles() if told else set()) - now.troubles()
    if not over:
        return None
    because = ", ".join(sorted(condition.value for condition in over))
    return News(kind=NewsKind.PROBLEM_ENDS, because=f"over: {because}", ignores_gap=True, ignores_opt_out=True)


def next_threshold(context: OrderContext, assessment: Assessment, policy: Policy, ship_by_dates: tuple[datetime, ...]) -> datetime | None:
    """The first moment ahead at which time alone may change the condition."""
    order, conditions = context.order, policy.conditions
    if order is None:
        return None
    moments = [*ship_by_dates, *(task.pick_due_at for task in context.fulfillments if task.pick_due_at)]
    for parcel in context.shipments:
        limit = policy.no_movement(carrier=parcel.carrier, country=order.ship_to.country, service_level=order.service_level)
        scan = parcel.newest_scan if parcel.physical_scans else None
        moments.append(parcel.label_created_at + timedelta(hours=conditions.label_hours) if scan is None else scan.at + limit)
        moments += [moment for moment in (parcel.eta, context.told_etas.get(parcel.shipment_id)) if moment]
        if scan is not None and scan.status == "available_for_pickup":
            moments.append(scan.at + timedelta(days=conditions.pickup_days))
    ahead = [moment for moment in moments if moment >= context.now]
    return min(ahead, default=None)
