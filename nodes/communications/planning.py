"""What a customer text says, and in which order: the specialist's statements, results of actions, options, promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph.arrivals import ReceiptArrived, TimerArrived
from graph.case import EscalationStatus
from graph.customer_view import CustomerView
from graph.decisions import Verb
from graph.gates.verdict import Bench, Verdict
from graph.labels import HOLDS, Action, ActionStatus, Condition, Gate, Mode, Source
from graph.rules.findings import Assessment
from graph.rules.news import NewsKind, VisibleStatus
from graph.state import CaseState
from graph.statements import Fact, FactKind, Part, Statement
from nodes.communications.results import Stage, may_still, tell_offers, tell_result
from nodes.conclude import is_over, is_under_way, open_escalation, status_of, zone_in
from nodes.deps import Deps
from nodes.resolution_eligibility.subgraph import rivals_of
from nodes.specialists.sentences import tell
from nodes.specialists.standard_status import payment_of

_SUPERSEDED: dict[Action, tuple[str, ...]] = {
    Action.CANCEL: ("",),
    Action.ALTERNATE_ITEM: ("backorder.", "allocation.", "opening."),
    Action.REFUND: ("cancelled.no_refund_yet", "exception.asking", "stalled.what_follows", "returning.resolution", "returning.address"),
    Action.REPLACEMENT: ("exception.asking", "stalled.what_follows", "returning.resolution", "returning.address"),
    Action.CARRIER_INVESTIGATION: ("exception.asking",),
    Action.ADDRESS_CHANGE: ("failed.redirect", "failed.address", "returning.address"),
}
"""What is no longer worth saying once an action is done, by the start of its key."""

_GOOD = {NewsKind.PROBLEM_ENDS, NewsKind.DELIVERED, NewsKind.READY, NewsKind.SPLIT, NewsKind.DATE_KNOWN}


def plan_statements(state: CaseState, deps: Deps) -> tuple[Statement, ...]:
    """Everything that this text says."""
    settlement = state.get("settlement")
    if settlement is not None:
        return settlement.statements
    view = view_of(state, deps)
    if view is None:
        return (*_said(state, {}), *_review(state), *_closing(state))
    decision = state.get("decision")
    if set(HOLDS) & {view.assessment.condition} and not (decision is not None and decision.executes):
        return (*_denied(state, view), *_on_hold(state))
    stages = {verdict.action: stage_of(verdict, state) for verdict in state["verdicts"]}
    if stages.get(Action.CANCEL) in {Stage.DONE, Stage.DELAYED, Stage.PENDING} and stages.get(Action.REFUND) is Stage.REFUSED:
        stages[Action.REFUND] = Stage.SILENT
    told = [(verdict, tell_result(verdict, stages[verdict.action], view)) for verdict in state["verdicts"]]
    asked = [row.model_copy(update={"part": Part.KNOWN}) for verdict, rows in told if verdict.wanted.asked for row in rows]
    results = [row for verdict, rows in told if not verdict.wanted.asked for row in rows]
    cancelled = stages.get(Action.CANCEL) is Stage.DONE and isinstance(state["arrival"], ReceiptArrived)
    asked += payment_of(view) if cancelled and (view.order.payment.state != "captured" or Action.REFUND in stages) else ()
    options = () if Stage.DONE in stages.values() and Action.CANCEL in stages else _options(state, view, stages, deps)
    news = state.get("news")
    if news is not None and news.kind in {NewsKind.CHECKPOINT, NewsKind.EXHAUSTED} and not stages:
        return (*_checkpoint(state, view), *_review(state), *_closing(state))
    said = () if set(HOLDS) & {view.assessment.condition} else _said(state, stages)
    openings = tuple(row for row in said if row.part is Part.OPENING)
    rest = tuple(row for row in said if row.part is not Part.OPENING)
    return (*_denied(state, view), *openings, *asked, *rest, *_review(state), *results, *options, *_closing(state))


def view_of(state: CaseState, deps: Deps) -> CustomerView | None:
    """The allow-list view of the run's facts; None without an order."""
    context, assessment = state.get("context"), state.get("assessment")
    if context is None or assessment is None or context.order is None:
        return None
    return CustomerView(context=context, assessment=assessment, policy=deps.policy, calendar=deps.calendar)


