"""Whose queue, by when, and in which value band (specification, section 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.gates.verdict import Verdict, Wanted
from graph.labels import Action, Gate, Queue, Trigger
from graph.policy import Policy
from graph.rules.escalations import deadline, queues_of, stricter, value_band
from tests.rules.building import POLICY, calendar_of, firing, policy_with, utc

CX = [
    Trigger.ADDRESS_HOLD, Trigger.CHARGEBACK_THREAT, Trigger.LEGAL_THREAT, Trigger.MANAGER_REQUEST, Trigger.ANGRY_CUSTOMER,
    Trigger.REPEAT_CONTACT, Trigger.HIGH_VALUE, Trigger.DATA_CONFLICT, Trigger.LOW_CONFIDENCE, Trigger.FACTS_UNAVAILABLE,
    Trigger.FOLLOW_UP_EXHAUSTED,
]  # fmt: skip


def _verdict(action: Action, gate: Gate = Gate.NEEDS_APPROVAL) -> Verdict:
    return Verdict(wanted=Wanted(action=action), gate=gate, checks=(), currency="USD")


def _queue(*triggers: Trigger, verdicts: tuple[Verdict, ...] = (), claims: int = 0) -> Queue:
    return queues_of(firing(*triggers), verdicts, claims=claims, policy=POLICY)[0]


@pytest.mark.parametrize(
    ("trigger", "queue"),
    [
        (Trigger.FRAUD_HOLD, Queue.FRAUD),
        (Trigger.PAYMENT_HOLD, Queue.FRAUD),
        (Trigger.NO_SUPPLIER_ETA, Queue.SUPPLY_CHAIN),
        (Trigger.ALTERNATE_COMPONENT, Queue.SUPPLY_CHAIN),
        (Trigger.DELIVERY_DISPUTED, Queue.SHIPPING),
        *((trigger, Queue.CX) for trigger in CX),
    ],
)
def test_every_trigger_has_its_queue(trigger: Trigger, queue: Queue) -> None:
    assert _queue(trigger) is queue


@pytest.mark.parametrize(("claims", "queue"), [(0, Queue.SHIPPING), (1, Queue.SHIPPING), (2, Queue.FRAUD), (5, Queue.FRAUD)])
def test_a_dispute_of_somebody_with_many_claims_goes_to_fraud(claims: int, queue: Queue) -> None:
    assert _queue(Trigger.DELIVERY_DISPUTED, claims=claims) is queue


@pytest.mark.parametrize(
    ("action", "queue"),
    [
        (Action.REFUND, Queue.CX),
        (Action.CANCEL, Queue.CX),
        (Action.ADDRESS_CHANGE, Queue.CX),
        (Action.REPLACEMENT, Queue.SHIPPING),
        (Action.ALTERNATE_ITEM, Queue.SUPPLY_CHAIN),
    ],
)
def test_an_approval_goes_to_the_queue_of_its_action(action: Action, queue: Queue) -> None:
    assert _queue(Trigger.APPROVAL_REQUIRED, verdicts=(_verdict(action),)) is queue


def test_only_actions_that_need_approval_choose_the_queue() -> None:
    verdicts = (_verdict(Action.REPLACEMENT, Gate.INELIGIBLE), _verdict(Action.ALTERNATE_ITEM, Gate.ELIGIBLE), _verdict(Action.REFUND))
    assert _queue(Trigger.APPROVAL_REQUIRED, verdicts=verdicts) is Queue.CX


def test_the_first_of_fraud_supply_shipping_cx_decides() -> None:
    triggers = (Trigger.ANGRY_CUSTOMER, Trigger.DELIVERY_DISPUTED, Trigger.NO_SUPPLIER_ETA, Trigger.PAYMENT_HOLD)
    assert [_queue(*triggers[:count]) for count in (1, 2, 3, 4)] == [Queue.CX, Queue.SHIPPING, Queue.SUPPLY_CHAIN, Queue.FRAUD]
    assert stricter(Queue.SHIPPING, Queue.SUPPLY_CHAIN) is stricter(Queue.SUPPLY_CHAIN, Queue.SHIPPING) is Queue.SUPPLY_CHAIN
    assert stricter(Queue.CX, Queue.CX) is Queue.CX


URGENT = [Trigger.LEGAL_THREAT, Trigger.CHARGEBACK_THREAT, Trigger.MANAGER_REQUEST]


def _due(at: str, *triggers: Trigger, queue: Queue = Queue.CX, policy: Policy = POLICY) -> tuple[Any, Any]:
    return deadline(triggers, queue, utc(at), policy, calendar_of(policy))


@pytest.mark.parametrize("trigger", URGENT)
def test_threats_and_managers_get_four_business_hours(trigger: Trigger) -> None:
    assert _due("2026-03-11T12:00:00Z", Trigger.REPEAT_CONTACT, trigger) == (utc("2026-03-11T16:00:00Z"), utc("2026-03-11T14:00:00Z"))


def test_the_queue_fraud_gets_four_business_hours() -> None:
    assert _due("2026-03-11T12:00:00Z", Trigger.FRAUD_HOLD, queue=Queue.FRAUD)[0] == utc("2026-03-11T16:00:00Z")


@pytest.mark.parametrize("queue", [Queue.CX, Queue.SHIPPING, Queue.SUPPLY_CHAIN])
def test_everything_else_gets_one_business_day(queue: Queue) -> None:
    assert _due("2026-03-11T12:00:00Z", Trigger.ANGRY_CUSTOMER, queue=queue)[0] == utc("2026-03-12T12:00:00Z")


@pytest.mark.parametrize(
    ("at", "due", "reminder"),
    [
        ("2026-03-13T13:00:00Z", "2026-03-13T17:00:00Z", "2026-03-13T15:00:00Z"),
        ("2026-03-13T16:00:00Z", "2026-03-16T12:00:00Z", "2026-03-16T10:00:00Z"),
        ("2026-03-13T17:00:00Z", "2026-03-16T13:00:00Z", "2026-03-16T11:00:00Z"),
        ("2026-03-14T12:00:00Z", "2026-03-16T13:00:00Z", "2026-03-16T11:00:00Z"),
        ("2026-03-11T02:00:00Z", "2026-03-11T13:00:00Z", "2026-03-11T11:00:00Z"),
    ],
)
def test_four_business_hours_over_evenings_and_weekends(at: str, due: str, reminder: str) -> None:
    assert _due(at, Trigger.LEGAL_THREAT) == (utc(due), utc(reminder))


@pytest.mark.parametrize(
    ("at", "due", "reminder"),
    [
        ("2026-03-11T12:00:00Z", "2026-03-12T12:00:00Z", "2026-03-11T16:00:00Z"),
        ("2026-03-13T16:00:00Z", "2026-03-16T16:00:00Z", "2026-03-16T12:00:00Z"),
        ("2026-03-14T12:00:00Z", "2026-03-17T09:00:00Z", "2026-03-16T13:00:00Z"),
        ("2026-03-13T17:00:00Z", "2026-03-17T09:00:00Z", "2026-03-16T13:00:00Z"),
    ],
)
def test_one_business_day_and_its_half(at: str, due: str, reminder: str) -> None:
    assert _due(at, Trigger.ANGRY_CUSTOMER) == (utc(due), utc(reminder))


def test_deadlines_follow_the_policys_clock_and_holidays() -> None:
    new_york = policy_with(timezone={"business": "America/New_York"}, business_hours={"holidays": ["2026-03-09"]})
    assert _due("2026-03-06T15:00-05:00", Trigger.ANGRY_CUSTOMER, policy=new_york)[0] == utc("2026-03-10T15:00-04:00")
    assert _due("2026-03-06T15:00-05:00", Trigger.LEGAL_THREAT, policy=new_york)[0] == utc("2026-03-10T11:00-04:00")
    berlin = policy_with(timezone={"business": "Europe/Berlin"})
    assert _due("2026-03-27T16:00+01:00", Trigger.ANGRY_CUSTOMER, policy=berlin)[0] == utc("2026-03-30T16:00+02:00")


def test_the_policy_sets_both_times() -> None:
    own = policy_with(escalation={"urgent_hours": 2, "days": 3})
    assert _due("2026-03-11T12:00:00Z", Trigger.LEGAL_THREAT, policy=own)[0] == utc("2026-03-11T14:00:00Z")
    assert _due("2026-03-11T12:00:00Z", Trigger.ANGRY_CUSTOMER, policy=own)[0] == utc("2026-03-16T12:00:00Z")


def test_value_bands_begin_at_their_limit() -> None:
    bands = [value_band(Decimal(total), POLICY) for total in ("0", "99.99", "100.00", "249.99", "250.00", "999.99", "1000.00", "99999")]
    assert bands[0::2] == [bands[0], bands[2], bands[4], bands[6]] == bands[1::2]
    assert len(set(bands)) == 4
