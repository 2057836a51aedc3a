"""What is said about actions: done, under way, with a specialist, refused, offered, or missing something."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from graph.customer_view import CustomerView
from graph.facts import OrderLine
from graph.gates import judge
from graph.gates.verdict import Bench, Verdict, affected_quantity
from graph.labels import Action, Condition, Gate, Source
from graph.rules.conflicts import is_delivered
from graph.rules.needs import unshipped_lines
from graph.statements import Fact, Item, Part, Statement
from nodes.resolution_eligibility.wanting import want
from nodes.specialists.sentences import tell


class Stage(StrEnum):
    """How an action stands when the customer is told."""

    DONE = "done"
    DELAYED = "delayed"
    PENDING = "pending"
    REFUSED = "refused"
    DENIED = "denied"
    OFFERED = "offered"
    INCOMPLETE = "incomplete"
    SILENT = "silent"


def tell_result(verdict: Verdict, stage: Stage, view: CustomerView) -> tuple[Statement, ...]:
    """The statements about one action."""
    if stage in {Stage.DONE, Stage.DELAYED}:
        return _done(verdict, stage.value, view)
    if stage is Stage.PENDING:
        return _pending(verdict, view)
    if stage is Stage.REFUSED:
        return _refused(verdict, view)
    if stage is Stage.DENIED:
        return (tell(f"decided.{verdict.action.value}", Part.DOING),)
    if stage is Stage.INCOMPLETE and "address" in verdict.missing:
        return (tell("ask.address", Part.OPTIONS, number=view.number()),)
    return ()


def _done(verdict: Verdict, section: str, view: CustomerView) -> tuple[Statement, ...]:
    action, key = verdict.action, f"{section}.{verdict.action.value}"
    done = section == "done"
    if action is Action.CANCEL:
        return (tell(key, Part.KNOWN, number=view.number()) if done else tell(key, Part.DOING),)
    if action is Action.REFUND:
        amount = view.money("action.refund.amount", verdict.amount, Source.CASE)
        return (tell(key, Part.DOING, amount=amount) if done else tell(key, Part.DOING),)
    if action is Action.REPLACEMENT:
        return (tell(key, Part.DOING, items=_items(verdict, view)),)
    if action is Action.ADDRESS_CHANGE and verdict.wanted.address is not None:
        address = view.new_address(verdict.wanted.address)
        return (tell(key, Part.DOING, number=view.number(), address=address) if done else tell(key, Part.DOING),)
    if action is Action.ALTERNATE_ITEM:
        return tuple(tell(key, Part.DOING, title=title) for title in _titles(verdict, view))
    carriers = [parcel for parcel in view.context.shipments if parcel.shipment_id in verdict.wanted.shipment_ids]
    if done and carriers:
        return (tell(key, Part.DOING, carrier=view.carrier(carriers[0])),)
    return (tell("done.carrier_investigation_plain" if done else key, Part.DOING),)


def _pending(verdict: Verdict, view: CustomerView) -> tuple[Statement, ...]:
    action = verdict.action
    if action is Action.ALTERNATE_ITEM:
        return tuple(tell("pending.alternate_item", Part.DOING, title=title) for title in _titles(verdict, view))
    if action is Action.REPLACEMENT:
        return (tell("pending.replacement_asked" if verdict.wanted.asked else "pending.replacement", Part.DOING),)
    return (tell(f"pending.{action.value}", Part.DOING),) if verdict.wanted.asked else ()


def _refused(verdict: Verdict, view: CustomerView) -> tuple[Statement, ...]:
    failed = verdict.failed()
    if failed == ("address_differs",) and verdict.wanted.address is not None:
        return (tell("done.address_change", Part.DOING, number=view.number(), address=view.new_address(verdict.wanted.address)),)
    if verdict.action is Action.ADDRESS_CHANGE and "redirect_supported" in failed and "not_delivered" not in failed:
        stubborn = [parcel for parcel in view.context.shipments if parcel.physical_scans and not parcel.supports_redirect]
        if stubborn:
            return (tell("refused.address_no_redirect", Part.DOING, carrier=view.carrier(stubborn[0])),)
    key = _refusal(verdict, failed, is_on_the_way=bool(view.context.shipments), is_delivered=_is_delivered(view))
    return (tell(key, Part.DOING),) if key else ()


def _is_delivered(view: CustomerView) -> bool:
    parcels = view.context.shipments
    return bool(parcels) and all(is_delivered(parcel) for parcel in parcels)


_REFUSALS: dict[Action, dict[str, str]] = {
    Action.CANCEL: {"not_handed_off": "refused.cancel_shipped", "cancellable_class": "refused.cancel_class"},
    Action.REFUND: {
        "payment_captured": "refused.refund_uncaptured",
        "left_to_refund": "refused.refund_done",
        "not_settled": "refused.refund_done",
    },
    Action.REPLACEMENT: {"stock_available": "refused.replacement_stock"},
    Action.ADDRESS_CHANGE: {"order_open": "refused.address_closed", "not_delivered": "refused.address_delivered"},
    Action.ALTERNATE_ITEM: {
        "not_shipped": "refused.alternate_shipped",
        "approved_substitute": "refused.alternate_not_offered",
        "in_stock": "refused.alternate_stock",
    },
}


def _refusal(verdict: Verdict, failed: tuple[str, ...], *, is_on_the_way: bool, is_delivered: bool) -> str | None:
    if is_delivered and {"cause_proven", "not_handed_off"} & set(failed):
        return f"refused.{verdict.action.value}_delivered"
    if verdict.action is Action.REFUND and "cause_proven" in failed:
        return "refused.refund_on_the_way" if is_on_the_way else "refused.refund_early"
    if verdict.action is Action.REPLACEMENT and "cause_proven" in failed:
        return "refused.replacement_early" if is_on_the_way else "refused.replacement_early_plain"
    reasons = {**_REFUSALS.get(verdict.action, {}), "exclusive": "refused.exclusive"}
    return next((key for name, key in reasons.items() if name in failed), None)


def tell_offers(
    verdicts: tuple[Verdict, ...], stages: dict[Action, Stage], options: tuple[str, ...], bench: Bench, view: CustomerView
) -> Iterator[Statement]:
    """What the customer may choose: drafted remedies, substitutes, to cancel, to wait; as far as the gates allow."""
    for verdict in verdicts:
        if stages[verdict.action] is not Stage.OFFERED:
            continue
        if verdict.action is Action.REPLACEMENT:
            yield tell("offer.replacement", Part.OPTIONS, items=_items(verdict, view))
        if verdict.action is Action.REFUND:
            yield tell("offer.refund", Part.OPTIONS, amount=view.money("action.refund.amount", verdict.amount, Source.CASE))
    substitutes = list(_substitutes(verdicts, stages, options, bench, view))
    yield from substitutes
    may_cancel = "cancel" in options and Action.CANCEL not in stages and may_still(Action.CANCEL, bench)
    if may_cancel:
        yield tell("offer.cancel", Part.OPTIONS)
    incomplete = any(stage is Stage.INCOMPLETE for stage in stages.values())
    if Action.ALTERNATE_ITEM in stages and stages[Action.ALTERNATE_ITEM] is Stage.INCOMPLETE:
        yield tell("ask.item" if substitutes else "ask.item_open", Part.OPTIONS)
    if "wait" in options and (substitutes or may_cancel) and not incomplete and bench.has(Condition.SUPPLIER_BACKORDER):
        yield tell("offer.wait", Part.OPTIONS)


def _substitutes(
    verdicts: tuple[Verdict, ...], stages: dict[Action, Stage], options: tuple[str, ...], bench: Bench, view: CustomerView
) -> Iterator[Statement]:
    chosen = stages.get(Action.ALTERNATE_ITEM) in {Stage.DONE, Stage.DELAYED, Stage.PENDING}
    if "alternate_item" not in options or chosen:
        return
    waiting = {piece.line_id for group in bench.assessment.having(Condition.SUPPLIER_BACKORDER) for piece in group.pieces}
    for line in unshipped_lines(bench.context):
        if line.line_id in waiting:
            yield from _offered_for(line, bench, view)


def _offered_for(line: OrderLine, bench: Bench, view: CustomerView) -> Iterator[Statement]:
    for sku in line.approved_substitutes[:3]:
        facts = view.substitute(line, sku)
        item = bench.context.catalog_item(sku)
        if facts is None or item is None or bench.context.available(sku) < bench.context.remaining_quantity(line):
            continue
        if "difference" not in facts:
            yield tell("offer.substitute", Part.OPTIONS, items=(), **facts)
        else:
            key = "offer.substitute_dearer" if item.unit_price > line.unit_price else "offer.substitute_cheaper"
            yield tell(key, Part.OPTIONS, items=(), **facts)


def may_still(action: Action, bench: Bench) -> bool:
    """Whether an action that nobody asked for would be possible now."""
    return judge(bench, want(action, bench.context, bench.assessment, None)).gate is not Gate.INELIGIBLE


def _items(verdict: Verdict, view: CustomerView) -> tuple[Item, ...]:
    lines = [view.context.line(line_id) for line_id in verdict.wanted.line_ids]
    return view.items(tuple((line.line_id, affected_quantity(view.context, verdict.wanted, line)) for line in lines if line is not None))


def _titles(verdict: Verdict, view: CustomerView) -> Iterator[Fact]:
    for line_id in verdict.wanted.line_ids:
        line = view.context.line(line_id)
        facts = view.substitute(line, verdict.wanted.sku) if line and verdict.wanted.sku else None
        if facts is not None:
            yield facts["title"]
            return