def stage_of(verdict: Verdict, state: CaseState) -> Stage:
    """How an action stands now; a shadow draft is worded as it would be live."""
    arrival = state["arrival"]
    if isinstance(arrival, ReceiptArrived) and verdict.action in {*arrival.performed, *arrival.delayed}:
        return Stage.DONE if verdict.action in arrival.performed else Stage.DELAYED
    decision = state.get("decision")
    if decision is not None and decision.executes and verdict.action.value == decision.action:
        return Stage.DONE
    if status_of(verdict, Mode.LIVE) is ActionStatus.EXECUTED:
        return Stage.DELAYED if is_under_way(verdict, state) else Stage.DONE
    if verdict.gate is Gate.ELIGIBLE:
        return Stage.OFFERED
    if verdict.waits:
        return Stage.PENDING
    if verdict.denied:
        return Stage.DENIED if verdict.wanted.asked else Stage.SILENT
    if not verdict.wanted.asked:
        return Stage.SILENT
    return Stage.REFUSED if verdict.gate is Gate.INELIGIBLE else Stage.INCOMPLETE


def _said(state: CaseState, stages: dict[Action, Stage]) -> tuple[Statement, ...]:
    advice, understanding = state.get("advice"), state["understanding"]
    done = [action for action, stage in stages.items() if stage is Stage.DONE]
    stale = tuple(start for action in done for start in _SUPERSEDED.get(action, ()))
    if {stages.get(Action.REFUND), stages.get(Action.REPLACEMENT)} & {Stage.PENDING}:
        stale = (*stale, "stalled.what_follows", "returning.resolution")
    if stages.get(Action.ADDRESS_CHANGE) is Stage.PENDING:
        stale = (*stale, *_SUPERSEDED[Action.ADDRESS_CHANGE])
    swapped = _swapped_titles(state, stages)
    said = [row for row in (advice.statements if advice else ()) if not (stale and row.key.startswith(stale))]
    said = [row for row in said if not any(fact.field in swapped for fact in row.all_facts())]
    openings = [row for row in said if row.part is Part.OPENING]
    news = state.get("news")
    if news is not None:
        key = "proactive.good" if news.kind in _GOOD else "proactive.update"
        openings = [tell(key, Part.OPENING), *openings]
    if understanding.is_angry:
        openings = [tell("opening.sorry_angry", Part.OPENING)]
    if understanding.stops_contact:
        openings = [tell("opening.opted_out", Part.OPENING)]
    view_number = next((row.facts["number"] for row in said if "number" in row.facts), None)
    if understanding.withdraws and _had_request(state) and view_number is not None:
        openings = [tell("opening.withdrawn", Part.OPENING, number=view_number)]
    return (*openings, *(row for row in said if row.part is not Part.OPENING))


def _swapped_titles(state: CaseState, stages: dict[Action, Stage]) -> frozenset[str]:
    """The titles of items in whose place another one comes: nothing that was said of them is true any more."""
    swaps = [verdict for verdict in state.get("verdicts", ()) if verdict.action is Action.ALTERNATE_ITEM]
    done = [verdict for verdict in swaps if stages.get(verdict.action) is Stage.DONE]
    return frozenset(f"order.lines[{line_id}].title" for verdict in done for line_id in verdict.wanted.line_ids)


def _checkpoint(state: CaseState, view: CustomerView) -> tuple[Statement, ...]:
    """A short update without news; where facts are missing, what is known."""
    if view.assessment.condition is Condition.FACTS_UNAVAILABLE:
        advice = state.get("advice")
        return advice.statements if advice else ()
    return (tell("proactive.checkpoint", Part.KNOWN, number=view.number()),)


def _denied(state: CaseState, view: CustomerView) -> Iterator[Statement]:
    """What was asked for and is not done, without a word about who decided or why."""
    decision = state.get("decision")
    if decision is None or decision.verb is not Verb.DENY:
        return
    asked = _waiting_actions(state)
    for action in asked:
        yield tell(f"decided.{action.value}", Part.OPENING)
    if not asked:
        yield tell("decided.reviewed", Part.OPENING, number=view.number())


