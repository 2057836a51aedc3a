"""Which silent system makes an answer impossible, and which does not matter (specification, section 2)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import OrderContext
from graph.labels import Condition, System
from tests.rules.building import (
    ago,
    ahead,
    condition_of,
    context,
    delivered,
    judged,
    line,
    order,
    paid,
    parcel,
    reservation,
    scan,
    sent,
    shelf,
    supply,
    task,
    waiting,
)


def test_without_the_oms_nothing_is_known() -> None:
    found = judged(context(unknown=(System.OMS,)))
    assert found.condition is Condition.FACTS_UNAVAILABLE
    assert found.conditions_all == (Condition.FACTS_UNAVAILABLE,)
    assert "oms" in found.missing


@pytest.mark.parametrize(
    ("silent", "facts"),
    [
        pytest.param("carrier", context(order(status="shipped"), fulfillments=(task(state="handed_off"),), unknown=(System.CARRIER,)), id="shipped"),
        pytest.param("carrier", context(order(status="delivered"), unknown=(System.CARRIER,)), id="delivered, says the OMS"),
        pytest.param("carrier", context(order(status="partially_shipped"), fulfillments=(task(),), unknown=(System.CARRIER,)), id="partly shipped"),
        pytest.param("carrier", context(order(), fulfillments=(task(state="handed_off"),), unknown=(System.CARRIER,)), id="handed over"),
        pytest.param("wms", waiting(fulfillments=(), unknown=(System.WMS,)), id="not shipped, warehouse silent"),
        pytest.param(
            "wms",
            context(
                order(line(), line("L2"), status="partially_shipped"),
                shipments=(parcel(scans=(scan("in_transit"),)),),
                allocations=(reservation(line_id="L2"),),
                unknown=(System.WMS,),
            ),
            id="a line in no parcel, warehouse silent",
        ),
        pytest.param("supplier", waiting(allocations=(), unknown=(System.SUPPLIER,)), id="nothing reserved, nothing on the shelf"),
        pytest.param(
            "supplier",
            waiting(line(quantity=3), allocations=(), inventory=(shelf(available=2),), unknown=(System.SUPPLIER,)),
            id="the shelf covers a part",
        ),
        pytest.param("supplier", waiting(allocations=(reservation("failed"),), unknown=(System.SUPPLIER,)), id="reservation failed"),
        pytest.param("inventory", waiting(allocations=(), unknown=(System.INVENTORY,)), id="reservation and shelf unknown"),
        pytest.param(
            "inventory", waiting(allocations=(), supply=(supply("delayed"),), unknown=(System.INVENTORY,)), id="a delay, but the shelf is unknown"
        ),
    ],
)
def test_a_needed_system_that_is_silent_makes_the_facts_unavailable(silent: str, facts: OrderContext) -> None:
    found = judged(facts)
    assert found.condition is Condition.FACTS_UNAVAILABLE
    assert silent in found.missing


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(waiting(unknown=(System.CARRIER,)), Condition.PROCESSING_WITHIN_SLA, id="carrier, nothing shipped"),
        pytest.param(sent(scan("in_transit"), fulfillments=(), unknown=(System.WMS,)), Condition.STANDARD_IN_TRANSIT, id="warehouse, all shipped"),
        pytest.param(waiting(unknown=(System.SUPPLIER,)), Condition.PROCESSING_WITHIN_SLA, id="supplier, reserved"),
        pytest.param(
            waiting(allocations=(), inventory=(shelf(available=1),), unknown=(System.SUPPLIER,)),
            Condition.PROCESSING_WITHIN_SLA,
            id="supplier, on the shelf",
        ),
        pytest.param(delivered(unknown=(System.INVENTORY, System.SUPPLIER, System.WMS)), Condition.DELIVERED, id="all three, delivered"),
        pytest.param(sent(scan("lost"), unknown=(System.INVENTORY, System.SUPPLIER)), Condition.CARRIER_EXCEPTION, id="stock, lost parcel"),
        pytest.param(waiting(unknown=(System.SUPPORT,)), Condition.PROCESSING_WITHIN_SLA, id="support history"),
        pytest.param(
            context(order(status="cancelled"), unknown=(System.WMS, System.INVENTORY, System.SUPPLIER)),
            Condition.ORDER_CANCELLED,
            id="warehouse and stock, cancelled",
        ),
    ],
)
def test_a_silent_system_that_is_not_needed_changes_nothing(facts: OrderContext, expected: Condition) -> None:
    found = judged(facts)
    assert found.condition is expected
    assert Condition.FACTS_UNAVAILABLE not in found.conditions_all


@pytest.mark.parametrize("system", [System.WMS, System.SUPPLIER, System.INVENTORY, System.CARRIER, System.SUPPORT])
def test_a_system_that_is_not_connected_is_not_missing(system: System) -> None:
    facts = context(order(), not_connected=(system,))
    found = judged(facts)
    assert found.condition is Condition.PROCESSING_WITHIN_SLA
    assert found.missing == ()


def test_a_shop_with_nothing_but_an_oms_and_a_carrier() -> None:
    bare: dict[str, Any] = {"not_connected": (System.WMS, System.SUPPLIER, System.INVENTORY, System.SUPPORT)}
    assert condition_of(context(order(), **bare)) is Condition.PROCESSING_WITHIN_SLA
    assert condition_of(context(order(status="shipped"), shipments=(parcel(scans=(scan("in_transit"),)),), **bare)) is Condition.STANDARD_IN_TRANSIT
    assert condition_of(context(order(status="delivered"), shipments=(parcel(scans=(scan("delivered"),)),), **bare)) is Condition.DELIVERED
    assert condition_of(context(order(placed_at=ago(90), ship_by=ago(1)), **bare)) is Condition.WAREHOUSE_PICK_DELAY


def test_a_supply_problem_needs_the_supplier_and_the_shelf() -> None:
    delayed = (supply("delayed", eta=ahead(90)),)
    assert condition_of(waiting(allocations=(), supply=delayed)) is Condition.SUPPLIER_BACKORDER
    assert condition_of(waiting(allocations=(), not_connected=(System.SUPPLIER,))) is Condition.PROCESSING_WITHIN_SLA
    unknown_shelf = judged(waiting(allocations=(), supply=delayed, unknown=(System.INVENTORY,)))
    assert Condition.SUPPLIER_BACKORDER not in unknown_shelf.conditions_all


def test_what_is_known_stays_listed_beside_what_is_missing() -> None:
    facts = context(order(line(), line("L2"), status="partially_shipped"), shipments=(parcel(scans=(scan("lost"),)),), unknown=(System.WMS,))
    found = judged(facts)
    assert found.condition is Condition.FACTS_UNAVAILABLE
    assert Condition.CARRIER_EXCEPTION in found.conditions_all


def test_a_warehouse_that_is_unknown_is_not_late() -> None:
    facts = waiting(fulfillments=(), unknown=(System.WMS,), order_fields={"placed_at": ago(90), "ship_by": ago(5)})
    assert judged(facts).conditions_all == (Condition.FACTS_UNAVAILABLE,)


def test_a_labelled_parcel_is_not_late_in_a_warehouse_that_is_unknown() -> None:
    facts = context(order(placed_at=ago(90), ship_by=ago(5)), shipments=(parcel(label_created_at=ago(20)),), unknown=(System.WMS,))
    assert Condition.WAREHOUSE_PICK_DELAY not in judged(facts).conditions_all


def test_a_failed_payment_holds_nothing_that_the_oms_calls_shipped_while_the_carrier_is_silent() -> None:
    facts = context(order(status="shipped", payment=paid("failed")), unknown=(System.CARRIER,))
    assert judged(facts).conditions_all == (Condition.FACTS_UNAVAILABLE,)


def test_a_known_delay_of_one_line_stays_listed_while_the_supplier_of_another_is_silent() -> None:
    facts = waiting(
        line(),
        line("L2"),
        fulfillments=(task(state="short_pick"), task("L2", number=2)),
        allocations=(reservation(),),
        unknown=(System.SUPPLIER,),
    )
    assert judged(facts).conditions_all[:2] == (Condition.FACTS_UNAVAILABLE, Condition.WAREHOUSE_PICK_DELAY)
