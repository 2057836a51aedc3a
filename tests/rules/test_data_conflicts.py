"""Seven contradictions between systems, each only once it has grown (specification, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from graph.context import OrderContext
from graph.labels import Action, Condition, System
from tests.rules.building import (
    INSTANT,
    ago,
    condition_of,
    context,
    hold,
    judged,
    line,
    order,
    parcel,
    policy_with,
    remedy,
    scan,
    sent,
    task,
)

GROWN = ago(2)
FRESH = ago(2) + INSTANT
OLD = ago(9)


def _scan_at(status: str, at: datetime) -> Any:
    return scan(status).model_copy(update={"at": at})


def oms_delivered(one: datetime, other: datetime) -> OrderContext:
    return sent(_scan_at("in_transit", other), order_fields={"status": "delivered", "updated_at": one})


def carrier_delivered(one: datetime, other: datetime) -> OrderContext:
    return sent(_scan_at("delivered", other), order_fields={"status": "processing", "updated_at": one})


def carrier_delivered_a_cancelled_one(one: datetime, other: datetime) -> OrderContext:
    return sent(_scan_at("delivered", other), order_fields={"status": "cancelled", "updated_at": one})


def scanned_before_picked(one: datetime, other: datetime) -> OrderContext:
    return sent(_scan_at("in_transit", other), fulfillments=(task(state="picking", updated_at=one),))


def shipped_too_often(one: datetime, other: datetime) -> OrderContext:
    parcels = (parcel(scans=(_scan_at("in_transit", OLD),)), parcel(label_created_at=other, number=2))
    return context(order(status="shipped", updated_at=one), fulfillments=(task(state="handed_off"),), shipments=parcels)


def cancelled_but_moving(one: datetime, other: datetime) -> OrderContext:
    return sent(_scan_at("out_for_delivery", other), order_fields={"status": "cancelled", "updated_at": one})


def on_hold_without_hold(one: datetime, other: datetime) -> OrderContext:
    holds = (hold("fraud", released_at=other),)
    return context(order(status="on_hold", updated_at=one, holds=holds), fulfillments=(task(),))


def shipped_without_parcel(one: datetime, other: datetime) -> OrderContext:
    return context(order(status="shipped", updated_at=one), fulfillments=(task(state="packed", updated_at=other),))


CONTRADICTIONS = [
    pytest.param(oms_delivered, Condition.STANDARD_IN_TRANSIT, id="delivered in the OMS only"),
    pytest.param(carrier_delivered, Condition.DELIVERED, id="delivered at the carrier, processing in the OMS"),
    pytest.param(carrier_delivered_a_cancelled_one, Condition.DELIVERED, id="delivered at the carrier, cancelled in the OMS"),
    pytest.param(shipped_without_parcel, Condition.PROCESSING_WITHIN_SLA, id="shipped without parcel or handover"),
    pytest.param(scanned_before_picked, Condition.STANDARD_IN_TRANSIT, id="scanned before picked"),
    pytest.param(shipped_too_often, Condition.STANDARD_IN_TRANSIT, id="more shipped than ordered"),
    pytest.param(cancelled_but_moving, Condition.STANDARD_IN_TRANSIT, id="cancelled but moving"),
    pytest.param(on_hold_without_hold, Condition.PROCESSING_WITHIN_SLA, id="on hold without a hold"),
]
Story = Callable[[datetime, datetime], OrderContext]


@pytest.mark.parametrize(("story", "_meanwhile"), CONTRADICTIONS)
def test_grown_contradictions_are_a_conflict(story: Story, _meanwhile: Condition) -> None:
    for one, other in ((GROWN, OLD), (GROWN, GROWN)):
        found = judged(story(one, other))
        assert found.condition is Condition.DATA_CONFLICT
        assert found.conflicts


@pytest.mark.parametrize(("story", "meanwhile"), CONTRADICTIONS)
def test_fresh_contradictions_are_none_yet(story: Story, meanwhile: Condition) -> None:
    found = judged(story(FRESH, OLD))
    assert Condition.DATA_CONFLICT not in found.conditions_all
    assert found.condition is meanwhile


@pytest.mark.parametrize(("story", "meanwhile"), [each for each in CONTRADICTIONS if each.values[0] is not shipped_without_parcel])
def test_the_newer_of_the_two_facts_counts_whoever_says_it(story: Story, meanwhile: Condition) -> None:
    assert condition_of(story(OLD, GROWN)) is Condition.DATA_CONFLICT
    assert condition_of(story(OLD, FRESH)) is meanwhile


def test_the_policy_says_how_long_systems_may_disagree() -> None:
    patient = policy_with(backends={"conflict_grace_hours": 6})
    assert condition_of(oms_delivered(ago(5), OLD), policy=patient) is Condition.STANDARD_IN_TRANSIT
    assert condition_of(oms_delivered(ago(6), OLD), policy=patient) is Condition.DATA_CONFLICT


@pytest.mark.parametrize("state", ["not_started", "released", "picking"])
def test_lines_not_picked_cannot_have_been_scanned(state: str) -> None:
    assert condition_of(sent(scan("in_transit"), fulfillments=(task(state=state),))) is Condition.DATA_CONFLICT


@pytest.mark.parametrize("state", ["packed", "labelled", "handed_off", "cancelled"])
def test_lines_packed_or_no_longer_in_a_task_may_have_been_scanned(state: str) -> None:
    assert condition_of(sent(scan("in_transit"), fulfillments=(task(state=state),))) is Condition.STANDARD_IN_TRANSIT


def test_a_created_label_is_no_physical_scan() -> None:
    facts = sent(scan("label_created", 20), fulfillments=(task(state="picking"),), parcel_fields={"label_created_at": ago(20)})
    assert Condition.DATA_CONFLICT not in judged(facts).conditions_all


def test_the_rest_of_a_line_may_still_be_picked() -> None:
    facts = context(
        order(line(quantity=3), status="partially_shipped"),
        fulfillments=(task(("L1", 2), state="handed_off"), task(("L1", 1), state="picking", number=2)),
        shipments=(parcel(("L1", 2), scans=(scan("in_transit"),)),),
    )
    assert Condition.DATA_CONFLICT not in judged(facts).conditions_all


@pytest.mark.parametrize("status", ["shipped", "partially_shipped"])
def test_shipped_without_a_parcel_is_a_conflict_unless_the_warehouse_handed_over(status: str) -> None:
    said = order(status=status, updated_at=ago(5))
    assert condition_of(context(said, fulfillments=(task(state="labelled"),))) is Condition.DATA_CONFLICT
    assert Condition.DATA_CONFLICT not in judged(context(said, fulfillments=(task(state="handed_off"),))).conditions_all


def test_delivered_in_the_oms_without_any_parcel_is_a_conflict() -> None:
    facts = context(order(status="delivered", updated_at=ago(5)), fulfillments=(task(state="handed_off"),))
    assert condition_of(facts) is Condition.DATA_CONFLICT


@pytest.mark.parametrize("status", ["lost", "damaged", "return_to_sender"])
def test_a_cancelled_order_whose_parcel_does_not_move_to_the_customer_is_just_cancelled(status: str) -> None:
    facts = sent(scan(status), order_fields={"status": "cancelled", "updated_at": ago(5)})
    assert condition_of(facts) is Condition.ORDER_CANCELLED


def test_pieces_up_to_the_ordered_quantity_are_no_conflict() -> None:
    exact = sent(scan("in_transit"), lines=(line(quantity=3),))
    assert condition_of(exact) is Condition.STANDARD_IN_TRANSIT
    one_more = exact.model_copy(update={"shipments": (*exact.shipments, parcel(number=2, scans=(scan("in_transit"),)))})
    assert condition_of(one_more) is Condition.DATA_CONFLICT


def test_a_settled_line_is_never_shipped_too_often() -> None:
    twice = (parcel(scans=(scan("lost"),)), parcel(scans=(scan("in_transit"),), number=2))
    for settled, conflicts in (((), 1), ((remedy(Action.REFUND),), 0), ((remedy(Action.REPLACEMENT),), 0)):
        facts = context(order(status="shipped"), fulfillments=(task(state="handed_off"),), shipments=twice, remedies=settled)
        assert len(judged(facts).conflicts) == conflicts


def test_on_hold_with_a_hold_is_no_conflict() -> None:
    facts = context(order(status="on_hold", holds=(hold("payment"),)), fulfillments=(task(),))
    assert judged(facts).conflicts == ()


@pytest.mark.parametrize("status", ["processing", "partially_shipped", "shipped", "delivered"])
def test_a_status_that_agrees_is_no_conflict(status: str) -> None:
    newest = {"delivered": "delivered", "processing": "label_created"}.get(status, "in_transit")
    facts = sent(scan(newest), order_fields={"status": status})
    assert judged(facts).conflicts == ()


def test_each_contradiction_names_both_sides_their_age_and_what_would_settle_it() -> None:
    (conflict,) = judged(oms_delivered(ago(3), OLD)).conflicts
    assert {side.system for side in conflict.sides} == {"oms", "carrier"}
    assert {side.as_of for side in conflict.sides} == {ago(3), OLD}
    assert conflict.newer == ago(3)
    assert conflict.settled_by


@pytest.mark.parametrize("silence", ["unknown", "not_connected"])
def test_a_silent_carrier_contradicts_nobody(silence: str) -> None:
    for status in ("shipped", "delivered"):
        silent: dict[str, Any] = {silence: (System.CARRIER,)}
        facts = context(order(status=status, updated_at=ago(5)), fulfillments=(task(state="packed"),), **silent)
        assert judged(facts).conflicts == ()


def test_a_silent_warehouse_contradicts_nobody() -> None:
    silences: tuple[dict[str, Any], ...] = ({"unknown": (System.WMS,)}, {"not_connected": (System.WMS,)})
    for silent in silences:
        assert judged(sent(scan("in_transit"), fulfillments=(), **silent)).conflicts == ()
    assert judged(context(order(status="shipped", updated_at=ago(5)), unknown=(System.WMS,))).conflicts == ()


def test_one_task_handed_over_is_enough_for_shipped() -> None:
    tasks = (task(state="handed_off"), task("L2", number=2))
    facts = context(order(line(), line("L2"), status="partially_shipped", updated_at=ago(5)), fulfillments=tasks)
    assert judged(facts).conflicts == ()


def test_a_settled_line_in_a_shared_parcel_does_not_hide_a_contradiction() -> None:
    facts = sent(
        scan("in_transit"),
        lines=(line(), line("L2")),
        order_fields={"status": "delivered", "updated_at": ago(5)},
        remedies=(remedy(Action.REFUND, "L1"),),
    )
    assert condition_of(facts) is Condition.DATA_CONFLICT
