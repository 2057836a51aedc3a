"""May another item be sent instead?"""

from __future__ import annotations

from decimal import Decimal

from graph.facts import OrderLine
from graph.gates.verdict import Bench, Check, Verdict, Wanted, conclude, holds, passed, unknown
from graph.labels import System


def gate_alternate_item(bench: Bench, wanted: Wanted) -> Verdict:
    """An approved substitute, on the shelf, chosen by the customer; a critical line or a higher price needs approval."""
    lines = bench.lines(wanted)
    allowed = tuple(dict.fromkeys(sku for line in lines for sku in line.approved_substitutes))
    approved = bool(allowed) and not wanted.named_unknown and (wanted.sku is None or wanted.sku in allowed)
    checks = (
        holds("approved_substitute", approved, f"approved: {', '.join(allowed) or 'none'}"),
        _stock(bench, wanted, lines, allowed),
        holds("not_shipped", all(bench.context.remaining_quantity(line) > 0 for line in lines), "the line is in no parcel"),
    )
    missing = () if wanted.sku is not None else ("item",)
    amount = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    return conclude(bench, wanted, checks, approval=_approval(bench, wanted, lines), missing=missing, amount=amount)


def price_difference(bench: Bench, line: OrderLine, sku: str) -> Decimal | None:
    """What the substitute costs more per piece; None where the catalog does not know it."""
    item = bench.context.catalog_item(sku)
    return None if item is None else item.unit_price - line.unit_price


def _stock(bench: Bench, wanted: Wanted, lines: tuple[OrderLine, ...], allowed: tuple[str, ...]) -> Check:
    if not bench.context.knows(System.INVENTORY):
        return unknown("in_stock", "inventory unknown")
    if not allowed:
        return passed("in_stock", "no substitute to look for")
    needed = max((bench.context.remaining_quantity(line) for line in lines), default=1)
    candidates = (wanted.sku,) if wanted.sku else allowed
    there = [sku for sku in candidates if bench.context.available(sku) >= max(needed, 1)]
    return holds("in_stock", bool(there), f"on the shelf: {', '.join(there) or 'none'}")


def _approval(bench: Bench, wanted: Wanted, lines: tuple[OrderLine, ...]) -> tuple[str, ...]:
    rules = []
    if any(line.build_critical for line in lines):
        rules.append("build-critical line")
    if wanted.sku is not None:
        differences = [price_difference(bench, line, wanted.sku) for line in lines]
        if any(difference is None for difference in differences):
            rules.append("price of the substitute unknown")
        elif any(difference is not None and difference > 0 for difference in differences):
            rules.append("the substitute costs more")
    return tuple(rules)
