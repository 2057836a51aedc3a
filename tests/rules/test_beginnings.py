"""Since when something is wrong: what began before the service went live is not told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.context import OrderContext
from graph.rules.beginnings import problem_began
from tests.rules.building import (
    POLICY,
    ago,
    ahead,
    calendar_of,
    context,
    hold,
    judged,
    order,
    paid,
    parcel,
    reservation,
    scan,
    sent,
    supply,
    task,
    waiting,
)


def began(facts: OrderContext) -> datetime | None:
    return problem_began(facts, judged(facts), POLICY, calendar_of())


def waits_for(*rows: Any) -> OrderContext:
    return waiting(allocations=(), supply=rows)


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        (sent(scan("in_transit", 110)), ago(14)),
        (sent(scan("in_transit", 110), order_fields={"service_level": "express"}), ago(62)),
        (sent(parcel_fields={"label_created_at": ago(60)}), ago(12)),
        (sent(scan("delivery_attempted", 5)), ago(5)),
        (sent(scan("lost", 7)), ago(7)),
        (sent(scan("return_to_sender", 6)), ago(6)),
        (sent(scan("in_transit", 5), parcel_fields={"eta": ago(20)}), ago(20)),
        (waits_for(supply("delayed", updated_at=ago(9))), ago(9)),
        (waiting(allocations=(reservation("failed"),), order_fields={"updated_at": ago(3)}), ago(3)),
        (waiting(fulfillments=(task(state="short_pick", updated_at=ago(4)),)), ago(4)),
        (waiting(fulfillments=(task(state="picking", pick_due_at=ago(2)),)), ago(2)),
        (waiting(order_fields={"ship_by": ago(8)}), ago(8)),
        (waiting(order_fields={"status": "on_hold", "holds": (hold("fraud"),)}), ago(20)),
        (waiting(order_fields={"payment": paid("failed")}), ago(24)),
        (sent(scan("in_transit", 8), order_fields={"status": "delivered", "updated_at": ago(6)}), ago(4)),
    ],
    ids=[
        "stalled", "stalled express", "unscanned", "attempted", "lost", "returning", "late", "backorder", "unallocated", "short", "pick overdue",
        "past ship-by", "held", "payment failed", "contradiction",
    ],
)  # fmt: skip
def test_a_problem_begins_when_it_becomes_one(facts: OrderContext, since: datetime) -> None:
    assert began(facts) == since


@pytest.mark.parametrize("facts", [sent(scan("in_transit", 5), parcel_fields={"eta": ahead(20)}), waiting(), sent(scan("delivered", 5))])
def test_where_nothing_is_wrong_nothing_began(facts: OrderContext) -> None:
    assert began(facts) is None


def test_of_two_problems_the_newer_one_counts() -> None:
    parcels = (parcel("L1", scans=(scan("lost", 50),)), parcel("L2", number=2, scans=(scan("damaged", 3),)))
    facts = context(order(status="shipped"), shipments=parcels, fulfillments=(task(state="handed_off"),))

    assert began(facts) == ago(3)


def test_a_beginning_is_never_ahead() -> None:
    facts = sent(scan("lost", 5))
    future = facts.model_copy(update={"now": facts.now - timedelta(hours=6)})

    assert began(future) is None
