"""Situations in which something was shipped."""

from __future__ import annotations

from typing import Any

from evals.historical.draft import Draft, Json, cheap_or_middle
from evals.historical.shop import CHEAP, DEAR, MIDDLE, Item

QUIET: Json = {"triggers": [], "escalated": False}
INVESTIGATES: Json = {
    "actions": {"carrier_investigation": "eligible"}, "performs": ["carrier_investigation"], "follow_up": True, **QUIET,
}  # fmt: skip
"""The carrier is asked to look for the parcel, at once."""
ASKS_FOR_A_REPLACEMENT: Json = {
    "disposition": ["escalate"], "triggers": ["approval_required"], "queue": ["shipping"], "actions": {"replacement": "needs_approval"},
    "performs": [], "escalated": True,
}  # fmt: skip
"""A human has to approve that it is sent again."""


def shipped(
    draft: Draft, scans: list[tuple[str, float]], *, items: list[Item] | None = None, label: float = 4, status: str = "shipped", **parcel: Any
) -> tuple[Json, Json]:
    """An order that is on its way in one parcel."""
    draft.customer()
    order = draft.order(
        items or cheap_or_middle(draft),
        placed=label + 1,
        status=status,
        ship_by=label - 1,
        updated=min(label - 0.2, scans[-1][1] if scans else label),
    )
    draft.task(order, "handed_off", updated=label - 0.1)
    return order, draft.parcel(order, [("label_created", label), *scans], label=label, **parcel)


def in_transit(draft: Draft) -> None:
    """It moves, and the date is ahead."""
    kind = "out_for_delivery" if draft.rng.random() < 0.3 else "in_transit"
    order, parcel = shipped(draft, [("in_transit", 3), (kind, 0.3)], eta=-2.6)
    draft.then_delivered(order, parcel)
    draft.rebuilt = draft.rng.random() < 0.5
    draft.reply = "standard_in_transit"
    draft.expect(condition=["standard_in_transit"], disposition=["answer"], handler=["standard_status"], follow_up=False, **QUIET)


def late(draft: Draft) -> None:
    """It moves, but the carrier's date is past."""
    order, parcel = shipped(draft, [("in_transit", 4), ("in_transit", 0.5)], label=5, eta=1.4)
    draft.then_delivered(order, parcel, days=3)
    draft.reply = "late_in_transit"
    draft.expect(condition=["late_in_transit"], disposition=["monitor"], handler=["carrier_exception"], follow_up=True, **QUIET)


def delivered(draft: Draft) -> None:
    """It is there, and the customer only asks how things stand."""
    _, parcel = shipped(draft, [("in_transit", 4), ("delivered", 1.5)], label=5, status="delivered")
    parcel["proof_of_delivery"] = {"kind": "photo", "at": parcel["events"][-1]["at"], "matches_address": True}
    draft.words, draft.reply = "status_plain", "delivered"
    draft.expect(condition=["delivered"], disposition=["answer"], handler=["standard_status"], follow_up=False, **QUIET)


def pickup(draft: Draft) -> None:
    """It waits at a pickup point."""
    shipped(draft, [("in_transit", 4), ("available_for_pickup", 1.2)], label=5)
    draft.reply = "available_for_pickup"
    draft.expect(condition=["available_for_pickup"], disposition=["answer"], handler=["standard_status"], follow_up=False, **QUIET)


def partial(draft: Draft) -> None:
    """One part is on its way, the other is still to ship and in time."""
    draft.customer()
    items = draft.items(2)
    order = draft.order(items, placed=4, status="partially_shipped", ship_by=-3, updated=2)
    draft.task(order, "handed_off", updated=2, lines=("L1",))
    draft.task(order, "released", updated=2, lines=("L2",))
    draft.parcel(order, [("label_created", 3), ("in_transit", 2), ("in_transit", 0.4)], label=3, eta=-2.6, lines=("L1",))
    draft.stock(items, 9)
    draft.reply = "partial_shipment"
    draft.expect(condition=["partial_shipment"], disposition=["monitor"], handler=["split_shipment"], follow_up=True, **QUIET)


def stalled(draft: Draft) -> None:
    """No scan for too long: an investigation is opened."""
    order, parcel = shipped(draft, [("in_transit", 7), ("in_transit", 5.5)], label=8, eta=-0.6)
    draft.then_delivered(order, parcel, days=4)
    draft.did, draft.reply, draft.otherwise = ["investigated", "answered"], "no_tracking_movement", (["answered"], "standard_in_transit")
    draft.expect(
        condition=["no_tracking_movement"],
        disposition=["monitor"],
        handler=["carrier_exception"],
        **INVESTIGATES,
    )


def stalled_with_claim(draft: Draft) -> None:
    """No scan, and the investigation runs already."""
    shipped(draft, [("in_transit", 8), ("in_transit", 6.5)], label=9, claim_opened_at=draft.before(2).strftime("%Y-%m-%dT%H:%M:%SZ"))
    draft.reply = "no_tracking_movement"
    draft.expect(
        condition=["no_tracking_movement"],
        disposition=["monitor"],
        actions={"carrier_investigation": "ineligible"},
        performs=[],
        follow_up=True,
        **QUIET,
    )


def claim_without_result(draft: Draft) -> None:
    """The investigation is older than five days: a dear item is replaced only with approval."""
    items = draft.items(1, MIDDLE)
    shipped(draft, [("in_transit", 12), ("in_transit", 11)], items=items, label=13, claim_opened_at=draft.before(7).strftime("%Y-%m-%dT%H:%M:%SZ"))
    draft.stock(items, 6)
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["replaced"], "replaced")
    draft.expect(
        condition=["no_tracking_movement"],
        **ASKS_FOR_A_REPLACEMENT,
    )


