"""Groups of pieces, split orders, settled lines and their replacements (specification, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import OrderContext
from graph.facts import Shipment
from graph.labels import Action, Condition
from graph.rules.findings import Stage
from tests.rules.building import (
    ago,
    ahead,
    condition_of,
    context,
    judged,
    line,
    order,
    parcel,
    remedy,
    reservation,
    scan,
    supply,
    task,
)

WAITING_L2: dict[str, Any] = {"fulfillments": (task(state="handed_off"), task("L2", number=2)), "allocations": (reservation(line_id="L2"),)}


def _two_lines(*parcels: Shipment, status: str = "partially_shipped", **more: Any) -> OrderContext:
    fields: dict[str, Any] = {"fulfillments": (task("L1", "L2", state="handed_off"),), **more}
    return context(order(line(), line("L2"), status=status), shipments=parcels, **fields)


def _one(status: str, hours: float = 5, **more: Any) -> Shipment:
    return parcel("L1", scans=(scan(status, hours),), **more)


def _other(status: str, hours: float = 5, **more: Any) -> Shipment:
    return parcel("L2", scans=(scan(status, hours),), number=2, **more)


def test_one_line_on_its_way_and_another_still_to_ship() -> None:
    found = judged(_two_lines(_one("in_transit"), **WAITING_L2))
    assert found.condition is Condition.PARTIAL_SHIPMENT
    assert found.conditions_all == (Condition.PARTIAL_SHIPMENT, Condition.STANDARD_IN_TRANSIT, Condition.PROCESSING_WITHIN_SLA)
    assert {(group.stage, group.pieces[0].line_id) for group in found.groups} == {(Stage.PARCEL, "L1"), (Stage.UNSHIPPED, "L2")}


def test_some_pieces_of_one_line_shipped_and_others_not() -> None:
    facts = context(
        order(line(quantity=5), status="partially_shipped"),
        fulfillments=(task(("L1", 4), state="handed_off"), task(("L1", 1), number=2)),
        allocations=(reservation(),),
        shipments=(parcel(("L1", 2), scans=(scan("in_transit"),)), parcel(("L1", 2), scans=(scan("delivered"),), number=2)),
    )
    found = judged(facts)
    assert found.condition is Condition.PARTIAL_SHIPMENT
    counted = sorted((group.condition.value, sum(piece.quantity for piece in group.pieces)) for group in found.groups)
    assert counted == [("delivered", 2), ("processing_within_sla", 1), ("standard_in_transit", 2)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("in_transit", "delivered", Condition.PARTIAL_SHIPMENT),
        ("available_for_pickup", "in_transit", Condition.PARTIAL_SHIPMENT),
        ("available_for_pickup", "delivered", Condition.PARTIAL_SHIPMENT),
        ("in_transit", "out_for_delivery", Condition.STANDARD_IN_TRANSIT),
        ("available_for_pickup", "available_for_pickup", Condition.AVAILABLE_FOR_PICKUP),
        ("delivered", "delivered", Condition.DELIVERED),
        ("lost", "delivered", Condition.CARRIER_EXCEPTION),
        ("delivery_attempted", "in_transit", Condition.DELIVERY_FAILED),
    ],
)
def test_parcels_whose_healthy_conditions_differ(one: str, other: str, expected: Condition) -> None:
    status = "delivered" if {one, other} == {"delivered"} else "shipped"
    found = judged(_two_lines(_one(one), _other(other), status=status))
    assert found.condition is expected
    assert (Condition.PARTIAL_SHIPMENT in found.conditions_all) is (expected is Condition.PARTIAL_SHIPMENT)


def test_a_late_parcel_and_a_delivered_one_are_no_split() -> None:
    found = judged(_two_lines(_one("in_transit", eta=ago(2)), _other("delivered"), status="shipped"))
    assert found.conditions_all == (Condition.LATE_IN_TRANSIT, Condition.DELIVERED)


def test_a_late_parcel_and_a_line_still_to_ship_are_a_split() -> None:
    found = judged(_two_lines(_one("in_transit", eta=ago(2)), **WAITING_L2))
    assert found.conditions_all == (Condition.PARTIAL_SHIPMENT, Condition.LATE_IN_TRANSIT, Condition.PROCESSING_WITHIN_SLA)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"supply": (supply("stockout", sku="SKU-L2"),), "fulfillments": WAITING_L2["fulfillments"]}, Condition.SUPPLIER_BACKORDER),
        ({**WAITING_L2, "allocations": (reservation("failed", "L2"),)}, Condition.ALLOCATION_CONFLICT),
        ({**WAITING_L2, "fulfillments": (task(state="handed_off"), task("L2", state="short_pick", number=2))}, Condition.WAREHOUSE_PICK_DELAY),
    ],
)
def test_a_problem_of_the_rest_is_no_split_and_the_specialist_itemises(more: dict[str, Any], problem: Condition) -> None:
    found = judged(_two_lines(_one("in_transit"), **more))
    assert found.conditions_all == (problem, Condition.STANDARD_IN_TRANSIT)
    assert len(found.groups) == 2


def test_two_lines_in_one_parcel_are_one_group() -> None:
    found = judged(_two_lines(parcel("L1", "L2", scans=(scan("in_transit"),)), status="shipped"))
    assert found.condition is Condition.STANDARD_IN_TRANSIT
    (group,) = found.groups
    assert {piece.line_id for piece in group.pieces} == {"L1", "L2"}
    assert group.shipment_id == "S-1"


@pytest.mark.parametrize("action", [Action.REFUND, Action.CANCEL, Action.REPLACEMENT])
def test_a_settled_line_drives_no_condition(action: Action) -> None:
    lost_and_fine = _two_lines(_one("lost"), _other("delivered"), status="shipped", remedies=(remedy(action, "L1"),))
    assert judged(lost_and_fine).conditions_all == (Condition.DELIVERED,)
    never_shipped = _two_lines(_other("delivered"), remedies=(remedy(action, "L1"),))
    assert judged(never_shipped).conditions_all == (Condition.DELIVERED,)


@pytest.mark.parametrize("action", [Action.CARRIER_INVESTIGATION, Action.ADDRESS_CHANGE])
def test_other_remedies_settle_nothing(action: Action) -> None:
    facts = _two_lines(_one("lost"), _other("delivered"), status="shipped", remedies=(remedy(action, "L1"),))
    assert condition_of(facts) is Condition.CARRIER_EXCEPTION


def _replaced(replacement: Any, *parcels: Shipment, **more: Any) -> OrderContext:
    fields: dict[str, Any] = {"fulfillments": (task(state="handed_off"),), "allocations": (reservation(line_id="L1-R1"),), **more}
    said = order(line(), replacement, status="partially_shipped", placed_at=ago(300), ship_by=ago(200), updated_at=ago(5))
    return context(said, shipments=(_one("lost"), *parcels), remedies=(remedy(Action.REPLACEMENT, "L1"),), **fields)


def test_a_replacement_is_a_line_of_its_own_with_its_own_ship_by() -> None:
    in_time = line("L1-R1", replaces="L1", ship_by=ahead(20))
    assert judged(_replaced(in_time)).conditions_all == (Condition.PROCESSING_WITHIN_SLA,)
    overdue = line("L1-R1", replaces="L1", ship_by=ago(1))
    assert judged(_replaced(overdue)).conditions_all == (Condition.WAREHOUSE_PICK_DELAY,)


@pytest.mark.parametrize(
    ("newest", "expected"),
    [("in_transit", Condition.STANDARD_IN_TRANSIT), ("delivered", Condition.DELIVERED), ("damaged", Condition.CARRIER_EXCEPTION)],
)
def test_the_replacements_own_parcel_counts(newest: str, expected: Condition) -> None:
    sent_again = parcel("L1-R1", scans=(scan(newest),), number=2)
    facts = _replaced(line("L1-R1", replaces="L1", ship_by=ahead(20)), sent_again)
    assert judged(facts).conditions_all == (expected,)


def test_a_line_that_was_replaced_is_settled_even_without_our_record_of_it() -> None:
    facts = context(
        order(line(), line("L1-R1", replaces="L1", ship_by=ahead(20)), status="partially_shipped"),
        fulfillments=(task(state="handed_off"),),
        allocations=(reservation(line_id="L1-R1"),),
        shipments=(_one("lost"),),
    )
    assert judged(facts).conditions_all == (Condition.PROCESSING_WITHIN_SLA,)


def test_a_replaced_line_in_a_shared_parcel_does_not_hide_the_other_one() -> None:
    facts = _two_lines(parcel("L1", "L2", scans=(scan("damaged"),)), status="shipped", remedies=(remedy(Action.REFUND, "L1"),))
    found = judged(facts)
    assert found.condition is Condition.CARRIER_EXCEPTION
    assert [piece.line_id for group in found.groups for piece in group.pieces] == ["L2"]


def test_a_replacement_without_a_date_is_due_two_business_days_after_it_was_executed() -> None:
    assert judged(_replaced(line("L1-R1", replaces="L1"))).conditions_all == (Condition.PROCESSING_WITHIN_SLA,)


def test_a_disputed_parcel_and_a_line_still_to_ship_are_no_split() -> None:
    found = judged(_two_lines(_one("delivered"), **WAITING_L2), disputed=True)
    assert found.conditions_all == (Condition.DELIVERED_NOT_RECEIVED, Condition.PROCESSING_WITHIN_SLA)