def _waiting_actions(state: CaseState) -> tuple[Action, ...]:
    """What waited for a reviewer before the decision."""
    arrival = state["arrival"]
    ended = [row for row in state["memory"].actions if isinstance(arrival, ReceiptArrived) and row.run_id == arrival.run_id]
    denied = [row for row in ended if row.status == ActionStatus.DENIED]
    waiting = [row for row in state["memory"].actions if row.status == ActionStatus.PENDING_APPROVAL]
    return tuple(dict.fromkeys(row.wanted.action for row in denied or waiting))


def _no_longer_offered(state: CaseState) -> frozenset[Action]:
    """What a reviewer denied, now or before: it is not offered in the next sentence."""
    decision = state.get("decision")
    now = _waiting_actions(state) if decision is not None and decision.verb is Verb.DENY else ()
    return frozenset((*now, *(row.wanted.action for row in state["memory"].actions if row.status == ActionStatus.DENIED)))


def _had_request(state: CaseState) -> bool:
    return any(row.status == ActionStatus.PENDING_APPROVAL for row in state["memory"].actions)


def _options(state: CaseState, view: CustomerView, stages: dict[Action, Stage], deps: Deps) -> Iterator[Statement]:
    advice, verdicts = state.get("advice"), state["verdicts"]
    bench = Bench(context=view.context, assessment=view.assessment, policy=deps.policy, rivals=rivals_of(state["memory"]))
    healthy = view.assessment.condition is Condition.PROCESSING_WITHIN_SLA
    denied = {action.value for action in _no_longer_offered(state)}
    offered = tuple(option for option in (advice.options if advice else ()) if option not in denied and not (healthy and option == "cancel"))
    if not _owns_options(view.assessment):
        offered = ()
    yield from tell_offers(verdicts, stages, offered, bench, view)
    if healthy and not verdicts and not denied and not open_escalation(state) and may_still(Action.CANCEL, bench):
        yield tell("processing.change", Part.OPTIONS)


def _owns_options(assessment: Assessment) -> bool:
    """Conditions whose answer offers a choice between waiting, cancelling and another item."""
    offering = {Condition.SUPPLIER_BACKORDER, Condition.ALLOCATION_CONFLICT, Condition.WAREHOUSE_PICK_DELAY}
    return assessment.condition in offering


def _on_hold(state: CaseState) -> tuple[Statement, ...]:
    """Own order number, items and the next update; the same again while nothing changed."""
    advice = state.get("advice")
    status = advice.statements if advice else ()
    if state.get("escalation") is None and open_escalation(state) is not None and _knows_of_hold(state):
        number = next(row.facts["number"] for row in status if "number" in row.facts)
        status = (tell("hold.still", number=number),)
    return (*status, *_closing(state, key="hold.decision"))


def _knows_of_hold(state: CaseState) -> bool:
    """Whether the customer was told of the additional review: a hold that nobody asked about is told to nobody."""
    case = state["memory"].case
    told = VisibleStatus.model_validate_json(case.last_status_sent) if case and case.last_status_sent else None
    return told is not None and told.condition in HOLDS


def _review(state: CaseState) -> Iterator[Statement]:
    current = open_escalation(state)
    if current is None or current.status is EscalationStatus.ANSWERED or is_over(state):
        return
    if state.get("context") is None:
        yield tell("escalated.review_plain", Part.KNOWN)
    elif state.get("escalation") is None or isinstance(state["arrival"], TimerArrived):
        yield tell("escalated.still_review", Part.DOING)
    else:
        yield tell("escalated.review", Part.DOING)


def _closing(state: CaseState, key: str = "") -> Iterator[Statement]:
    understanding, due = state["understanding"], state.get("due_at")
    if understanding.names_foreign_order:
        yield tell("ask.identity_other", Part.NEXT)
    if understanding.notes_other_topic:
        yield tell("next.other_topic", Part.NEXT)
    if due is not None:
        new = "next.decision" if open_escalation(state) is not None and not is_over(state) else "next.update"
        chosen = key or (new if state.get("promise_is_new") else "next.update_standing")
        yield Statement(key=chosen, part=Part.NEXT, facts={"due": _promise(due, state)}, promises=True)


def _promise(due: datetime, state: CaseState) -> Fact:
    context = state.get("context")
    zone = zone_in(state)
    now = context.now if context else state["arrival"].at
    return Fact(field="follow_up.due_at", kind=FactKind.MOMENT, value=due.isoformat(), source=Source.CASE, as_of=now, zone=zone)
