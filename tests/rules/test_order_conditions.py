"""Conditions of the whole order: conflicts that fit nothing, holds, cancellation, and who comes first (section 3, 1 to 4)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import OrderContext
from graph.labels import Condition, System
from tests.rules.building import (
    NOW,
    ago,
    ahead,
    condition_of,
    context,
    delivered,
    hold,
    judged,
    line,
    order,
    paid,
    scan,
    sent,
    supply,
    task,
    waiting,
)


@pytest.mark.parametrize("kind", ["fraud", "payment", "address"])
@pytest.mark.parametrize(
    ("released", "in_force"),
    [(None, True), (ahead(1), True), (ago(1), False), (NOW, False)],
    ids=["never released", "released later", "released", "just released"],
)
def test_an_unreleased_hold_is_the_condition_of_its_kind(kind: str, released: object, in_force: bool) -> None:
    facts = waiting(order_fields={"holds": (hold(kind, released_at=released),)})
    expected = Condition(f"{kind}_hold") if in_force else Condition.PROCESSING_WITHIN_SLA
    assert condition_of(facts) is expected


def test_fraud_comes_first_among_holds_and_all_are_listed() -> None:
    facts = waiting(order_fields={"holds": (hold("address"), hold("payment"), hold("fraud")), "status": "on_hold"})
    found = judged(facts)
    assert found.condition is Condition.FRAUD_HOLD
    assert found.conditions_all[:3] == (Condition.FRAUD_HOLD, Condition.PAYMENT_HOLD, Condition.ADDRESS_HOLD)


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_a_hold_on_an_order_that_is_over_is_no_hold(status: str) -> None:
    facts = context(order(status=status, holds=(hold("fraud"),), payment=paid("failed")))
    found = judged(facts)
    assert found.condition is Condition.ORDER_CANCELLED
    assert not set(found.conditions_all) & {Condition.FRAUD_HOLD, Condition.PAYMENT_HOLD}


def test_a_failed_payment_counts_as_payment_hold_while_nothing_is_shipped() -> None:
    assert condition_of(waiting(order_fields={"payment": paid("failed")})) is Condition.PAYMENT_HOLD
    shipped = sent(scan("in_transit"), order_fields={"payment": paid("failed")})
    assert condition_of(shipped) is Condition.STANDARD_IN_TRANSIT


@pytest.mark.parametrize("state", ["authorized", "captured", "partially_refunded"])
def test_other_payment_states_are_no_hold_and_no_cancellation(state: str) -> None:
    assert condition_of(waiting(order_fields={"payment": paid(state)})) is Condition.PROCESSING_WITHIN_SLA


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_the_oms_says_cancelled_or_returned(status: str) -> None:
    assert condition_of(context(order(status=status), fulfillments=(task(state="cancelled"),))) is Condition.ORDER_CANCELLED


@pytest.mark.parametrize("state", ["refunded", "voided"])
def test_money_given_back_in_full_is_a_cancellation_only_while_nothing_is_shipped(state: str) -> None:
    back = paid(state, "50.00" if state == "refunded" else "0")
    assert condition_of(waiting(order_fields={"payment": back})) is Condition.ORDER_CANCELLED
    assert condition_of(sent(scan("in_transit"), order_fields={"payment": back})) is Condition.STANDARD_IN_TRANSIT


def test_an_order_that_nothing_fits_is_a_conflict() -> None:
    facts = waiting(state="handed_off", order_fields={"ship_by": ago(20), "placed_at": ago(90)})
    found = judged(facts)
    assert found.condition is Condition.DATA_CONFLICT
    assert found.conditions_all == (Condition.DATA_CONFLICT,)
    assert found.because.rule == "no_condition"


_LATE_CLAIM: dict[str, Any] = {"status": "cancelled", "updated_at": ago(5)}


@pytest.mark.parametrize(
    ("facts", "disputed", "expected"),
    [
        pytest.param(
            sent(scan("in_transit"), order_fields={**_LATE_CLAIM, "holds": (hold("fraud"),)}),
            False,
            [Condition.DATA_CONFLICT],
            id="a conflict before everything",
        ),
        pytest.param(
            waiting(order_fields={"holds": (hold("address"),), "status": "on_hold"}, unknown=(System.WMS,), fulfillments=()),
            False,
            [Condition.ADDRESS_HOLD, Condition.FACTS_UNAVAILABLE],
            id="a hold before missing facts",
        ),
        pytest.param(
            delivered(order_fields={"holds": (hold("payment"),)}),
            True,
            [Condition.PAYMENT_HOLD, Condition.DELIVERED_NOT_RECEIVED],
            id="a hold before a dispute",
        ),
        pytest.param(
            waiting(allocations=(), supply=(supply("delayed"),), order_fields={"holds": (hold("fraud"),)}),
            False,
            [Condition.FRAUD_HOLD, Condition.SUPPLIER_BACKORDER],
            id="a hold before a backorder",
        ),
        pytest.param(
            waiting(line(), line("L2"), fulfillments=(task(state="short_pick"), task("L2", number=2))),
            False,
            [Condition.WAREHOUSE_PICK_DELAY, Condition.PROCESSING_WITHIN_SLA],
            id="a pick delay before a line in time",
        ),
    ],
)
def test_the_first_of_the_list_is_the_condition_and_all_are_listed_in_order(facts: OrderContext, disputed: bool, expected: list[Condition]) -> None:
    found = judged(facts, disputed=disputed)
    assert found.condition is expected[0]
    assert [each for each in found.conditions_all if each in expected] == expected
    assert list(found.conditions_all) == sorted(found.conditions_all, key=list(Condition).index)


def test_a_returned_order_still_lists_what_its_parcel_does() -> None:
    found = judged(sent(scan("return_to_sender"), order_fields={"status": "returned"}))
    assert found.condition is Condition.ORDER_CANCELLED
    assert Condition.RETURN_TO_SENDER in found.conditions_all
