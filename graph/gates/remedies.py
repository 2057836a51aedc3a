"""What refund and replacement have in common: a proven cause, lines not yet settled, and each excluding the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.gates.verdict import Bench, Check, Wanted, failed, holds, passed, unknown
from graph.labels import Action, Condition, System


def causes(bench: Bench, wanted: Wanted, *, also: tuple[Condition, ...] = ()) -> tuple[str, ...]:
    """What proves that the customer did not get the affected lines: returned, lost, damaged, or an old claim."""
    context, affected = bench.context, set(wanted.line_ids) - bench.context.remedied_lines
    found = ["order.status is returned"] if context.order is not None and context.order.status == "returned" else []
    disputed = {group.shipment_id for group in bench.assessment.having(Condition.DELIVERED_NOT_RECEIVED)}
    for group in bench.assessment.having(Condition.RETURN_TO_SENDER, *also):
        if affected & {piece.line_id for piece in group.pieces}:
            found.append(f"{group.shipment_id} {group.condition.value}")
    for parcel in context.shipments:
        scan = parcel.newest_scan
        if not affected & {part.line_id for part in parcel.lines}:
            continue
        if scan is not None and scan.status in {"lost", "damaged"}:
            found.append(f"{parcel.shipment_id} {scan.status}")
        arrived = scan is not None and scan.status == "delivered" and parcel.shipment_id not in disputed
        if has_old_claim(bench, parcel.claim_opened_at) and not arrived:
            found.append(f"claim on {parcel.shipment_id} without result")
    return tuple(found)


def has_old_claim(bench: Bench, opened_at: datetime | None) -> bool:
    """Whether a carrier claim is open for longer than the policy gives the carrier (calendar time)."""
    limit = timedelta(days=bench.policy.conditions.claim_result_days)
    return opened_at is not None and bench.context.now - opened_at > limit


def cause_check(bench: Bench, found: tuple[str, ...]) -> Check:
    """Proven, not proven, or not to be known because the carrier is silent."""
    if found:
        return passed("cause_proven", ", ".join(found))
    if bench.context.misses(System.CARRIER):
        return unknown("cause_proven", "carrier unknown")
    return failed("cause_proven", "neither cancelled, returned, lost, damaged nor an old claim")


def are_rivals(one: Wanted, other: Wanted) -> bool:
    """Refund and replacement of the same lines exclude each other; without a line left to act on they are about what the other settled."""
    settled = not one.line_ids or not other.line_ids
    return {one.action, other.action} == {Action.REFUND, Action.REPLACEMENT} and (settled or bool(set(one.line_ids) & set(other.line_ids)))


def exclusive_check(bench: Bench, wanted: Wanted) -> Check:
    """Nothing else is pending or done about the same lines."""
    other = Action.REPLACEMENT if wanted.action is Action.REFUND else Action.REFUND
    excluded = any(are_rivals(wanted, rival) for rival in bench.rivals)
    return holds("exclusive", not excluded, f"{other.value} of the same lines: {'yes' if excluded else 'no'}")


def unsettled_check(bench: Bench, wanted: Wanted) -> Check:
    """Lines that were replaced or refunded already are not touched again."""
    settled = sorted(set(wanted.line_ids) & bench.context.remedied_lines)
    return holds("not_settled", not settled, f"settled lines: {', '.join(settled) or 'none'}")


def affected_check(wanted: Wanted) -> Check:
    """There is a line to act on."""
    return holds("affected_lines", bool(wanted.line_ids), f"affected lines: {', '.join(wanted.line_ids) or 'none'}")


def claims_rule(bench: Bench) -> tuple[str, ...]:
    """Customers with many claims need a human."""
    return (f"{bench.claims} claims in 180 days",) if bench.claims >= bench.policy.gates.claims else ()
