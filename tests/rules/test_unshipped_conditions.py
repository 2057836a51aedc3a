"""Supply, reservation, picking and time of what is in no parcel (specification, conditions 11 to 13 and 19)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import OrderContext
from graph.labels import Condition
from tests.rules.building import (
    INSTANT,
    NOW,
    ago,
    ahead,
    condition_of,
    context,
    judged,
    line,
    order,
    parcel,
    policy_with,
    reservation,
    scan,
    shelf,
    supply,
    task,
    utc,
    waiting,
)

SHIP_BY = ahead(48)


def _waiting_for(*rows: Any, **more: Any) -> OrderContext:
    return waiting(**{"allocations": (), "supply": rows, "order_fields": {"ship_by": SHIP_BY}, **more})


@pytest.mark.parametrize(
    ("rows", "is_backorder"),
    [
        ((supply("delayed"),), True),
        ((supply("short_allocated"),), True),
        ((supply("stockout"),), True),
        ((supply("delayed", eta=ahead(1)),), True),
        ((supply("open", eta=SHIP_BY + INSTANT),), True),
        ((supply("open", eta=SHIP_BY),), False),
        ((supply("open", eta=ahead(1)),), False),
        ((supply("open"),), False),
        ((supply("received", eta=ahead(90)),), False),
        ((supply("delayed", sku="SKU-OTHER"),), False),
        ((), False),
    ],
    ids=["delayed", "short", "out", "delayed with date", "just too late", "just in time", "in time", "no date", "received", "other", "none"],
)
def test_an_unshipped_line_waits_for_its_supply(rows: tuple[Any, ...], is_backorder: bool) -> None:
    expected = Condition.SUPPLIER_BACKORDER if is_backorder else Condition.PROCESSING_WITHIN_SLA
    assert condition_of(_waiting_for(*rows)) is expected


@pytest.mark.parametrize(
    ("levels", "is_backorder"),
    [
        ((shelf(available=3),), False),
        ((shelf(available=2),), True),
        ((shelf(available=2), shelf(available=1, warehouse="RNO1")), False),
        ((shelf(available=1), shelf(available=1, warehouse="RNO1")), True),
        ((shelf("SKU-OTHER", 9),), True),
        ((), True),
    ],
)
def test_available_stock_covers_the_line_only_in_full(levels: tuple[Any, ...], is_backorder: bool) -> None:
    expected = Condition.SUPPLIER_BACKORDER if is_backorder else Condition.PROCESSING_WITHIN_SLA
    facts = waiting(line(quantity=3), allocations=(), supply=(supply("delayed"),), inventory=levels)
    assert condition_of(facts) is expected


@pytest.mark.parametrize("on_hand", [0, 5])
def test_stock_that_is_reserved_for_others_covers_nothing(on_hand: int) -> None:
    level = shelf().model_copy(update={"on_hand": on_hand})
    assert condition_of(_waiting_for(supply("stockout"), inventory=(level,))) is Condition.SUPPLIER_BACKORDER


def test_only_the_pieces_not_yet_shipped_need_stock() -> None:
    facts = context(
        order(line(quantity=3), status="partially_shipped"),
        fulfillments=(task(("L1", 2), state="handed_off"), task(("L1", 1), number=2)),
        shipments=(parcel(("L1", 2), scans=(scan("in_transit"),)),),
        supply=(supply("delayed"),),
        inventory=(shelf(available=1),),
    )
    assert Condition.SUPPLIER_BACKORDER not in judged(facts).conditions_all


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("allocated", Condition.PROCESSING_WITHIN_SLA),
        ("released", Condition.SUPPLIER_BACKORDER),
        ("failed", Condition.SUPPLIER_BACKORDER),
    ],
)
def test_a_reserved_line_waits_for_nothing(state: str, expected: Condition) -> None:
    found = judged(_waiting_for(supply("stockout"), allocations=(reservation(state),)))
    assert found.condition is expected
    assert Condition.ALLOCATION_CONFLICT not in found.conditions_all


def test_a_supply_date_is_compared_with_the_default_ship_by_where_the_order_has_none() -> None:
    fields = {"placed_at": utc("2026-03-11T10:00:00Z"), "ship_by": None}
    in_time = supply("open", eta=utc("2026-03-13T10:00:00Z"))
    too_late = supply("open", eta=utc("2026-03-13T10:00:01Z"))
    assert condition_of(_waiting_for(in_time, order_fields=fields)) is Condition.PROCESSING_WITHIN_SLA
    assert condition_of(_waiting_for(too_late, order_fields=fields)) is Condition.SUPPLIER_BACKORDER


@pytest.mark.parametrize("available", [0, 5])
def test_a_failed_reservation_that_no_supply_explains(available: int) -> None:
    facts = waiting(allocations=(reservation("failed"),), inventory=(shelf(available=available),))
    assert condition_of(facts) is Condition.ALLOCATION_CONFLICT


def test_a_supply_problem_covered_by_stock_does_not_explain_a_failed_reservation() -> None:
    facts = _waiting_for(supply("delayed"), allocations=(reservation("failed"),), inventory=(shelf(available=1),))
    assert condition_of(facts) is Condition.ALLOCATION_CONFLICT


@pytest.mark.parametrize("state", ["short_pick", "quarantined", "cycle_count_mismatch"])
def test_a_stopped_pick_is_a_delay_even_before_any_date(state: str) -> None:
    assert condition_of(waiting(state=state)) is Condition.WAREHOUSE_PICK_DELAY


@pytest.mark.parametrize(
    ("state", "pick_due", "is_late"),
    [
        ("not_started", NOW - INSTANT, True),
        ("released", NOW - INSTANT, True),
        ("picking", NOW - INSTANT, True),
        ("picking", NOW, False),
        ("picking", ahead(1), False),
        ("picking", None, False),
        ("packed", ago(5), False),
        ("labelled", ago(5), False),
        ("handed_off", ago(5), False),
        ("cancelled", ago(5), False),
    ],
)
def test_not_packed_and_past_the_picking_date(state: str, pick_due: object, is_late: bool) -> None:
    facts = waiting(fulfillments=(task(state=state, pick_due_at=pick_due),))
    expected = Condition.WAREHOUSE_PICK_DELAY if is_late else Condition.PROCESSING_WITHIN_SLA
    assert condition_of(facts) is expected


@pytest.mark.parametrize("state", ["not_started", "released", "picking", "packed", "labelled", "cancelled"])
def test_not_handed_over_and_past_the_ship_by_date(state: str) -> None:
    for ship_by, expected in ((NOW + INSTANT, Condition.PROCESSING_WITHIN_SLA), (NOW - INSTANT, Condition.WAREHOUSE_PICK_DELAY)):
        assert condition_of(waiting(state=state, order_fields={"ship_by": ship_by})) is expected


def test_the_very_moment_of_ship_by_is_no_contradiction() -> None:
    assert Condition.DATA_CONFLICT not in judged(waiting(order_fields={"ship_by": NOW})).conditions_all


def test_past_ship_by_without_any_task_is_a_delay() -> None:
    assert condition_of(waiting(fulfillments=(), order_fields={"ship_by": ago(1)})) is Condition.WAREHOUSE_PICK_DELAY


@pytest.mark.parametrize(
    ("state", "label_age", "expected"),
    [
        ("labelled", 20, Condition.WAREHOUSE_PICK_DELAY),
        ("packed", 20, Condition.WAREHOUSE_PICK_DELAY),
        ("handed_off", 20, Condition.STANDARD_IN_TRANSIT),
        ("labelled", 49, Condition.LABEL_CREATED_NO_PICKUP),
    ],
)
def test_a_labelled_parcel_that_nobody_scanned_after_ship_by(state: str, label_age: int, expected: Condition) -> None:
    facts = context(
        order(placed_at=ago(90), ship_by=ago(3)),
        fulfillments=(task(state=state),),
        shipments=(parcel(label_created_at=ago(label_age)),),
    )
    assert condition_of(facts) is expected


def test_a_labelled_parcel_before_ship_by_is_on_its_way() -> None:
    facts = context(order(), fulfillments=(task(state="labelled"),), shipments=(parcel(label_created_at=ago(3)),))
    assert condition_of(facts) is Condition.STANDARD_IN_TRANSIT


def test_a_scanned_parcel_is_not_late_in_the_warehouse() -> None:
    facts = context(
        order(placed_at=ago(90), ship_by=ago(3), status="shipped"),
        fulfillments=(task(state="packed"),),
        shipments=(parcel(scans=(scan("in_transit"),)),),
    )
    assert condition_of(facts) is Condition.STANDARD_IN_TRANSIT


def test_a_cancelled_task_is_none_and_its_successor_counts() -> None:
    late = task(state="cancelled", pick_due_at=ago(9), updated_at=ago(3))
    assert condition_of(waiting(fulfillments=(late,))) is Condition.PROCESSING_WITHIN_SLA
    successor = task(state="short_pick", number=2, updated_at=ago(6))
    assert condition_of(waiting(fulfillments=(late, successor))) is Condition.WAREHOUSE_PICK_DELAY


@pytest.mark.parametrize(
    ("placed", "now", "expected"),
    [
        ("2026-03-09T12:00:00Z", "2026-03-11T11:59:59Z", Condition.PROCESSING_WITHIN_SLA),
        ("2026-03-09T12:00:00Z", "2026-03-11T12:00:01Z", Condition.WAREHOUSE_PICK_DELAY),
        ("2026-03-13T12:00:00Z", "2026-03-17T11:59:59Z", Condition.PROCESSING_WITHIN_SLA),
        ("2026-03-13T12:00:00Z", "2026-03-17T12:00:01Z", Condition.WAREHOUSE_PICK_DELAY),
        ("2026-03-14T12:00:00Z", "2026-03-18T08:59:59Z", Condition.PROCESSING_WITHIN_SLA),
        ("2026-03-14T12:00:00Z", "2026-03-18T09:00:01Z", Condition.WAREHOUSE_PICK_DELAY),
    ],
)
def test_without_a_ship_by_date_two_business_days_count(placed: str, now: str, expected: Condition) -> None:
    fields = {"placed_at": utc(placed), "updated_at": utc(placed), "ship_by": None}
    facts = waiting(order_fields=fields, now=utc(now), fulfillments=(task(updated_at=utc(placed)),))
    assert condition_of(facts) is expected


def test_the_policy_says_how_many_business_days() -> None:
    quick = policy_with(conditions={"default_ship_days": 1})
    facts = waiting(order_fields={"placed_at": ago(25), "updated_at": ago(25), "ship_by": None})
    assert condition_of(facts) is Condition.PROCESSING_WITHIN_SLA
    assert condition_of(facts, policy=quick) is Condition.WAREHOUSE_PICK_DELAY
