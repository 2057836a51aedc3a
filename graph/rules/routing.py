"""Which specialist answers (specification, section 3)."""

from __future__ import annotations

from graph.labels import HEALTHY, Condition, Handler, Trigger

HANDLERS: dict[Condition, Handler] = {
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

OWNED = {
    Trigger.FRAUD_HOLD,
    Trigger.PAYMENT_HOLD,
    Trigger.ADDRESS_HOLD,
    Trigger.NO_SUPPLIER_ETA,
    Trigger.ALTERNATE_COMPONENT,
    Trigger.DELIVERY_DISPUTED,
    Trigger.APPROVAL_REQUIRED,
}
"""Triggers that a specialist owns: they do not take a healthy order away from it."""


def handler_for(condition: Condition, triggers: tuple[Trigger, ...]) -> Handler:
    """The specialist of a condition; on a healthy order a trigger that nobody owns makes it a priority escalation."""
    if condition in HEALTHY and any(trigger not in OWNED for trigger in triggers):
        return Handler.PRIORITY_ESCALATION
    return HANDLERS[condition]
