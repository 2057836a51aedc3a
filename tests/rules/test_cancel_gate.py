"""May the order be cancelled? (specification, section 5)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.context import OrderContext
from graph.labels import Action, Gate, System
from tests.rules.building import ago, context, gated, hold, line, order, parcel, policy_with, scan, sent, task, waiting


def _gate(facts: OrderContext, **more: Any) -> Gate:
    return gated(Action.CANCEL, facts, **more).gate


@pytest.mark.parametrize("state", ["not_started", "released", "cancelled"])
def test_an_order_that_nobody_touched_may_go(state: str) -> None:
    verdict = gated(Action.CANCEL, waiting(state=state))
    assert verdict.gate is Gate.ELIGIBLE
    assert verdict.amount == Decimal("50.00")
    assert verdict.approval_because == ()


@pytest.mark.parametrize("state", ["picking", "short_pick", "quarantined", "cycle_count_mismatch", "packed", "labelled"])
def test_a_warehouse_past_released_needs_approval(state: str) -> None:
    assert _gate(waiting(state=state)) is Gate.NEEDS_APPROVAL


def test_one_of_two_tasks_past_released_needs_approval() -> None:
    facts = waiting(line(), line("L2"), fulfillments=(task(), task("L2", state="packed", number=2)))
    assert _gate(facts) is Gate.NEEDS_APPROVAL


@pytest.mark.parametrize(
    "facts",
    [
        waiting(state="handed_off"),
        sent(scan("in_transit")),
        sent(scan("delivered"), order_fields={"status": "delivered"}),
        context(order(line(), line("L2"), status="partially_shipped"), fulfillments=(task(), task("L2", state="handed_off", number=2))),
        context(order(), fulfillments=(task(state="packed"),), shipments=(parcel(scans=(scan("in_transit", 1),)),)),
    ],
    ids=["handed off", "in transit", "delivered", "one of two", "scanned"],
)
def test_what_a_carrier_has_cannot_be_cancelled(facts: OrderContext) -> None:
    verdict = gated(Action.CANCEL, facts)
    assert verdict.gate is Gate.INELIGIBLE
    assert verdict.failed()
    assert not verdict.is_option


def test_a_label_alone_is_not_handed_off() -> None:
    facts = context(order(), fulfillments=(task(state="labelled"),), shipments=(parcel(label_created_at=ago(3)),))
    assert _gate(facts) is Gate.NEEDS_APPROVAL


def test_a_cancelled_order_is_not_cancelled_again() -> None:
    assert _gate(context(order(status="cancelled"))) is Gate.INELIGIBLE


@pytest.mark.parametrize("item_class", ["standard", "oversize", "hazmat", "custom"])
def test_classes_that_the_policy_excludes(item_class: str) -> None:
    facts = waiting(line(), line("L2", item_class=item_class))
    strict = policy_with(gates={"non_cancellable_classes": [item_class]})
    other = policy_with(gates={"non_cancellable_classes": ["custom" if item_class != "custom" else "hazmat"]})
    assert _gate(facts) is Gate.ELIGIBLE
    assert _gate(facts, policy=strict) is Gate.INELIGIBLE
    assert _gate(facts, policy=other) is Gate.ELIGIBLE


@pytest.mark.parametrize(("total", "gate"), [("250.00", Gate.ELIGIBLE), ("250.01", Gate.NEEDS_APPROVAL)])
def test_the_order_total_up_to_the_limit(total: str, gate: Gate) -> None:
    assert _gate(waiting(order_fields={"total": total})) is gate


@pytest.mark.parametrize(("currency", "gate"), [("USD", Gate.ELIGIBLE), ("EUR", Gate.ELIGIBLE), ("CAD", Gate.NEEDS_APPROVAL)])
def test_a_currency_without_limits_needs_approval(currency: str, gate: Gate) -> None:
    verdict = gated(Action.CANCEL, waiting(order_fields={"currency": currency}))
    assert verdict.gate is gate
    assert verdict.currency == currency


def test_limits_are_those_of_the_orders_currency() -> None:
    limits = {currency: {"cancel": limit, "refund": limit, "replacement": limit} for currency, limit in (("USD", 10), ("CAD", 90))}
    policy = policy_with(gates={"limits": limits})
    assert _gate(waiting(), policy=policy) is Gate.NEEDS_APPROVAL
    assert _gate(waiting(order_fields={"currency": "CAD"}), policy=policy) is Gate.ELIGIBLE


@pytest.mark.parametrize("kind", ["fraud", "payment", "address"])
def test_any_hold_in_force_needs_approval(kind: str) -> None:
    assert _gate(waiting(order_fields={"holds": (hold(kind),)})) is Gate.NEEDS_APPROVAL
    assert _gate(waiting(order_fields={"holds": (hold(kind, released_at=ago(1)),)})) is Gate.ELIGIBLE


def test_unknown_facts_need_approval_but_a_missing_system_does_not() -> None:
    assert _gate(waiting(fulfillments=(), unknown=(System.WMS,))) is Gate.NEEDS_APPROVAL
    assert _gate(waiting(fulfillments=(), unknown=(System.WMS, System.CARRIER))) is Gate.NEEDS_APPROVAL
    assert _gate(waiting(fulfillments=(), not_connected=(System.WMS,))) is Gate.ELIGIBLE


def test_a_failed_check_beats_what_is_unknown() -> None:
    facts = sent(scan("in_transit"), fulfillments=(), unknown=(System.WMS,))
    assert _gate(facts) is Gate.INELIGIBLE