def no_pickup(draft: Draft) -> None:
    """A label, and nothing else."""
    draft.customer()
    order = draft.order(cheap_or_middle(draft), placed=5, status="shipped", ship_by=3, updated=3.4)
    draft.task(order, "handed_off", updated=3.3)
    parcel = draft.parcel(order, [("label_created", 3.5)], label=3.5)
    draft.then_delivered(order, parcel, days=4)
    draft.did, draft.reply, draft.otherwise = ["investigated", "answered"], "label_created_no_pickup", (["answered"], "standard_in_transit")
    draft.expect(
        condition=["label_created_no_pickup"],
        disposition=["monitor"],
        handler=["carrier_exception"],
        **INVESTIGATES,
    )


def failed_delivery(draft: Draft) -> None:
    """The carrier rang, and nobody was there (or the address was wrong, or the house could not be entered)."""
    reason = draft.rng.choice(("recipient_unavailable", "access_issue", "business_closed", "address_issue"))
    order, parcel = shipped(draft, [("in_transit", 3), ("delivery_attempted", 0.6)], reason=reason)
    draft.then_delivered(order, parcel, days=1)
    draft.reply = "delivery_failed"
    draft.expect(condition=["delivery_failed"], disposition=["monitor"], handler=["carrier_exception"], follow_up=True, **QUIET)


def exception(draft: Draft) -> None:
    """Customs or weather: the carrier reports something that is neither lost nor damaged."""
    status, reason = draft.rng.choice((("customs_hold", None), ("exception", "weather"), ("exception", "other")))
    shipped(draft, [("in_transit", 3), (status, 0.8)], reason=reason)
    draft.reply = "carrier_exception"
    draft.expect(condition=["carrier_exception"], disposition=["monitor"], handler=["carrier_exception"], follow_up=True, **QUIET)


def lost(draft: Draft) -> None:
    """The carrier says lost."""
    shipped(draft, [("in_transit", 6), ("lost", 0.8)], label=7)
    draft.did, draft.reply, draft.otherwise = ["investigated", "answered"], "carrier_exception", (["refunded"], "refunded")
    draft.expect(
        condition=["carrier_exception"],
        disposition=["monitor"],
        **INVESTIGATES,
    )


def damaged_asked_small(draft: Draft) -> None:
    """Damaged, cheap, in stock, and a replacement is asked for: it is sent."""
    items = draft.items(1, CHEAP)
    shipped(draft, [("in_transit", 3), ("damaged", 0.8)], items=items)
    draft.stock(items, 8)
    draft.words, draft.did, draft.reply = "replacement", ["replaced"], "replaced"
    draft.expect(
        condition=["carrier_exception"], actions={"replacement": "eligible"}, performs=["replacement"], intents_include=["replacement"], **QUIET
    )


def damaged_asked_dear(draft: Draft) -> None:
    """The same with an item above the limit: a human approves."""
    items = draft.items(1, MIDDLE)
    shipped(draft, [("in_transit", 3), ("damaged", 0.8)], items=items)
    draft.stock(items, 8)
    draft.words, draft.did, draft.reply, draft.otherwise = "replacement", ["escalated"], "escalated", (["replaced"], "replaced")
    draft.expect(
        condition=["carrier_exception"],
        **ASKS_FOR_A_REPLACEMENT,
    )


def returning(draft: Draft) -> None:
    """On its way back, with enough stock to send it again, above the limit."""
    items = draft.items(1, MIDDLE)
    shipped(draft, [("in_transit", 6), ("delivery_attempted", 3), ("return_to_sender", 0.9)], items=items, label=7, reason="attempts_exhausted")
    draft.stock(items, 5)
    draft.did, draft.reply, draft.otherwise = ["escalated", "answered"], "return_to_sender", (["answered"], "delivery_failed")
    draft.expect(
        condition=["return_to_sender"],
        **ASKS_FOR_A_REPLACEMENT,
    )


def dear_and_stalled(draft: Draft) -> None:
    """A stalled parcel above the high-value limit."""
    shipped(draft, [("in_transit", 7), ("in_transit", 5.5)], items=draft.items(1, DEAR), label=8)
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["investigated", "answered"], "no_tracking_movement")
    draft.expect(
        condition=["no_tracking_movement"],
        disposition=["escalate"],
        triggers=["high_value"],
        queue=["cx"],
        escalated=True,
        performs=["carrier_investigation"],
    )


def conflict(draft: Draft) -> None:
    """The OMS says delivered, the carrier does not."""
    shipped(draft, [("in_transit", 3), ("in_transit", 1)], status="delivered")
    draft.did, draft.reply, draft.otherwise = ["escalated"], "data_conflict", (["answered"], "delivered")
    draft.expect(
        condition=["data_conflict"],
        disposition=["escalate"],
        handler=["priority_escalation"],
        triggers=["data_conflict"],
        queue=["cx"],
        escalated=True,
        reply_excludes=[r"was delivered|wurde zugestellt|fue entregado|a été livré"],
    )


def carrier_silent(draft: Draft) -> None:
    """The carrier's system does not answer: what is known is said, the rest in an hour."""
    shipped(draft, [("in_transit", 2), ("in_transit", 0.5)], eta=-2)
    draft.faults = {"carrier": "timeout"}
    draft.reply = "facts_unavailable"
    draft.expect(condition=["facts_unavailable"], disposition=["monitor"], handler=["standard_status"], follow_up=True, **QUIET)
