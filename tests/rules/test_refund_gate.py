"""May the money be given back? (specification, section 5)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.context import OrderContext
from graph.gates.verdict import Wanted
from graph.labels import Action, Gate, System
from tests.rules.building import (
    INSTANT,
    ago,
    context,
    customer,
    delivered,
    gated,
    hold,
    line,
    order,
    paid,
    parcel,
    proof,
    remedy,
    scan,
    sent,
    task,
    waiting,
)

OLD_CLAIM = ago(5 * 24) - INSTANT
YOUNG_CLAIM = ago(5 * 24)
SURE = proof("signature", matches_address=True)


def _gate(facts: OrderContext, **more: Any) -> Gate:
    return gated(Action.REFUND, facts, **more).gate


def _lost(**fields: Any) -> OrderContext:
    return sent(scan("lost"), order_fields=fields)


@pytest.mark.parametrize(
    ("facts", "is_proven"),
    [
        (context(order(status="cancelled")), True),
        (context(order(status="returned")), True),
        (sent(scan("return_to_sender")), True),
        (sent(scan("delivery_attempted", reason="attempts_exhausted")), True),
        (sent(scan("lost")), True),
        (sent(scan("damaged")), True),
        (sent(scan("in_transit", 100), parcel_fields={"label_created_at": ago(300), "claim_opened_at": OLD_CLAIM}), True),
        (sent(scan("in_transit", 100), parcel_fields={"label_created_at": ago(300), "claim_opened_at": YOUNG_CLAIM}), False),
        (sent(scan("customs_hold")), False),
        (sent(scan("exception")), False),
        (sent(scan("in_transit")), False),
        (delivered(), False),
        (waiting(), False),
    ],
    ids=[
        "cancelled", "returned", "coming back", "attempts exhausted", "lost", "damaged", "old claim", "claim of five days", "customs", "exception",
        "in transit", "delivered", "processing",
    ],
)  # fmt: skip
def test_money_is_given_back_only_for_a_proven_cause(facts: OrderContext, is_proven: bool) -> None:
    assert _gate(facts) is (Gate.ELIGIBLE if is_proven else Gate.INELIGIBLE)


def test_a_dispute_alone_is_no_cause_for_money() -> None:
    assert _gate(delivered(), disputed=True) is Gate.INELIGIBLE


@pytest.mark.parametrize(
    ("state", "gate"),
    [
        ("captured", Gate.ELIGIBLE),
        ("partially_refunded", Gate.ELIGIBLE),
        ("authorized", Gate.INELIGIBLE),
        ("failed", Gate.INELIGIBLE),
        ("voided", Gate.INELIGIBLE),
        ("refunded", Gate.INELIGIBLE),
    ],
)
def test_only_captured_money_can_be_given_back(state: str, gate: Gate) -> None:
    assert _gate(_lost(payment=paid(state))) is gate


@pytest.mark.parametrize(
    ("total", "refunded", "amount", "gate"),
    [
        ("50.00", "0", "50.00", Gate.ELIGIBLE),
        ("50.01", "0", "50.01", Gate.NEEDS_APPROVAL),
        ("120.00", "70.00", "50.00", Gate.ELIGIBLE),
        ("120.00", "69.99", "50.01", Gate.NEEDS_APPROVAL),
        ("120.00", "119.99", "0.01", Gate.ELIGIBLE),
        ("120.00", "120.00", "0", Gate.INELIGIBLE),
    ],
)
def test_the_amount_is_capped_at_what_is_left(total: str, refunded: str, amount: str, gate: Gate) -> None:
    state = "partially_refunded" if Decimal(refunded) else "captured"
    verdict = gated(Action.REFUND, _lost(total=total, payment=paid(state, refunded)))
    assert verdict.gate is gate
    if gate is not Gate.INELIGIBLE:
        assert verdict.amount == Decimal(amount)


def test_the_value_is_price_times_quantity_or_the_order_total_for_all_lines() -> None:
    facts = sent(scan("lost"), lines=(line(price="7.00", quantity=3), line("L2", price="20.00")), order_fields={"total": "46.90"})
    assert gated(Action.REFUND, facts, line_ids=("L1",)).amount == Decimal("21.00")
    assert gated(Action.REFUND, facts, line_ids=("L1", "L2")).amount == Decimal("46.90")


@pytest.mark.parametrize("kind", ["fraud", "payment", "address"])
def test_any_hold_needs_approval(kind: str) -> None:
    assert _gate(_lost(holds=(hold(kind),))) is Gate.NEEDS_APPROVAL
    assert _gate(_lost(holds=(hold(kind, released_at=ago(1)),))) is Gate.ELIGIBLE


def test_a_disputed_delivery_needs_approval() -> None:
    facts = delivered(parcel_fields={"claim_opened_at": OLD_CLAIM, "label_created_at": ago(300), "proof_of_delivery": SURE})
    assert _gate(facts, disputed=True) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(("claims", "gate"), [(1, Gate.ELIGIBLE), (2, Gate.NEEDS_APPROVAL)])
def test_two_claims_in_half_a_year_need_approval(claims: int, gate: Gate) -> None:
    assert _gate(sent(scan("lost"), customer=customer(prior_claims_180d=claims))) is gate


def test_a_currency_without_limits_needs_approval() -> None:
    assert _gate(_lost(currency="CAD")) is Gate.NEEDS_APPROVAL
    assert _gate(_lost(currency="GBP")) is Gate.ELIGIBLE


def test_a_cause_that_nobody_can_see_needs_approval() -> None:
    silent = context(order(status="shipped"), fulfillments=(task(state="handed_off"),), unknown=(System.CARRIER,))
    assert _gate(silent) is Gate.NEEDS_APPROVAL
    known_anyway = context(order(status="cancelled"), unknown=(System.CARRIER,))
    assert _gate(known_anyway) is Gate.ELIGIBLE


def test_a_replacement_of_the_same_lines_excludes_the_refund() -> None:
    verdict = gated(Action.REFUND, _lost(), rivals=(Wanted(action=Action.REPLACEMENT, line_ids=("L1",)),))
    assert verdict.gate is Gate.INELIGIBLE
    assert verdict.failed() == ("exclusive",)
    assert verdict.is_option
    assert _gate(_lost(), rivals=(Wanted(action=Action.REFUND, line_ids=("L1",)),)) is Gate.ELIGIBLE
    assert _gate(_lost(), rivals=(Wanted(action=Action.REPLACEMENT, line_ids=("L2",)),)) is Gate.ELIGIBLE


def test_a_line_that_was_replaced_is_not_refunded_too() -> None:
    facts = sent(scan("lost"), remedies=(remedy(Action.REPLACEMENT),))
    assert _gate(facts) is Gate.INELIGIBLE


def test_a_lost_parcel_proves_nothing_about_the_line_in_another_one() -> None:
    facts = _two_parcels()
    assert _gate(facts, line_ids=("L1",)) is Gate.ELIGIBLE
    assert _gate(facts, line_ids=("L2",)) is Gate.INELIGIBLE


@pytest.mark.parametrize("settled_by", [Action.REFUND, Action.REPLACEMENT])
def test_a_lost_parcel_that_is_settled_pays_for_nothing_else(settled_by: Action) -> None:
    assert _gate(_two_parcels(remedies=(remedy(settled_by, "L1"),)), line_ids=("L2",)) is Gate.INELIGIBLE


def test_an_order_that_we_cancelled_may_still_get_its_captured_money_back() -> None:
    facts = context(order(status="cancelled"), remedies=(remedy(Action.CANCEL),))
    assert _gate(facts) is Gate.ELIGIBLE


def test_a_refund_of_no_line_gives_nothing_back() -> None:
    assert _gate(_lost(), line_ids=()) is not Gate.ELIGIBLE
    settled = context(order(status="cancelled"), remedies=(remedy(Action.CANCEL),))
    assert _gate(settled, line_ids=()) is not Gate.ELIGIBLE


def _two_parcels(**more: Any) -> OrderContext:
    return context(
        order(line(), line("L2"), status="shipped"),
        fulfillments=(task("L1", "L2", state="handed_off"),),
        shipments=(parcel(scans=(scan("lost"),)), parcel("L2", number=2, scans=(scan("delivered"),))),
        **more,
    )
