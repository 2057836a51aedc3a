"""Situations in which nothing was shipped yet, and orders that are stopped."""

from __future__ import annotations

from typing import Any

from evals.historical.draft import Draft, Json, cheap_or_middle
from evals.historical.parcels import QUIET
from evals.historical.shop import CHEAP, MIDDLE, Item


def processing(draft: Draft) -> None:
    """Everything is in time."""
    waiting(draft)
    draft.reply = "processing_within_sla"
    draft.expect(condition=["processing_within_sla"], disposition=["answer"], handler=["standard_status"], follow_up=False, **QUIET)


def waiting(draft: Draft, items: list[Item] | None = None, *, stock: int = 12, ship_by: float = -3.5, state: str = "released", **fields: Any) -> Json:
    """An order that waits in the warehouse."""
    draft.customer()
    goods = items or cheap_or_middle(draft)
    order = draft.order(goods, placed=2, status=fields.pop("status", "processing"), ship_by=ship_by, **fields)
    draft.task(order, state, updated=1.5, due=ship_by + 0.2)
    draft.stock(goods, stock)
    return order


def pick_late(draft: Draft) -> None:
    """Not picked when it should have been."""
    waiting(draft, ship_by=0.5, state="picking")
    _warehouse(draft)


def short_pick(draft: Draft) -> None:
    """The shelf was empty, or the goods are locked away."""
    state = draft.rng.choice(("short_pick", "quarantined", "cycle_count_mismatch"))
    order = waiting(draft, state=state)
    draft.rows["fulfillments"][-1]["internal_note"] = f"bin {draft.number % 40}-C checked twice, {order['lines'][0]['sku']}"
    _warehouse(draft)


def _warehouse(draft: Draft) -> None:
    draft.reply, draft.otherwise = "warehouse_pick_delay", (["answered"], "processing_within_sla")
    draft.expect(
        condition=["warehouse_pick_delay"],
        disposition=["monitor"],
        handler=["warehouse_investigation"],
        follow_up=True,
        reply_excludes=[r"quarantin|cycle.?count|\bbin \d"],
        **QUIET,
    )


def backorder(draft: Draft) -> None:
    """The supplier is late, with a date."""
    _delayed(draft, "delayed", eta=-9)
    draft.reply = "supplier_backorder"
    draft.expect(condition=["supplier_backorder"], disposition=["monitor"], handler=["supplier_backorder"], follow_up=True, **QUIET)


def backorder_critical(draft: Draft) -> None:
    """An item that the build waits for, and no date at all."""
    _delayed(draft, "stockout", eta=None, line={"build_critical": True})
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["answered"], "supplier_backorder")
    draft.expect(condition=["supplier_backorder"], disposition=["escalate"], triggers=["no_supplier_eta"], queue=["supply_chain"], escalated=True)


def backorder_with_substitute(draft: Draft) -> None:
    """There is an approved substitute: the supply desk looks at it."""
    _substitute(draft)
    draft.did, draft.reply, draft.otherwise = ["escalated"], "escalated", (["answered"], "supplier_backorder")
    draft.expect(condition=["supplier_backorder"], disposition=["escalate"], triggers=["alternate_component"], queue=["supply_chain"], escalated=True)


def substitute_asked(draft: Draft) -> None:
    """The customer names the substitute, which costs more: a human approves."""
    _substitute(draft)
    draft.words, draft.did, draft.reply, draft.otherwise = "alternate", ["escalated"], "escalated", (["substituted"], "substituted")
    draft.expect(
        condition=["supplier_backorder"],
        disposition=["escalate"],
        triggers_include=["alternate_component"],
        queue=["supply_chain"],
        intents_include=["alternate_item"],
        actions={"alternate_item": "needs_approval"},
        performs=[],
        escalated=True,
    )


def _substitute(draft: Draft) -> None:
    other = Item(f"ALT-{draft.number:03d}", draft.rng.choice(("Aurora 990 Pro 2TB SSD", "Northwind RM850x PSU", "Kestrel Pro Keyboard")), "189.00")
    _delayed(draft, "delayed", eta=-9, line={"approved_substitutes": [other.sku]})
    draft.add("catalog", {"sku": other.sku, "title": other.title, "unit_price": other.price})
    draft.stock([other], 10)
    draft.slots["substitute"] = other.title


