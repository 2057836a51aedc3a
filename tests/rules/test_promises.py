"""When the customer hears next (specification, section 7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.context import OrderContext
from graph.labels import Condition, System
from graph.policy import Policy
from graph.rules.promises import goes_out_at, is_watch_only, kept_out_of_the_night, promised_update, watches
from tests.rules.building import (
    INSTANT,
    POLICY,
    ago,
    ahead,
    calendar_of,
    context,
    delivered,
    hold,
    judged,
    line,
    order,
    parcel,
    policy_with,
    reservation,
    scan,
    sent,
    supply,
    task,
    utc,
    waiting,
)

TOMORROW = utc("2026-03-12T12:00:00Z")
IN_TWO_DAYS = utc("2026-03-13T12:00:00Z")
IN_THREE_DAYS = utc("2026-03-16T12:00:00Z")
SOON = utc("2026-03-11T16:00:00Z")


def promised(facts: OrderContext, *, disputed: bool = False, policy: Policy = POLICY, escalated: datetime | None = None) -> datetime | None:
    found = judged(facts, disputed=disputed, policy=policy)
    return promised_update(facts, found, policy, calendar_of(policy), escalation_deadline=escalated)


ONE_DAY = {
    Condition.NO_TRACKING_MOVEMENT: sent(scan("in_transit", 100), parcel_fields={"label_created_at": ago(120)}),
    Condition.LABEL_CREATED_NO_PICKUP: sent(parcel_fields={"label_created_at": ago(50)}),
    Condition.WAREHOUSE_PICK_DELAY: waiting(state="short_pick"),
    Condition.DELIVERY_FAILED: sent(scan("delivery_attempted")),
    Condition.CARRIER_EXCEPTION: sent(scan("lost")),
    Condition.LATE_IN_TRANSIT: sent(scan("in_transit"), parcel_fields={"eta": ago(2)}),
}


@pytest.mark.parametrize("condition", ONE_DAY)
def test_problems_are_looked_at_again_after_one_business_day(condition: Condition) -> None:
    facts = ONE_DAY[condition]
    assert judged(facts).condition is condition
    assert promised(facts) == TOMORROW
    slower = policy_with(promises={condition.value: 2})
    assert promised(facts, policy=slower) == IN_TWO_DAYS


@pytest.mark.parametrize(
    "facts",
    [waiting(), sent(scan("in_transit")), sent(scan("available_for_pickup")), delivered(), context(order(status="cancelled"))],
    ids=["processing", "in transit", "pickup", "delivered", "cancelled"],
)
def test_nothing_is_promised_where_nothing_is_wrong(facts: OrderContext) -> None:
    assert promised(facts) is None


def test_what_is_only_watched() -> None:
    watched = {Condition.PROCESSING_WITHIN_SLA, Condition.STANDARD_IN_TRANSIT, Condition.AVAILABLE_FOR_PICKUP}
    assert {condition for condition in Condition if is_watch_only(condition)} == watched
    assert all(watches(condition) for condition in watched)


@pytest.mark.parametrize(("older_by", "due"), [(0, None), (1, TOMORROW)])
def test_a_parcel_that_waits_for_more_than_seven_days_to_be_collected(older_by: int, due: datetime | None) -> None:
    there = scan("available_for_pickup").model_copy(update={"at": ago(7 * 24) - older_by * INSTANT})
    assert promised(sent(there, parcel_fields={"label_created_at": ago(250)})) == due


def _short(*rows: Any, failed: bool = False) -> OrderContext:
    return waiting(allocations=(reservation("failed"),) if failed else (), supply=rows)


@pytest.mark.parametrize(
    ("eta", "day"),
    [
        (None, date(2026, 3, 16)),
        ("2026-03-12T18:00:00Z", date(2026, 3, 12)),
        ("2026-03-13T08:00:00Z", date(2026, 3, 13)),
        ("2026-03-16T15:00:00Z", date(2026, 3, 16)),
        ("2026-03-25T12:00:00Z", date(2026, 3, 16)),
    ],
    ids=["no date", "tomorrow", "in two days", "same day as three days", "much later"],
)
def test_a_backorder_is_looked_at_on_the_suppliers_day_or_after_three_days(eta: str | None, day: date) -> None:
    facts = _short(supply("delayed", eta=utc(eta) if eta else None))
    assert judged(facts).condition is Condition.SUPPLIER_BACKORDER
    due = promised(facts)
    assert due is not None
    assert due.date() == day


def test_a_supplier_date_that_is_past_is_no_date() -> None:
    due = promised(_short(supply("delayed", eta=ago(30))))
    assert due == IN_THREE_DAYS


def test_a_failed_reservation_is_looked_at_after_three_days() -> None:
    facts = _short(failed=True)
    assert judged(facts).condition is Condition.ALLOCATION_CONFLICT
    assert promised(facts) == IN_THREE_DAYS


def _split(**fields: Any) -> OrderContext:
    return context(
        order(line(), line("L2"), status="partially_shipped", **fields),
        fulfillments=(task(state="handed_off"), task("L2", number=2)),
        allocations=(reservation(line_id="L2"),),
        shipments=(parcel(scans=(scan("in_transit"),)),),
    )


def test_a_split_order_is_promised_for_the_ship_by_of_the_rest() -> None:
    facts = _split(ship_by=ahead(70))
    assert judged(facts).condition is Condition.PARTIAL_SHIPMENT
    due = promised(facts)
    assert due is not None
    assert due.date() == date(2026, 3, 14) or due == ahead(70)


def test_a_split_order_with_nothing_left_to_ship_is_promised_after_two_days() -> None:
    facts = context(
        order(line(), line("L2"), status="shipped"),
        fulfillments=(task("L1", "L2", state="handed_off"),),
        shipments=(parcel(scans=(scan("in_transit"),)), parcel("L2", number=2, scans=(scan("delivered"),))),
    )
    assert judged(facts).condition is Condition.PARTIAL_SHIPMENT
    assert promised(facts) == IN_TWO_DAYS


DECIDED = [
    pytest.param(sent(scan("return_to_sender")), False, id="return to sender"),
    pytest.param(delivered(), True, id="not received"),
    pytest.param(waiting(order_fields={"holds": (hold("fraud"),)}), False, id="fraud hold"),
    pytest.param(waiting(order_fields={"holds": (hold("payment"),)}), False, id="payment hold"),
    pytest.param(waiting(order_fields={"holds": (hold("address"),)}), False, id="address hold"),
    pytest.param(sent(scan("in_transit"), order_fields={"status": "delivered", "updated_at": ago(5)}), False, id="conflict"),
]


@pytest.mark.parametrize(("facts", "disputed"), DECIDED)
def test_what_is_decided_by_a_human_is_promised_for_the_deadline_at_most_a_day(facts: OrderContext, disputed: bool) -> None:
    assert promised(facts, disputed=disputed, escalated=SOON) == SOON
    assert promised(facts, disputed=disputed, escalated=IN_THREE_DAYS) == TOMORROW
    assert promised(facts, disputed=disputed) == TOMORROW


@pytest.mark.parametrize(
    "facts",
    [
        waiting(),
        sent(scan("in_transit")),
        delivered(),
        context(order(status="cancelled")),
        _split(),
        _short(supply("stockout")),
        _short(supply("delayed", eta=utc("2026-03-13T08:00:00Z"))),
        *ONE_DAY.values(),
    ],
    ids=str,
)
def test_every_escalation_is_promised_for_its_deadline_at_most_a_day(facts: OrderContext) -> None:
    assert promised(facts, escalated=SOON) == SOON
    assert promised(facts, escalated=TOMORROW) == TOMORROW
    assert promised(facts, escalated=IN_THREE_DAYS) == TOMORROW


def test_missing_facts_are_asked_again_after_one_hour() -> None:
    missing = waiting(fulfillments=(), unknown=(System.WMS,))
    assert promised(missing) == ahead(1)
    assert promised(missing, escalated=SOON) == ahead(1)
    assert promised(missing, escalated=ahead(0.5)) == ahead(0.5)
    assert promised(context(unknown=(System.OMS,))) == ahead(1)


def test_a_hold_with_missing_facts_is_promised_for_the_earlier() -> None:
    facts = waiting(fulfillments=(), unknown=(System.WMS,), order_fields={"holds": (hold("address"),)})
    assert judged(facts).condition is Condition.ADDRESS_HOLD
    assert promised(facts, escalated=TOMORROW) == ahead(1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-13T16:00:00Z", "2026-03-16T16:00:00Z"),
        ("2026-03-13T19:00:00Z", "2026-03-17T09:00:00Z"),
        ("2026-03-14T11:00:00Z", "2026-03-17T09:00:00Z"),
        ("2026-03-11T04:00:00Z", "2026-03-12T09:00:00Z"),
    ],
)
def test_a_promise_from_outside_business_hours_counts_from_the_next_opening(now: str, due: str) -> None:
    moment = utc(now)
    lost = scan("lost").model_copy(update={"at": moment})
    assert promised(sent(lost, now=moment)) == utc(due)


def test_missing_facts_at_the_weekend_count_from_monday() -> None:
    saturday = utc("2026-03-14T11:00:00Z")
    facts = waiting(fulfillments=(), unknown=(System.WMS,), now=saturday, order_fields={"ship_by": utc("2026-03-18T12:00:00Z")})
    assert promised(facts) == utc("2026-03-16T10:00:00Z")


def test_promises_skip_the_holidays_of_the_policy() -> None:
    closed = policy_with(business_hours={"holidays": ["2026-03-12", "2026-03-13"]})
    assert promised(sent(scan("lost")), policy=closed) == IN_THREE_DAYS


def test_a_promise_that_falls_into_the_night_is_kept_the_evening_before() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    due = utc("2026-03-12T12:00:00Z")
    assert kept_out_of_the_night(due, utc("2026-03-11T12:00:00Z"), pacific, POLICY) == utc("2026-03-11T21:00-07:00")
    assert kept_out_of_the_night(due, utc("2026-03-12T05:00:00Z"), pacific, POLICY) == utc("2026-03-12T08:00-07:00")
    assert kept_out_of_the_night(due, utc("2026-03-11T12:00:00Z"), ZoneInfo("Europe/Berlin"), POLICY) == due


@pytest.mark.parametrize(("due", "sent"), [("2026-03-12T12:00:00Z", "2026-03-12T11:55:00Z"), ("2026-03-12T08:00:00Z", "2026-03-12T08:00:00Z")])
def test_a_promised_update_goes_out_early_but_never_at_night(due: str, sent: str) -> None:
    assert goes_out_at(utc(due), ZoneInfo("UTC"), POLICY) == utc(sent)


def test_what_would_be_due_at_once_is_promised_for_the_next_business_day() -> None:
    """Before opening hours the supplier's day counts from the opening; the update of that moment is this one."""
    morning = utc("2026-03-12T08:56:00Z")
    late = supply(eta=utc("2026-03-12T23:00:00Z"), state="delayed")
    facts = waiting(supply=(late,), allocations=(), inventory=(), now=morning)
    assert judged(facts).condition is Condition.SUPPLIER_BACKORDER
    due = promised(facts)
    assert due is not None
    assert due > morning + timedelta(minutes=5)
