"""The closed vocabularies of the service. Every label is one that the scenario contract uses."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """Where a customer writes."""

    TICKET = "ticket"
    CHAT = "chat"
    EMAIL = "email"


class System(StrEnum):
    """The six backends, each asked for its own facts."""

    OMS = "oms"
    WMS = "wms"
    SUPPLIER = "supplier"
    INVENTORY = "inventory"
    CARRIER = "carrier"
    SUPPORT = "support"


class Source(StrEnum):
    """Where a stated fact comes from: a backend, the shop's policy, or our own case record."""

    OMS = "oms"
    WMS = "wms"
    SUPPLIER = "supplier"
    INVENTORY = "inventory"
    CARRIER = "carrier"
    SUPPORT = "support"
    POLICY = "policy"
    CASE = "case"


class Language(StrEnum):
    """The languages that the service reads, writes and can prove."""

    EN = "en"
    DE = "de"
    ES = "es"
    FR = "fr"


class Intent(StrEnum):
    """What a customer wants; a message may carry several."""

    ORDER_STATUS = "order_status"
    DELIVERY_DISPUTE = "delivery_dispute"
    CANCEL = "cancel"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    ADDRESS_CHANGE = "address_change"
    ALTERNATE_ITEM = "alternate_item"
    WITHDRAW_REQUEST = "withdraw_request"
    STOP_CONTACT = "stop_contact"
    THANKS_OR_CLOSING = "thanks_or_closing"
    NOT_WISMO = "not_wismo"


class Tone(StrEnum):
    """How a customer says it, where that makes a human necessary."""

    CHARGEBACK_THREAT = "chargeback_threat"
    LEGAL_THREAT = "legal_threat"
    MANAGER_REQUEST = "manager_request"
    ANGRY_CUSTOMER = "angry_customer"


class Condition(StrEnum):
    """The real state of an order, in the order in which the rules are tried (specification, section 3)."""

    DATA_CONFLICT = "data_conflict"
    FRAUD_HOLD = "fraud_hold"
    PAYMENT_HOLD = "payment_hold"
    ADDRESS_HOLD = "address_hold"
    FACTS_UNAVAILABLE = "facts_unavailable"
    ORDER_CANCELLED = "order_cancelled"
    DELIVERED_NOT_RECEIVED = "delivered_not_received"
    RETURN_TO_SENDER = "return_to_sender"
    DELIVERY_FAILED = "delivery_failed"
    CARRIER_EXCEPTION = "carrier_exception"
    NO_TRACKING_MOVEMENT = "no_tracking_movement"
    LABEL_CREATED_NO_PICKUP = "label_created_no_pickup"
    SUPPLIER_BACKORDER = "supplier_backorder"
    ALLOCATION_CONFLICT = "allocation_conflict"
    WAREHOUSE_PICK_DELAY = "warehouse_pick_delay"
    PARTIAL_SHIPMENT = "partial_shipment"
    LATE_IN_TRANSIT = "late_in_transit"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    STANDARD_IN_TRANSIT = "standard_in_transit"
    DELIVERED = "delivered"
    PROCESSING_WITHIN_SLA = "processing_within_sla"


class Trigger(StrEnum):
    """Why a human is asked (specification, section 4)."""

    FRAUD_HOLD = "fraud_hold"
    PAYMENT_HOLD = "payment_hold"
    ADDRESS_HOLD = "address_hold"
    CHARGEBACK_THREAT = "chargeback_threat"
    LEGAL_THREAT = "legal_threat"
    MANAGER_REQUEST = "manager_request"
    ANGRY_CUSTOMER = "angry_customer"
    REPEAT_CONTACT = "repeat_contact"
    HIGH_VALUE = "high_value"
    NO_SUPPLIER_ETA = "no_supplier_eta"
    ALTERNATE_COMPONENT = "alternate_component"
    DELIVERY_DISPUTED = "delivery_disputed"
    DATA_CONFLICT = "data_conflict"
    LOW_CONFIDENCE = "low_confidence"
    FACTS_UNAVAILABLE = "facts_unavailable"
    FOLLOW_UP_EXHAUSTED = "follow_up_exhausted"
    APPROVAL_REQUIRED = "approval_required"


class Handler(StrEnum):
    """The specialist that answers."""

    STANDARD_STATUS = "standard_status"
    SUPPLIER_BACKORDER = "supplier_backorder"
    WAREHOUSE_INVESTIGATION = "warehouse_investigation"
    SPLIT_SHIPMENT = "split_shipment"
    CARRIER_EXCEPTION = "carrier_exception"
    DELIVERED_NOT_RECEIVED = "delivered_not_received"
    GUARDED_HOLD = "guarded_hold"
    PRIORITY_ESCALATION = "priority_escalation"
    NONE = "none"


