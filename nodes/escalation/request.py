"""The review request in plain data: facts of each system, history, impact, gates and the return path."""

from __future__ import annotations

from collections.abc import Iterator

from graph.case import ReviewRequest
from graph.commit import Memory
from graph.context import OrderContext
from graph.gates.verdict import Verdict
from graph.labels import Action, Condition, Queue, Trigger
from graph.policy import Policy
from graph.rules.escalations import value_band
from graph.rules.findings import Assessment
from graph.working import Gap, ReturnPath


def compose_request(
    *,
    case_id: str,
    run_id: str,
    customer_id: str | None,
    queue: Queue,
    path: ReturnPath | None,
    context: OrderContext | None,
    assessment: Assessment | None,
    verdicts: tuple[Verdict, ...],
    gaps: tuple[Gap, ...],
    memory: Memory,
    policy: Policy,
) -> ReviewRequest:
    """Everything that the specification lists for a review request."""
    order = context.order if context else None
    return ReviewRequest(
        case_id=case_id,
        run_id=run_id,
        customer_id=customer_id,
        order_id=order.order_id if order else None,
        order_number=order.order_number if order else None,
        is_vip=bool(context and context.customer and context.customer.tier == "vip"),
        value_band=value_band(order.total, policy) if order else "unknown",
        threshold=_threshold(verdicts, policy),
        condition=assessment.condition if assessment else None,
        facts=tuple(_facts(context)) if context else (),
        gaps=tuple(f"{gap.what}: {' / '.join(gap.sides)}. {gap.settled_by}" for gap in gaps),
        prior_updates=tuple(_prior_updates(context)) if context else (),
        promises=tuple(_promises(context, memory)),
        impact=tuple(_impact(context, assessment, memory)),
        checks=tuple(_checks(verdicts)),
        channel=path.channel.value if path else "",
        ticket_id=path.ticket_id if path else None,
        review_channel=policy.escalation.channels.get(queue, ""),
    )


def question_for(triggers: tuple[Trigger, ...], verdicts: tuple[Verdict, ...], condition: Condition | None, gaps: tuple[Gap, ...]) -> str:
    """What the reviewer is asked, in one line."""
    waiting = [verdict for verdict in verdicts if verdict.waits]
    if waiting:
        rules = "; ".join(rule for verdict in waiting for rule in verdict.approval_because) or "a check is unknown"
        names = " or ".join(verdict.action.value for verdict in waiting)
        return f"Approve {names} ({waiting[0].amount} {waiting[0].currency})? It needs approval: {rules}."
    if gaps:
        return gaps[0].settled_by
    reasons = ", ".join(trigger.value for trigger in triggers)
    return f"What shall the customer be told or offered ({reasons}{f'; {condition.value}' if condition else ''})?"


def recommended(verdicts: tuple[Verdict, ...]) -> str:
    """The recommended decision: the first action that waits for approval, recommended ones first, else to wait."""
    waiting = [verdict for verdict in verdicts if verdict.waits]
    waiting.sort(key=lambda verdict: not verdict.wanted.asked)
    return waiting[0].action.value if waiting else "wait"


def _threshold(verdicts: tuple[Verdict, ...], policy: Policy) -> str:
    for verdict in verdicts:
        if verdict.waits and verdict.action in {Action.CANCEL, Action.REFUND, Action.REPLACEMENT}:
            return f"{verdict.action.value}: {policy.gates.limit(verdict.action, verdict.currency)} {verdict.currency}"
    return f"high value: {policy.triggers.high_value}"


def _facts(context: OrderContext) -> Iterator[str]:
    for system, answer in context.systems.items():
        yield f"{system.value}: {answer.knowledge.value} (as of {answer.as_of.isoformat()}){f', {answer.because}' if answer.because else ''}"
    if context.order:
        order = context.order
        yield f"oms: order {order.status}, total {order.total} {order.currency}, payment {order.payment.state}, placed {order.placed_at.isoformat()}"
        for hold in order.holds:
            yield f"oms: hold {hold.kind}, placed {hold.placed_at.isoformat()}, {'released' if hold.released_at else 'in force'}"
        for line in order.lines:
            yield f"oms: {line.line_id} {line.quantity} x {line.title} ({line.sku}){', build critical' if line.build_critical else ''}"
    for task in context.fulfillments:
        yield f"wms: {task.fulfillment_id} {task.state}{f', note: {task.internal_note}' if task.internal_note else ''}"
    for parcel in context.shipments:
        scan = parcel.newest_scan
        where = f"{scan.status} {scan.at.isoformat()} {scan.location or ''}".strip() if scan else "no scan"
        claim = f", claim since {parcel.claim_opened_at.isoformat()}" if parcel.claim_opened_at else ""
        yield f"carrier: {parcel.shipment_id} {parcel.carrier} {parcel.tracking_number}: {where}{claim}"
    for row in context.supply:
        yield f"supplier: {row.po_id} {row.sku} {row.state}, ETA {row.eta.isoformat() if row.eta else 'unknown'}"
    for level in context.inventory:
        yield f"inventory: {level.sku} {level.warehouse}: {level.available} available"


def _prior_updates(context: OrderContext) -> Iterator[str]:
    for contact in context.contacts[-10:]:
        visibility = "public" if contact.public else "internal"
        yield f"{contact.at.isoformat()} {contact.author} {contact.direction} ({visibility}): {contact.text[:200]}"


def _promises(context: OrderContext | None, memory: Memory) -> Iterator[str]:
    if memory.follow_up is not None and memory.follow_up.due_at is not None:
        yield f"open: {memory.follow_up.due_at.isoformat()}"
    for contact in context.contacts if context else ():
        if contact.promised_update_at is not None:
            state = "due" if context and contact.promised_update_at >= context.now else "past"
            yield f"{state}: {contact.promised_update_at.isoformat()} (ticket {contact.ticket_id})"


def _impact(context: OrderContext | None, assessment: Assessment | None, memory: Memory) -> Iterator[str]:
    if context is None or context.order is None:
        return
    if context.order.ship_by is not None and context.now > context.order.ship_by:
        yield f"{(context.now - context.order.ship_by).days} days past ship-by"
    late = [parcel for parcel in context.shipments if parcel.eta and context.now > parcel.eta]
    yield from (f"{parcel.shipment_id}: {(context.now - parcel.eta).days} days past ETA" for parcel in late if parcel.eta)
    waiting = [piece.line_id for group in (assessment.groups if assessment else ()) if group.shipment_id is None for piece in group.pieces]
    if waiting:
        yield f"waits for {', '.join(waiting)}"
    broken = sum(1 for contact in context.contacts if contact.promised_update_at and contact.promised_update_at < context.now)
    made = sum(1 for contact in context.contacts if contact.promised_update_at)
    yield f"promises made: {made + int(memory.follow_up is not None and memory.follow_up.due_at is not None)}, past their time: {broken}"
    yield f"contacts so far: {len([c for c in context.contacts if c.direction == 'inbound']) + sum(row.counts for row in memory.contacts)}"
    yield f"tier: {context.customer.tier if context.customer else 'unknown'}"


def _checks(verdicts: tuple[Verdict, ...]) -> Iterator[str]:
    for verdict in verdicts:
        for check in verdict.checks:
            yield f"{verdict.action.value}: {check.name} {check.result.value} ({check.because})"
        yield from (f"{verdict.action.value}: needs approval, {rule}" for rule in verdict.approval_because)
