"""Situations in which the customer says that something is wrong."""

from __future__ import annotations

from typing import Any

from evals.historical.draft import Draft, Json
from evals.historical.parcels import QUIET, shipped
from evals.historical.shop import MIDDLE


def disputed(draft: Draft) -> None:
    """Not received, with a matching proof, a small order and no claims: an investigation, no human."""
    _, parcel = _delivered_to_dispute(draft)
    parcel["proof_of_delivery"] = {"kind": "photo", "at": parcel["events"][-1]["at"], "matches_address": True}
    draft.did, draft.reply, draft.otherwise = ["investigated", "answered"], "delivered_not_received", (["refunded"], "refunded")
    draft.expect(
        condition=["delivered_not_received"],
        disposition=["monitor"],
        handler=["delivered_not_received"],
        actions={"carrier_investigation": "eligible"},
        performs=["carrier_investigation"],
        follow_up=True,
        **QUIET,
    )


def disputed_without_proof(draft: Draft) -> None:
    """Not received, and nothing proves the delivery: reviewers decide about a replacement."""
    _delivered_to_dispute(draft)
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["replaced"], "replaced")
    draft.expect(
        condition=["delivered_not_received"],
        disposition=["escalate"],
        triggers=["delivery_disputed", "approval_required"],
        queue=["shipping"],
        actions={"carrier_investigation": "eligible", "replacement": "needs_approval"},
        escalated=True,
    )


def disputed_again(draft: Draft) -> None:
    """The third claim in half a year: the fraud desk, which no customer hears of."""
    _delivered_to_dispute(draft)
    draft.rows["customers"][0]["prior_claims_180d"] = 2
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["refunded"], "refunded")
    draft.expect(
        condition=["delivered_not_received"],
        disposition=["escalate"],
        triggers_include=["delivery_disputed"],
        queue=["fraud"],
        escalated=True,
        reply_excludes=[r"fraud|betrug|fraude|risk|risiko|riesgo|risque|claims?\b"],
    )


def _delivered_to_dispute(draft: Draft) -> tuple[Json, Json]:
    items = draft.items(1, MIDDLE)
    draft.words = "dispute"
    draft.stock(items, 7)
    return shipped(draft, [("in_transit", 4), ("delivered", 1.5)], items=items, label=5, status="delivered")


def said_with(words: str, trigger: str) -> Any:
    """A parcel that is fine, and a message that a human has to read."""

    def situation(draft: Draft) -> None:
        order, parcel = shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
        draft.then_delivered(order, parcel)
        draft.words, draft.did, draft.reply, draft.otherwise = words, ["escalated"], "escalated", (["answered"], "standard_in_transit")
        draft.expect(
            condition=["standard_in_transit"],
            disposition=["escalate"],
            handler=["priority_escalation"],
            triggers=[trigger],
            queue=["cx"],
            escalated=True,
        )

    return situation


def asked_before(draft: Draft) -> None:
    """The second contact about the same order within two weeks."""
    order, _ = shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], label=9, eta=-2.6)
    draft.add(
        "contacts",
        {
            "contact_id": f"H-{draft.number}",
            "ticket_id": f"T-{60000 + draft.number}",
            "customer_id": draft.customer_id,
            "order_id": order["order_id"],
            "at": draft.before(4).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "direction": "inbound",
            "author": "customer",
            "text": f"Status? {order['order_number']}",
        },
    )
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["answered"], "standard_in_transit")
    draft.expect(
        condition=["standard_in_transit"],
        disposition=["escalate"],
        handler=["priority_escalation"],
        triggers=["repeat_contact"],
        queue=["cx"],
        escalated=True,
    )