class Disposition(StrEnum):
    """What a step came to; where several fit, the first of this list (specification, section 7)."""

    ESCALATE = "escalate"
    HANDOFF = "handoff"
    ASK = "ask"
    RESUME = "resume"
    NOTIFY = "notify"
    MONITOR = "monitor"
    ANSWER = "answer"
    SUPPRESS = "suppress"
    NONE = "none"


class Reason(StrEnum):
    """The machine-readable reasons of specification section 10."""

    NOTHING = ""
    ORDER_AMBIGUOUS = "order_ambiguous"
    ORDER_NOT_FOUND = "order_not_found"
    IDENTITY_UNVERIFIED = "identity_unverified"
    INTENT_UNCLEAR = "intent_unclear"
    ACTION_INFO_MISSING = "action_info_missing"
    NOT_WISMO = "not_wismo"
    AUTO_REPLY = "auto_reply"
    CLOSING = "closing"
    FACTS_UNAVAILABLE = "facts_unavailable"
    HUMAN_REPLIED = "human_replied"
    MANUAL_TAKEOVER = "manual_takeover"
    PAUSED = "paused"
    APPROVED = "approved"
    DENIED = "denied"
    HAND_BACK = "hand_back"
    REQUEST_CHANGES = "request_changes"
    APPROVAL_STALE = "approval_stale"
    NOT_AUTHORISED = "not_authorised"
    OVER_LIMIT = "over_limit"
    ALREADY_DECIDED = "already_decided"
    UNCLEAR_DECISION = "unclear_decision"
    NOT_AN_OPTION = "not_an_option"
    NO_OPEN_ESCALATION = "no_open_escalation"
    FOLLOW_UP_DUE = "follow_up_due"
    DUPLICATE_EVENT = "duplicate_event"
    STALE_EVENT = "stale_event"
    UNCONFIRMED = "unconfirmed"
    NO_CHANGE = "no_change"
    OPT_OUT = "opt_out"
    BURST = "burst"
    MIN_GAP = "min_gap"
    QUIET_HOURS = "quiet_hours"


class Queue(StrEnum):
    """The review queues; the first of this list among an escalation's triggers decides."""

    FRAUD = "fraud"
    SUPPLY_CHAIN = "supply_chain"
    SHIPPING = "shipping"
    CX = "cx"


class Action(StrEnum):
    """What may be done to an order, always behind a gate (specification, section 5)."""

    CANCEL = "cancel"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    ADDRESS_CHANGE = "address_change"
    ALTERNATE_ITEM = "alternate_item"
    CARRIER_INVESTIGATION = "carrier_investigation"


class Gate(StrEnum):
    """The verdict over one action."""

    ELIGIBLE = "eligible"
    NEEDS_APPROVAL = "needs_approval"
    NEEDS_INFO = "needs_info"
    INELIGIBLE = "ineligible"


class CheckResult(StrEnum):
    """The result of one named check of a gate."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class ActionStatus(StrEnum):
    """How far an action has come."""

    DRAFTED = "drafted"
    PENDING_APPROVAL = "pending_approval"
    EXECUTED = "executed"
    DENIED = "denied"
    NOT_EXECUTED = "not_executed"


class Mode(StrEnum):
    """Shadow writes drafts and acts on nothing; live speaks and acts."""

    LIVE = "live"
    SHADOW = "shadow"


HOLDS = (Condition.FRAUD_HOLD, Condition.PAYMENT_HOLD, Condition.ADDRESS_HOLD)
"""Conditions on which a customer hears only that an additional review is needed."""

PROBLEMS = (
    Condition.DELIVERED_NOT_RECEIVED,
    Condition.RETURN_TO_SENDER,
    Condition.DELIVERY_FAILED,
    Condition.CARRIER_EXCEPTION,
    Condition.NO_TRACKING_MOVEMENT,
    Condition.LABEL_CREATED_NO_PICKUP,
    Condition.SUPPLIER_BACKORDER,
    Condition.ALLOCATION_CONFLICT,
    Condition.WAREHOUSE_PICK_DELAY,
)
"""Conditions 5 to 13 of the specification: something is wrong with goods or parcel."""

HEALTHY = (
    Condition.ORDER_CANCELLED,
    Condition.PARTIAL_SHIPMENT,
    Condition.AVAILABLE_FOR_PICKUP,
    Condition.STANDARD_IN_TRANSIT,
    Condition.DELIVERED,
    Condition.PROCESSING_WITHIN_SLA,
)
"""Conditions 4, 14 and 16 to 19: nothing is wrong, so a trigger that no specialist owns goes to priority_escalation."""
