"""Address changes, other items and carrier investigations (specification, section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import OrderContext
from graph.gates.address_change import gate_address_change
from graph.gates.verdict import Bench, Wanted
from graph.labels import Action, Condition, Gate, System
from tests.rules.building import (
    ADDRESS,
    ELSEWHERE,
    POLICY,
    ago,
    catalog_item,
    context,
    delivered,
    gated,
    hold,
    judged,
    line,
    order,
    parcel,
    scan,
    sent,
    shelf,
    task,
    waiting,
)


def _moved(facts: OrderContext, **more: Any) -> Gate:
    return gated(Action.ADDRESS_CHANGE, facts, **{"address": ELSEWHERE, **more}).gate


@pytest.mark.parametrize("state", ["not_started", "released", "picking", "packed"])
def test_before_a_label_exists_the_address_may_change(state: str) -> None:
    assert _moved(waiting(state=state)) is Gate.ELIGIBLE


def test_a_label_needs_approval() -> None:
    labelled = context(order(), fulfillments=(task(state="labelled"),), shipments=(parcel(label_created_at=ago(3)),))
    assert _moved(labelled) is Gate.NEEDS_APPROVAL
    assert _moved(waiting(state="labelled")) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(("redirects", "gate"), [(True, Gate.NEEDS_APPROVAL), (False, Gate.INELIGIBLE)])
@pytest.mark.parametrize("newest", ["in_transit", "available_for_pickup", "delivery_attempted"])
def test_after_handoff_the_carrier_must_support_redirection(newest: str, redirects: bool, gate: Gate) -> None:
    assert _moved(sent(scan(newest), parcel_fields={"supports_redirect": redirects})) is gate


def test_a_delivered_parcel_has_no_new_address() -> None:
    assert _moved(delivered(parcel_fields={"supports_redirect": True})) is Gate.INELIGIBLE
    assert _moved(delivered(), address=None) is Gate.INELIGIBLE


def test_without_a_new_address_it_is_asked_for() -> None:
    verdict = gated(Action.ADDRESS_CHANGE, waiting(), address=None)
    assert verdict.gate is Gate.NEEDS_INFO
    assert verdict.missing


def test_the_address_that_the_order_has_already_is_no_change() -> None:
    written_otherwise = ADDRESS.model_copy(update={"line1": "2210  w addison ST"})
    verdict = gated(Action.ADDRESS_CHANGE, waiting(), address=written_otherwise)
    assert (verdict.gate, verdict.failed()) == (Gate.INELIGIBLE, ("address_differs",))


def test_missing_input_comes_before_approval() -> None:
    assert _moved(waiting(order_fields={"holds": (hold("fraud"),)}), address=None) is Gate.NEEDS_INFO


@pytest.mark.parametrize(("kind", "gate"), [("fraud", Gate.NEEDS_APPROVAL), ("address", Gate.NEEDS_APPROVAL), ("payment", Gate.ELIGIBLE)])
def test_fraud_and_address_holds_need_approval(kind: str, gate: Gate) -> None:
    assert _moved(waiting(order_fields={"holds": (hold(kind),)})) is gate
    assert _moved(waiting(order_fields={"holds": (hold(kind, released_at=ago(1)),)})) is Gate.ELIGIBLE


@pytest.mark.parametrize(("verified", "gate"), [(True, Gate.ELIGIBLE), (False, Gate.NEEDS_INFO)])
def test_identity_must_be_verified(verified: bool, gate: Gate) -> None:
    facts = waiting()
    bench = Bench(context=facts, assessment=judged(facts), policy=POLICY)
    wanted = Wanted(action=Action.ADDRESS_CHANGE, asked=True, address=ELSEWHERE)
    assert gate_address_change(bench, wanted, identity_verified=verified).gate is gate


def test_an_address_is_worth_nothing_so_no_currency_matters() -> None:
    assert _moved(waiting(order_fields={"currency": "CAD", "total": "9000.00"})) is Gate.ELIGIBLE


def test_unknown_facts_about_the_parcel_need_approval() -> None:
    silent = context(order(status="shipped"), fulfillments=(task(state="handed_off"),), unknown=(System.CARRIER,))
    assert _moved(silent) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize("silent", [(System.WMS,), (System.WMS, System.CARRIER)])
def test_a_label_that_nobody_can_see_needs_approval(silent: tuple[System, ...]) -> None:
    assert _moved(context(order(), unknown=silent)) is Gate.NEEDS_APPROVAL


def test_a_shop_without_a_warehouse_system_has_no_hidden_labels() -> None:
    assert _moved(context(order(), not_connected=(System.WMS,))) is Gate.ELIGIBLE


OTHER = "SSD-4TB"


def _swapped(
    *, price: str | None = "50.00", available: int = 1, critical: bool = False, quantity: int = 1, facts: dict[str, Any] | None = None, **more: Any
) -> Any:
    item = line(approved_substitutes=(OTHER,), build_critical=critical, quantity=quantity)
    catalog = () if price is None else (catalog_item(OTHER, price),)
    world = waiting(item, **{"inventory": (shelf(OTHER, available),), "catalog": catalog, **(facts or {})})
    return gated(Action.ALTERNATE_ITEM, world, **{"sku": OTHER, **more})


@pytest.mark.parametrize(
    ("price", "gate"),
    [("50.00", Gate.ELIGIBLE), ("49.99", Gate.ELIGIBLE), ("50.01", Gate.NEEDS_APPROVAL), (None, Gate.NEEDS_APPROVAL)],
    ids=["same price", "cheaper", "dearer", "unknown"],
)
def test_a_substitute_that_costs_no_more(price: str | None, gate: Gate) -> None:
    assert _swapped(price=price).gate is gate


def test_a_critical_line_needs_approval() -> None:
    assert _swapped(critical=True).gate is Gate.NEEDS_APPROVAL
    assert _swapped(critical=True, price=None).gate is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(("quantity", "available", "gate"), [(1, 0, Gate.INELIGIBLE), (2, 1, Gate.INELIGIBLE), (2, 2, Gate.ELIGIBLE)])
def test_the_substitute_must_be_in_stock(quantity: int, available: int, gate: Gate) -> None:
    assert _swapped(quantity=quantity, available=available).gate is gate


def test_unknown_stock_of_the_substitute_needs_approval() -> None:
    assert _swapped(facts={"inventory": (), "unknown": (System.INVENTORY,)}).gate is Gate.NEEDS_APPROVAL


def test_an_item_that_is_no_approved_substitute() -> None:
    assert _swapped(sku="SKU-ELSE").gate is Gate.INELIGIBLE
    assert _swapped(sku=None, named_unknown=True).gate is Gate.INELIGIBLE
    without = waiting(inventory=(shelf(OTHER, 1),), catalog=(catalog_item(OTHER, "50.00"),))
    assert gated(Action.ALTERNATE_ITEM, without, sku=OTHER).gate is Gate.INELIGIBLE


def test_the_customer_must_name_the_item() -> None:
    verdict = _swapped(sku=None)
    assert verdict.gate is Gate.NEEDS_INFO
    assert verdict.missing


INVESTIGATED = [
    pytest.param(sent(scan("lost")), False, Condition.CARRIER_EXCEPTION, id="lost"),
    pytest.param(sent(scan("customs_hold")), False, Condition.CARRIER_EXCEPTION, id="customs"),
    pytest.param(sent(scan("in_transit", 100), parcel_fields={"label_created_at": ago(120)}), False, Condition.NO_TRACKING_MOVEMENT, id="stalled"),
    pytest.param(sent(parcel_fields={"label_created_at": ago(50)}), False, Condition.LABEL_CREATED_NO_PICKUP, id="no pickup"),
    pytest.param(delivered(), True, Condition.DELIVERED_NOT_RECEIVED, id="not received"),
]


@pytest.mark.parametrize(("facts", "disputed", "condition"), INVESTIGATED)
def test_the_carrier_is_asked_to_search(facts: OrderContext, disputed: bool, condition: Condition) -> None:
    assert judged(facts, disputed=disputed).condition is condition
    assert gated(Action.CARRIER_INVESTIGATION, facts, disputed=disputed).gate is Gate.ELIGIBLE


@pytest.mark.parametrize(
    "facts",
    [
        sent(scan("in_transit")),
        sent(scan("delivery_attempted")),
        sent(scan("return_to_sender")),
        sent(scan("in_transit"), parcel_fields={"eta": ago(1)}),
        delivered(),
        waiting(),
    ],
    ids=["in transit", "failed", "coming back", "late", "delivered", "processing"],
)
def test_nothing_to_search_for(facts: OrderContext) -> None:
    assert gated(Action.CARRIER_INVESTIGATION, facts).gate is Gate.INELIGIBLE


def test_no_second_claim_while_one_is_open() -> None:
    verdict = gated(Action.CARRIER_INVESTIGATION, sent(scan("lost"), parcel_fields={"claim_opened_at": ago(3)}))
    assert verdict.gate is Gate.INELIGIBLE
    assert "duplicate_claim" in verdict.failed()
    assert not verdict.is_option


def test_a_search_never_needs_approval() -> None:
    facts = sent(scan("lost"), order_fields={"holds": (hold("fraud"),), "total": "9000.00", "currency": "CAD"})
    assert gated(Action.CARRIER_INVESTIGATION, facts).gate is Gate.ELIGIBLE


def test_a_claim_on_one_parcel_does_not_forbid_a_search_for_another() -> None:
    facts = context(
        order(line(), line("L2"), status="shipped"),
        fulfillments=(task("L1", "L2", state="handed_off"),),
        shipments=(parcel(scans=(scan("lost"),), claim_opened_at=ago(9)), parcel("L2", number=2, scans=(scan("lost"),))),
    )
    assert gated(Action.CARRIER_INVESTIGATION, facts, shipment_ids=("S-2",)).gate is Gate.ELIGIBLE
    assert gated(Action.CARRIER_INVESTIGATION, facts, shipment_ids=("S-1",)).failed() == ("duplicate_claim",)
