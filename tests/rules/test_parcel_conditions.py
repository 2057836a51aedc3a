"""What a parcel's scans say (specification, conditions 5 to 10 and 15 to 18)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.facts import TrackingEvent
from graph.labels import Condition
from graph.policy import Policy
from tests.rules.building import (
    ADDRESS,
    INSTANT,
    NOW,
    ago,
    ahead,
    condition_of,
    context,
    delivered,
    judged,
    line,
    order,
    parcel,
    policy_with,
    scan,
    sent,
    task,
)


def _scanned(age_in_hours: float, status: str = "in_transit", later_by: int = 0) -> TrackingEvent:
    """A scan of that age, made a little older by `later_by` seconds."""
    return scan(status).model_copy(update={"at": ago(age_in_hours) - later_by * INSTANT})


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        (scan("return_to_sender"), Condition.RETURN_TO_SENDER),
        (scan("delivery_attempted", reason="attempts_exhausted"), Condition.RETURN_TO_SENDER),
        (scan("exception", reason="attempts_exhausted"), Condition.RETURN_TO_SENDER),
        (scan("delivery_attempted"), Condition.DELIVERY_FAILED),
        (scan("delivery_attempted", reason="recipient_unavailable"), Condition.DELIVERY_FAILED),
        (scan("lost"), Condition.CARRIER_EXCEPTION),
        (scan("damaged"), Condition.CARRIER_EXCEPTION),
        (scan("customs_hold"), Condition.CARRIER_EXCEPTION),
        (scan("exception"), Condition.CARRIER_EXCEPTION),
        (scan("available_for_pickup"), Condition.AVAILABLE_FOR_PICKUP),
        (scan("in_transit"), Condition.STANDARD_IN_TRANSIT),
        (scan("out_for_delivery"), Condition.STANDARD_IN_TRANSIT),
        (scan("unknown"), Condition.STANDARD_IN_TRANSIT),
    ],
    ids=lambda value: f"{value.status} {value.reason or ''}".strip() if isinstance(value, TrackingEvent) else None,
)
def test_the_newest_scan_decides(newest: TrackingEvent, expected: Condition) -> None:
    older = (scan("label_created", 29), scan("in_transit", 12))
    assert condition_of(sent(*older, newest)) is expected


def test_the_newest_scan_is_the_latest_not_the_last_to_arrive() -> None:
    assert condition_of(sent(scan("delivery_attempted", 3), scan("in_transit", 9))) is Condition.DELIVERY_FAILED
    assert condition_of(sent(scan("in_transit", 3), scan("delivery_attempted", 9))) is Condition.STANDARD_IN_TRANSIT


def test_an_old_scan_of_a_parcel_that_does_not_move_is_no_stall() -> None:
    assert condition_of(sent(scan("available_for_pickup", 400))) is Condition.AVAILABLE_FOR_PICKUP
    assert condition_of(sent(scan("customs_hold", 400))) is Condition.CARRIER_EXCEPTION


@pytest.mark.parametrize("disputed", [True, False])
def test_a_delivered_parcel_is_disputed_or_fine(disputed: bool) -> None:
    expected = Condition.DELIVERED_NOT_RECEIVED if disputed else Condition.DELIVERED
    assert condition_of(delivered(), disputed=disputed) is expected


@pytest.mark.parametrize("newest", ["in_transit", "out_for_delivery", "available_for_pickup"])
def test_a_parcel_that_is_not_delivered_cannot_be_disputed(newest: str) -> None:
    assert Condition.DELIVERED_NOT_RECEIVED not in judged(sent(scan(newest)), disputed=True).conditions_all


def test_a_dispute_about_one_of_two_parcels() -> None:
    facts = context(
        order(line(), line("L2"), status="shipped"),
        fulfillments=(task("L1", "L2", state="handed_off"),),
        shipments=(parcel("L1", scans=(scan("delivered"),)), parcel("L2", scans=(scan("in_transit"),), number=2)),
    )
    found = judged(facts, disputed=True)
    assert found.condition is Condition.DELIVERED_NOT_RECEIVED
    assert found.conditions_all == (Condition.DELIVERED_NOT_RECEIVED, Condition.STANDARD_IN_TRANSIT)


def test_ranks_never_go_back_from_delivered_except_when_sent_back() -> None:
    assert condition_of(sent(scan("delivered", 9), scan("in_transit", 3), order_fields={"status": "delivered"})) is Condition.DELIVERED
    assert condition_of(sent(scan("delivered", 9), scan("return_to_sender", 3))) is Condition.RETURN_TO_SENDER


LIMITS = [("express", 48), ("standard", 96), ("economy", 144), ("international", 240)]


@pytest.mark.parametrize("status", ["in_transit", "out_for_delivery", "unknown"])
@pytest.mark.parametrize(("level", "limit"), LIMITS)
def test_a_moving_parcel_stalls_when_its_newest_scan_is_older_than_the_limit(status: str, level: str, limit: int) -> None:
    fields: dict[str, Any] = {"service_level": level, "placed_at": ago(900), "ship_by": ago(800)}
    for seconds, expected in ((-1, Condition.STANDARD_IN_TRANSIT), (0, Condition.STANDARD_IN_TRANSIT), (1, Condition.NO_TRACKING_MOVEMENT)):
        facts = sent(_scanned(limit, status, seconds), order_fields=fields, parcel_fields={"label_created_at": ago(600)})
        assert condition_of(facts) is expected


EXCEPTIONS = policy_with(
    conditions={
        "no_movement_exceptions": [
            {"carrier": "DHL", "country": "DE", "service_level": "express", "hours": 24},
            {"carrier": "DHL", "country": "DE", "hours": 72},
            {"carrier": "DHL", "hours": 80},
            {"country": "AU", "hours": 300},
        ]
    }
)


@pytest.mark.parametrize(
    ("carrier", "country", "level", "limit"),
    [
        ("DHL", "DE", "express", 24),
        ("DHL", "DE", "standard", 72),
        ("DHL", "US", "economy", 80),
        ("DHL", "AU", "standard", 80),
        ("UPS", "AU", "express", 300),
        ("UPS", "DE", "standard", 96),
        ("UPS", "US", "express", 48),
    ],
)
def test_the_policy_may_set_a_limit_per_carrier_and_lane_the_first_that_fits(carrier: str, country: str, level: str, limit: int) -> None:
    fields: dict[str, Any] = {"service_level": level, "ship_to": ADDRESS.model_copy(update={"country": country})}
    chosen = {"carrier": carrier, "label_created_at": ago(600)}
    base = {"placed_at": ago(900), "ship_by": ago(800)}
    for seconds, expected in ((0, Condition.STANDARD_IN_TRANSIT), (1, Condition.NO_TRACKING_MOVEMENT)):
        facts = sent(_scanned(limit, later_by=seconds), order_fields=base, parcel_fields=chosen)
        assert facts.order
        lane = facts.order.model_copy(update=fields)
        assert condition_of(facts.model_copy(update={"order": lane}), policy=EXCEPTIONS) is expected


@pytest.mark.parametrize("scans", [(), (scan("label_created", 48),)], ids=["no scan", "a label scan"])
@pytest.mark.parametrize(
    ("older_by", "expected"),
    [(-1, Condition.STANDARD_IN_TRANSIT), (0, Condition.STANDARD_IN_TRANSIT), (1, Condition.LABEL_CREATED_NO_PICKUP)],
)
def test_a_label_without_a_physical_scan_for_more_than_48_hours(scans: tuple[TrackingEvent, ...], older_by: int, expected: Condition) -> None:
    made = ago(48) - older_by * INSTANT
    assert condition_of(sent(*scans, parcel_fields={"label_created_at": made})) is expected


def test_one_physical_scan_ends_the_wait_for_pickup() -> None:
    assert condition_of(sent(scan("unknown", 5), parcel_fields={"label_created_at": ago(200)})) is Condition.STANDARD_IN_TRANSIT


def test_the_label_limit_is_the_policys() -> None:
    strict = policy_with(conditions={"label_hours": 12})
    assert condition_of(sent(parcel_fields={"label_created_at": ago(13)}), policy=strict) is Condition.LABEL_CREATED_NO_PICKUP


def _with_etas(carrier_eta: object, told: object = None, newest: str = "in_transit") -> Condition:
    told_etas = {"S-1": told} if told else {}
    return condition_of(sent(scan(newest), parcel_fields={"eta": carrier_eta}, told_etas=told_etas))


@pytest.mark.parametrize(
    ("carrier_eta", "told", "is_late"),
    [
        (None, None, False),
        (ahead(5), None, False),
        (NOW, None, False),
        (NOW - INSTANT, None, True),
        (ahead(30), ago(1), True),
        (ago(1), ahead(30), False),
        (None, ago(1), True),
        (ago(1), ago(3), True),
        (ahead(1), ahead(3), False),
    ],
    ids=["no ETA", "ahead", "now", "past", "told past", "told ahead", "told only", "both past", "both ahead"],
)
def test_late_is_past_the_eta_told_else_past_the_carriers(carrier_eta: object, told: object, is_late: bool) -> None:
    expected = Condition.LATE_IN_TRANSIT if is_late else Condition.STANDARD_IN_TRANSIT
    assert _with_etas(carrier_eta, told) is expected


def test_an_eta_told_for_another_parcel_does_not_count() -> None:
    facts = sent(scan("in_transit"), parcel_fields={"eta": ahead(9)}, told_etas={"S-9": ago(4)})
    assert condition_of(facts) is Condition.STANDARD_IN_TRANSIT


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        ("out_for_delivery", Condition.LATE_IN_TRANSIT),
        ("unknown", Condition.LATE_IN_TRANSIT),
        ("available_for_pickup", Condition.AVAILABLE_FOR_PICKUP),
        ("delivery_attempted", Condition.DELIVERY_FAILED),
        ("lost", Condition.CARRIER_EXCEPTION),
    ],
)
def test_only_what_moves_can_be_late(newest: str, expected: Condition) -> None:
    assert _with_etas(ago(1), newest=newest) is expected


def test_a_stall_comes_before_lateness() -> None:
    facts = sent(scan("in_transit", 97), parcel_fields={"eta": ago(1), "label_created_at": ago(120)})
    assert judged(facts).conditions_all == (Condition.NO_TRACKING_MOVEMENT,)


@pytest.mark.parametrize("policy", [policy_with(conditions={"no_movement_hours": {"standard": 10}})])
def test_levels_not_named_keep_their_limit(policy: Policy) -> None:
    assert condition_of(sent(scan("in_transit", 11)), policy=policy) is Condition.NO_TRACKING_MOVEMENT
    express = sent(scan("in_transit", 11), order_fields={"service_level": "express"})
    assert condition_of(express, policy=policy) is Condition.STANDARD_IN_TRANSIT
