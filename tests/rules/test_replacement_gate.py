"""May the goods be sent again? (specification, section 5)"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from graph.context import OrderContext
from graph.gates.verdict import Wanted
from graph.labels import Action, CheckResult, Gate, System
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
    parcel,
    proof,
    remedy,
    scan,
    sent,
    shelf,
    task,
    waiting,
)

STOCK = (shelf(available=5),)
OLD_CLAIM = ago(5 * 24) - INSTANT
YOUNG_CLAIM = ago(5 * 24)


def _gate(facts: OrderContext, **more: Any) -> Gate:
    return gated(Action.REPLACEMENT, facts, **more).gate


def _lost(**more: Any) -> OrderContext:
    return sent(scan("lost"), **{"inventory": STOCK, **more})


def _stalled(claimed: datetime) -> OrderContext:
    return sent(scan("in_transit", 100), inventory=STOCK, parcel_fields={"label_created_at": ago(300), "claim_opened_at": claimed})


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        (_lost(), Gate.ELIGIBLE),
        (sent(scan("damaged"), inventory=STOCK), Gate.ELIGIBLE),
        (sent(scan("return_to_sender"), inventory=STOCK), Gate.ELIGIBLE),
        (_stalled(OLD_CLAIM), Gate.ELIGIBLE),
        (_stalled(YOUNG_CLAIM), Gate.INELIGIBLE),
        (sent(scan("in_transit"), inventory=STOCK), Gate.INELIGIBLE),
        (sent(scan("customs_hold"), inventory=STOCK), Gate.INELIGIBLE),
        (delivered(inventory=STOCK), Gate.INELIGIBLE),
        (waiting(inventory=STOCK), Gate.INELIGIBLE),
    ],
    ids=["lost", "damaged", "coming back", "old claim", "claim of five days", "in transit", "customs", "delivered", "processing"],
)
def test_goods_are_sent_again_only_for_a_proven_cause(facts: OrderContext, gate: Gate) -> None:
    assert _gate(facts) is gate


def test_goods_not_received_are_a_cause_that_needs_approval() -> None:
    facts = delivered(inventory=STOCK, parcel_fields={"proof_of_delivery": proof("signature", matches_address=True)})
    assert _gate(facts, disputed=True) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(
    ("quantity", "levels", "gate"),
    [
        (3, (shelf(available=3),), Gate.ELIGIBLE),
        (3, (shelf(available=2),), Gate.INELIGIBLE),
        (3, (shelf(available=2), shelf(available=1, warehouse="RNO1")), Gate.ELIGIBLE),
        (3, (shelf("SKU-OTHER", 9),), Gate.INELIGIBLE),
        (3, (), Gate.INELIGIBLE),
    ],
)
def test_the_shelf_covers_every_affected_line(quantity: int, levels: tuple[Any, ...], gate: Gate) -> None:
    assert _gate(_lost(lines=(line(price="9.00", quantity=quantity),), inventory=levels)) is gate


def test_one_line_without_stock_makes_all_ineligible_but_not_the_other_alone() -> None:
    facts = _lost(lines=(line(price="9.00"), line("L2", price="9.00")))
    assert _gate(facts) is Gate.INELIGIBLE
    assert _gate(facts, line_ids=("L1",)) is Gate.ELIGIBLE


def test_two_lines_of_the_same_item_need_stock_for_both() -> None:
    lines = (line(price="9.00", sku="SAME"), line("L2", price="9.00", sku="SAME"))
    assert _gate(_lost(lines=lines, inventory=(shelf("SAME", 1),))) is Gate.INELIGIBLE
    assert _gate(_lost(lines=lines, inventory=(shelf("SAME", 2),))) is Gate.ELIGIBLE


def test_unknown_stock_needs_approval() -> None:
    assert _gate(_lost(inventory=(), unknown=(System.INVENTORY,))) is Gate.NEEDS_APPROVAL


def test_an_unknown_cause_needs_approval() -> None:
    silent = context(order(status="shipped"), fulfillments=(task(state="handed_off"),), inventory=STOCK, unknown=(System.CARRIER,))
    assert _gate(silent) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(("price", "gate"), [("100.00", Gate.ELIGIBLE), ("100.01", Gate.NEEDS_APPROVAL)])
def test_the_value_up_to_the_limit(price: str, gate: Gate) -> None:
    verdict = gated(Action.REPLACEMENT, _lost(lines=(line(price=price),)))
    assert verdict.gate is gate
    assert verdict.amount == Decimal(price)


@pytest.mark.parametrize(
    ("item_class", "gate"),
    [("standard", Gate.ELIGIBLE), ("oversize", Gate.NEEDS_APPROVAL), ("hazmat", Gate.NEEDS_APPROVAL), ("custom", Gate.NEEDS_APPROVAL)],
)
def test_special_goods_need_approval(item_class: str, gate: Gate) -> None:
    assert _gate(_lost(lines=(line(item_class=item_class),))) is gate


@pytest.mark.parametrize("kind", ["fraud", "payment", "address"])
def test_any_hold_needs_approval(kind: str) -> None:
    assert _gate(_lost(order_fields={"holds": (hold(kind),)})) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(("claims", "gate"), [(1, Gate.ELIGIBLE), (2, Gate.NEEDS_APPROVAL)])
def test_two_claims_in_half_a_year_need_approval(claims: int, gate: Gate) -> None:
    assert _gate(_lost(customer=customer(prior_claims_180d=claims))) is gate


def test_a_currency_without_limits_needs_approval() -> None:
    assert _gate(_lost(order_fields={"currency": "CAD"})) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize("action", [Action.REPLACEMENT, Action.REFUND])
def test_what_was_replaced_or_refunded_is_not_sent_again(action: Action) -> None:
    assert _gate(_lost(remedies=(remedy(action),))) is Gate.INELIGIBLE


def test_a_refund_of_the_same_lines_excludes_the_replacement() -> None:
    verdict = gated(Action.REPLACEMENT, _lost(), rivals=(Wanted(action=Action.REFUND, line_ids=("L1",)),))
    assert verdict.gate is Gate.INELIGIBLE
    assert verdict.failed() == ("exclusive",)
    assert verdict.is_option


@pytest.mark.parametrize("evidence", [None, proof("none"), proof("photo", matches_address=False), proof("signature", matches_address=True)], ids=str)
def test_the_proof_of_delivery_is_shown_and_never_forbids(evidence: Any) -> None:
    verdict = gated(Action.REPLACEMENT, delivered(inventory=STOCK, parcel_fields={"proof_of_delivery": evidence}), disputed=True)
    (check,) = [each for each in verdict.checks if each.name == "delivery_proof"]
    assert check.because
    assert check.result in CheckResult
    assert verdict.gate is Gate.NEEDS_APPROVAL


def test_a_lost_parcel_proves_nothing_about_the_line_in_another_one() -> None:
    facts = context(
        order(line(), line("L2"), status="shipped"),
        fulfillments=(task("L1", "L2", state="handed_off"),),
        shipments=(parcel(scans=(scan("lost"),)), parcel("L2", number=2, scans=(scan("in_transit"),))),
        inventory=(*STOCK, shelf("SKU-L2", 5)),
    )
    assert _gate(facts, line_ids=("L1",)) is Gate.ELIGIBLE
    assert _gate(facts, line_ids=("L2",)) is Gate.INELIGIBLE


def test_a_replacement_of_no_line_sends_nothing() -> None:
    assert _gate(_lost(), line_ids=()) is not Gate.ELIGIBLE
