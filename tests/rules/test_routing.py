"""Which specialist answers (specification, section 3)."""

from __future__ import annotations

import pytest

from graph.labels import Condition, Handler, Trigger
from graph.rules.routing import handler_for

TABLE = {
    Condition.DATA_CONFLICT: Handler.PRIORITY_ESCALATION,
    Condition.FRAUD_HOLD: Handler.GUARDED_HOLD,
    Condition.PAYMENT_HOLD: Handler.GUARDED_HOLD,
    Condition.ADDRESS_HOLD: Handler.GUARDED_HOLD,
    Condition.FACTS_UNAVAILABLE: Handler.STANDARD_STATUS,
    Condition.ORDER_CANCELLED: Handler.STANDARD_STATUS,
    Condition.DELIVERED_NOT_RECEIVED: Handler.DELIVERED_NOT_RECEIVED,
    Condition.RETURN_TO_SENDER: Handler.CARRIER_EXCEPTION,
    Condition.DELIVERY_FAILED: Handler.CARRIER_EXCEPTION,
    Condition.CARRIER_EXCEPTION: Handler.CARRIER_EXCEPTION,
    Condition.NO_TRACKING_MOVEMENT: Handler.CARRIER_EXCEPTION,
    Condition.LABEL_CREATED_NO_PICKUP: Handler.CARRIER_EXCEPTION,
    Condition.SUPPLIER_BACKORDER: Handler.SUPPLIER_BACKORDER,
    Condition.ALLOCATION_CONFLICT: Handler.SUPPLIER_BACKORDER,
    Condition.WAREHOUSE_PICK_DELAY: Handler.WAREHOUSE_INVESTIGATION,
    Condition.PARTIAL_SHIPMENT: Handler.SPLIT_SHIPMENT,
    Condition.LATE_IN_TRANSIT: Handler.CARRIER_EXCEPTION,
    Condition.AVAILABLE_FOR_PICKUP: Handler.STANDARD_STATUS,
    Condition.STANDARD_IN_TRANSIT: Handler.STANDARD_STATUS,
    Condition.DELIVERED: Handler.STANDARD_STATUS,
    Condition.PROCESSING_WITHIN_SLA: Handler.STANDARD_STATUS,
}
CALM = [
    Condition.ORDER_CANCELLED, Condition.PARTIAL_SHIPMENT, Condition.AVAILABLE_FOR_PICKUP, Condition.STANDARD_IN_TRANSIT,
    Condition.DELIVERED, Condition.PROCESSING_WITHIN_SLA,
]  # fmt: skip
OWNED = [
    Trigger.FRAUD_HOLD, Trigger.PAYMENT_HOLD, Trigger.ADDRESS_HOLD, Trigger.NO_SUPPLIER_ETA, Trigger.ALTERNATE_COMPONENT,
    Trigger.DELIVERY_DISPUTED, Trigger.APPROVAL_REQUIRED,
]  # fmt: skip


@pytest.mark.parametrize("condition", list(Condition))
def test_every_condition_has_its_specialist(condition: Condition) -> None:
    assert handler_for(condition, ()) is TABLE[condition]


@pytest.mark.parametrize("trigger", list(Trigger))
@pytest.mark.parametrize("condition", CALM)
def test_on_a_healthy_order_a_trigger_that_nobody_owns_is_a_priority(condition: Condition, trigger: Trigger) -> None:
    expected = TABLE[condition] if trigger in OWNED else Handler.PRIORITY_ESCALATION
    assert handler_for(condition, (trigger,)) is expected
    assert handler_for(condition, (Trigger.APPROVAL_REQUIRED, trigger)) is expected


@pytest.mark.parametrize("condition", [each for each in Condition if each not in CALM])
def test_a_problem_keeps_its_specialist_whatever_fires(condition: Condition) -> None:
    assert handler_for(condition, tuple(Trigger)) is TABLE[condition]