def _delayed(draft: Draft, state: str, *, eta: float | None, line: Json | None = None) -> None:
    items = draft.items(1, MIDDLE)
    waiting(draft, items, stock=0, ship_by=-1.5, line=line)
    row = {
        "po_id": f"PO-{draft.number:04d}",
        "supplier": draft.rng.choice(("Halden Components", "Qing Parts Ltd", "Brava Distribution")),
        "sku": items[0].sku,
        "quantity": 40,
        "state": state,
        "updated_at": draft.before(1).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if eta is not None:
        row["eta"] = draft.before(eta).strftime("%Y-%m-%dT%H:%M:%SZ")
    draft.add("supply", row)
    draft.add("supply", {**row, "state": "received", "updated_at": draft.after(5).strftime("%Y-%m-%dT%H:%M:%SZ")}, later=True)
    draft.labels["reply_excludes"] = [r"Halden|Qing|Brava"]


def allocation_failed(draft: Draft) -> None:
    """The reservation failed, and no supplier is to blame."""
    order = waiting(draft, stock=0)
    draft.add("allocations", {"order_id": order["order_id"], "line_id": "L1", "state": "failed", "internal_note": "lot mismatch"})
    draft.reply, draft.otherwise = "allocation_conflict", (["answered"], "processing_within_sla")
    draft.expect(
        condition=["allocation_conflict"],
        disposition=["monitor"],
        handler=["supplier_backorder"],
        follow_up=True,
        reply_excludes=[r"lot mismatch|allocation"],
        **QUIET,
    )


def held(kind: str, queue: str) -> Any:
    """A hold: the customer hears of an additional review, and of nothing else."""

    def situation(draft: Draft) -> None:
        note = draft.rng.choice(("velocity rule 4", "score above limit", "two cards tried", "street unknown to the validator"))
        hold = {"kind": kind, "placed_at": draft.before(1.8).strftime("%Y-%m-%dT%H:%M:%SZ"), "internal_note": note}
        order = waiting(draft, status="on_hold", holds=[hold])
        released = {**hold, "released_at": draft.after(1).strftime("%Y-%m-%dT%H:%M:%SZ")}
        changed = draft.after(1).strftime("%Y-%m-%dT%H:%M:%SZ")
        draft.add("orders", {**order, "status": "processing", "holds": [released], "updated_at": changed}, later=True)
        draft.did, draft.reply, draft.otherwise = ["escalated"], "hold", (["answered"], "processing_within_sla")
        draft.expect(
            condition=[f"{kind}_hold"],
            disposition=["escalate"],
            handler=["guarded_hold"],
            triggers=[f"{kind}_hold"],
            queue=[queue],
            escalated=True,
            reply_excludes=[r"fraud|betrug|fraude|\brisk|risiko|riesgo|risque|velocity|\bscore", note],
        )

    return situation


def cancelled(draft: Draft) -> None:
    """Cancelled, and the authorisation is gone."""
    draft.customer()
    draft.order(cheap_or_middle(draft), placed=5, status="cancelled", updated=2, payment={"state": "voided"})
    draft.reply = "order_cancelled"
    draft.expect(condition=["order_cancelled"], disposition=["answer"], handler=["standard_status"], follow_up=False, **QUIET)


def cancel_in_time(draft: Draft) -> None:
    """Asked to cancel before anything was picked, below the limit."""
    waiting(draft)
    draft.words, draft.did, draft.reply = "cancel", ["cancelled"], "cancelled"
    draft.expect(condition=["processing_within_sla"], intents_include=["cancel"], actions={"cancel": "eligible"}, performs=["cancel"], **QUIET)


def cancel_above_limit(draft: Draft) -> None:
    """Asked to cancel an order above the limit."""
    waiting(draft, draft.items(3, MIDDLE))
    _cancel_with_approval(draft)


def cancel_while_picked(draft: Draft) -> None:
    """Asked to cancel while the warehouse is at it."""
    waiting(draft, draft.items(1, CHEAP), state="picking")
    _cancel_with_approval(draft)


def _cancel_with_approval(draft: Draft) -> None:
    draft.words, draft.did, draft.reply, draft.otherwise = "cancel", ["escalated"], "escalated", (["cancelled"], "cancelled")
    draft.expect(
        condition=["processing_within_sla"],
        disposition=["escalate"],
        triggers=["approval_required"],
        queue=["cx"],
        intents_include=["cancel"],
        actions={"cancel": "needs_approval"},
        performs=[],
        escalated=True,
    )


def address_in_time(draft: Draft) -> None:
    """A new address before the label is made."""
    waiting(draft)
    draft.words, draft.did, draft.reply = "address", ["address_changed"], "address_done"
    draft.expect(
        condition=["processing_within_sla"],
        intents_include=["address_change"],
        actions={"address_change": "eligible"},
        performs=["address_change"],
        **QUIET,
    )


def address_missing(draft: Draft) -> None:
    """The address shall be changed, but to what?"""
    waiting(draft)
    draft.words, draft.did, draft.reply = "address_without", ["asked"], "address_ask"
    draft.expect(
        condition=["processing_within_sla"],
        disposition=["ask"],
        reason=["action_info_missing"],
        intents_include=["address_change"],
        actions={"address_change": "needs_info"},
        performs=[],
        **QUIET,
    )


def address_after_label(draft: Draft) -> None:
    """The label is on the box already."""
    draft.customer()
    order = draft.order(draft.items(1, CHEAP), placed=2, status="processing", ship_by=-2)
    draft.task(order, "labelled", updated=0.3)
    draft.parcel(order, [("label_created", 0.3)], label=0.3)
    draft.words, draft.did, draft.reply, draft.otherwise = "address", ["escalated"], "escalated", (["address_changed"], "address_done")
    draft.expect(
        disposition=["escalate"],
        triggers=["approval_required"],
        queue=["cx"],
        intents_include=["address_change"],
        actions={"address_change": "needs_approval"},
        performs=[],
        escalated=True,
    )
