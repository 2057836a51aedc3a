"""The table of nodes: which code stands in which room of the map."""

from __future__ import annotations

from functools import cache
from typing import Any

from graph.labels import Handler
from nodes.await_reviewer import await_reviewer
from nodes.committing.node import commit
from nodes.communications.subgraph import draw_communications
from nodes.conclude import conclude
from nodes.detect import detect
from nodes.escalation.subgraph import draw_escalation
from nodes.gather import gather
from nodes.identify.node import identify
from nodes.intake import intake
from nodes.investigating.subgraph import draw_investigation
from nodes.plan_follow_up import plan_follow_up
from nodes.recall_review import recall_review
from nodes.recall_run import recall_run
from nodes.resolution_eligibility.subgraph import draw_eligibility
from nodes.route import route
from nodes.slack_escalation.subgraph import draw_slack_escalation
from nodes.specialists.carrier_exception import CarrierException
from nodes.specialists.delivered_not_received import DeliveredNotReceived
from nodes.specialists.guarded_hold import GuardedHold
from nodes.specialists.priority_escalation import PriorityEscalation
from nodes.specialists.split_shipment import SplitShipment
from nodes.specialists.standard_status import StandardStatus
from nodes.specialists.subgraph import Specialist, draw_specialist
from nodes.specialists.supplier_backorder import SupplierBackorder
from nodes.specialists.warehouse_investigation import WarehouseInvestigation

SPECIALISTS: dict[Handler, Specialist] = {
    Handler.STANDARD_STATUS: StandardStatus(),
    Handler.SUPPLIER_BACKORDER: SupplierBackorder(),
    Handler.WAREHOUSE_INVESTIGATION: WarehouseInvestigation(),
    Handler.SPLIT_SHIPMENT: SplitShipment(),
    Handler.CARRIER_EXCEPTION: CarrierException(),
    Handler.DELIVERED_NOT_RECEIVED: DeliveredNotReceived(),
    Handler.GUARDED_HOLD: GuardedHold(),
    Handler.PRIORITY_ESCALATION: PriorityEscalation(),
}


@cache
def all_nodes() -> dict[str, Any]:
    """Every step of the map with its node or compiled subgraph."""
    return {
        "intake": intake,
        "identify": identify,
        "recall_run": recall_run,
        "recall_review": recall_review,
        "gather": gather,
        "detect": detect,
        "investigate": draw_investigation(),
        "route": route,
        **{handler.value: draw_specialist(specialist) for handler, specialist in SPECIALISTS.items()},
        "resolution_eligibility": draw_eligibility(),
        "escalation": draw_escalation(),
        "slack_escalation": draw_slack_escalation(),
        "conclude": conclude,
        "customer_communications": draw_communications(),
        "plan_follow_up": plan_follow_up,
        "commit": commit,
        "await_reviewer": await_reviewer,
    }
