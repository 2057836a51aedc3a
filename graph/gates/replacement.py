"""May the goods be sent again?"""

from __future__ import annotations

from decimal import Decimal

from graph.gates.remedies import affected_check, cause_check, causes, claims_rule, exclusive_check, unsettled_check
from graph.gates.verdict import Bench, Check, Verdict, Wanted, affected_quantity, conclude, failed, passed, unknown
from graph.labels import Action, Condition, System
from graph.rules.conditions import is_held


def gate_replacement(bench: Bench, wanted: Wanted) -> Verdict:
    """Stock for every line and a proven cause; dear, special, disputed or held goods and many claims need approval."""
    amount = bench.value(wanted)
    checks = (
        _stock(bench, wanted),
        _delivery_proof(bench, wanted),
        affected_check(wanted),
        cause_check(bench, causes(bench, wanted, also=(Condition.DELIVERED_NOT_RECEIVED,))),
        unsettled_check(bench, wanted),
        exclusive_check(bench, wanted),
    )
    return conclude(bench, wanted, checks, approval=_approval(bench, wanted, amount), amount=amount)


def has_stock(bench: Bench, wanted: Wanted) -> bool:
    """Whether the shelf covers every affected line."""
    return bench.context.knows(System.INVENTORY) and not _short_skus(bench, wanted)


def _short_skus(bench: Bench, wanted: Wanted) -> list[str]:
    needed: dict[str, int] = {}
    for line in bench.lines(wanted):
        needed[line.sku] = needed.get(line.sku, 0) + affected_quantity(bench.context, wanted, line)
    return sorted(sku for sku, quantity in needed.items() if bench.context.available(sku) < quantity)


def _stock(bench: Bench, wanted: Wanted) -> Check:
    if not bench.context.knows(System.INVENTORY):
        return unknown("stock_available", "inventory unknown")
    short = _short_skus(bench, wanted)
    return failed("stock_available", f"not enough of {', '.join(short)}") if short else passed("stock_available", "every line on the shelf")


def _delivery_proof(bench: Bench, wanted: Wanted) -> Check:
    """Shown to the reviewer with its result; it decides whether a dispute escalates, not whether goods may be sent."""
    seen = []
    for parcel in bench.context.shipments:
        proof = parcel.proof_of_delivery
        if proof is not None and any(part.line_id in wanted.line_ids for part in parcel.lines):
            matches = {True: "matches the address", False: "does not match the address", None: "match unknown"}[proof.matches_address]
            seen.append(f"{parcel.shipment_id}: {proof.kind}, {matches}")
    return passed("delivery_proof", "; ".join(seen) or "none recorded")


def _approval(bench: Bench, wanted: Wanted, amount: Decimal) -> tuple[str, ...]:
    limit = bench.policy.gates.limit(Action.REPLACEMENT, bench.currency)
    rules = []
    if limit is None:
        rules.append(f"no limit in {bench.currency}")
    elif amount > limit:
        rules.append(f"value above {limit}")
    special = sorted({line.item_class for line in bench.lines(wanted)} - {"standard"})
    if special:
        rules.append(f"item class {', '.join(special)}")
    if bench.has(Condition.DELIVERED_NOT_RECEIVED):
        rules.append("delivered, but not received")
    if is_held(bench.context):
        rules.append("hold in force")
    return (*rules, *claims_rule(bench))
