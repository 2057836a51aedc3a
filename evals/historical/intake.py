"""Situations that are about who writes, about which order, and about what."""

from __future__ import annotations

from evals.historical.draft import Draft
from evals.historical.parcels import QUIET, shipped
from evals.historical.unshipped import waiting

NO_ORDER = {"triggers": [], "escalated": False, "follow_up": False}


def stranger(draft: Draft) -> None:
    """Somebody writes from an address that nobody knows, about an order that exists."""
    order, _ = shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.email = f"somebody{draft.number}@elsewhere.example"
    draft.words, draft.did, draft.reply = "unknown", ["asked"], "ask_identity"
    _no_order(draft, order["order_number"].removeprefix("WEB-"))
    draft.expect(disposition=["ask"], reason=["identity_unverified"])


def someone_elses(draft: Draft) -> None:
    """A customer names an order that is not theirs."""
    draft.customer()
    draft.slots["number"] = str(88000 + draft.number)
    draft.words, draft.did, draft.reply = "unknown", ["asked"], "ask_identity"
    _no_order(draft, draft.slots["number"])
    draft.expect(disposition=["ask"], reason=["identity_unverified"])


def two_orders(draft: Draft) -> None:
    """Two open orders, and the message fits both."""
    waiting(draft)
    second = draft.order(draft.items(1), placed=4, status="processing", ship_by=-3)
    draft.task(second, "released", updated=3)
    draft.words, draft.did, draft.reply = "status_plain", ["asked"], "ask_which"
    _no_order(draft)
    draft.expect(disposition=["ask"], reason=["order_ambiguous"])


def no_order(draft: Draft) -> None:
    """A customer whose last order is long done."""
    order, parcel = shipped(draft, [("in_transit", 62), ("delivered", 60)], label=63, status="delivered")
    parcel["proof_of_delivery"] = {"kind": "signature", "at": parcel["events"][-1]["at"], "matches_address": True}
    draft.words, draft.did, draft.reply = "status_plain", ["asked"], "ask_which"
    _no_order(draft, order["order_number"].removeprefix("WEB-"))
    draft.expect(disposition=["ask"], reason=["order_not_found"])


def unclear(draft: Draft) -> None:
    """A message without a readable wish."""
    shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.words, draft.did, draft.reply = "unclear", ["asked"], "ask_unclear"
    _no_order(draft)
    draft.expect(disposition=["ask"], reason=["intent_unclear"])


def other_topic(draft: Draft) -> None:
    """Invoices, product questions, defects: another team's work."""
    _, parcel = shipped(draft, [("in_transit", 6), ("delivered", 4)], label=7, status="delivered")
    parcel["proof_of_delivery"] = {"kind": "photo", "at": parcel["events"][-1]["at"], "matches_address": True}
    draft.words, draft.did, draft.reply, draft.category = "not_wismo", ["handed_off"], "handed_on", "Other"
    _no_order(draft)
    draft.expect(disposition=["handoff"], reason=["not_wismo"], intents_include=["not_wismo"], messages=0)


def thanks(draft: Draft) -> None:
    """Nothing is wanted."""
    _, parcel = shipped(draft, [("in_transit", 6), ("delivered", 2)], label=7, status="delivered")
    parcel["proof_of_delivery"] = {"kind": "photo", "at": parcel["events"][-1]["at"], "matches_address": True}
    draft.words, draft.did, draft.reply = "thanks", ["nothing"], None
    _no_order(draft)
    draft.expect(disposition=["none"], messages=0)


def automatic(draft: Draft) -> None:
    """An out-of-office mail."""
    shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.words, draft.did, draft.reply = "auto_reply", ["nothing"], None
    draft.metadata = {"Auto-Submitted": "auto-replied"}
    _no_order(draft)
    draft.expect(disposition=["none"], reason=["auto_reply"], messages=0)


def enough(draft: Draft) -> None:
    """No more notifications, please."""
    shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.words, draft.reply = "stop", "handed_on"
    draft.labels.pop("order_id", None)
    draft.expect(intents_include=["stop_contact"], **QUIET)


def refund_too_early(draft: Draft) -> None:
    """The money back while the parcel is well on its way: no cause is proven."""
    shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.words, draft.did, draft.reply, draft.otherwise = "refund", ["answered"], "refused", (["refunded"], "refunded")
    draft.expect(condition=["standard_in_transit"], intents_include=["refund"], actions={"refund": "ineligible"}, performs=[], **QUIET)


def cancel_too_late(draft: Draft) -> None:
    """Cancelling what the carrier has already."""
    shipped(draft, [("in_transit", 3), ("in_transit", 0.4)], eta=-2.6)
    draft.words, draft.did, draft.reply = "cancel", ["answered"], "refused"
    draft.expect(condition=["standard_in_transit"], intents_include=["cancel"], actions={"cancel": "ineligible"}, performs=[], **QUIET)


def _no_order(draft: Draft, number: str | None = None) -> None:
    draft.labels.pop("order_id", None)
    draft.expect(**NO_ORDER)
    if number:
        draft.expect(reply_excludes=[rf"\b{number}\b"])
