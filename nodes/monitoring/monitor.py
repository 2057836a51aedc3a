"""The monitor: pull the facts, compare them with what was told, and decide: tell, hold back, or stay quiet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from graph.arrivals import EventArrived, LookArrived
from graph.calendar import customer_zone, is_quiet, quiet_hours_end
from graph.case import CaseRecord
from graph.commit import Deferred, EventSeen, Memory
from graph.context import OrderContext
from graph.facts import Order
from graph.labels import Channel, Condition, Reason, System, Trigger
from graph.remembering import EventMemory
from graph.rules.beginnings import problem_began
from graph.rules.conditions import assess
from graph.rules.findings import Assessment, Because, Fired
from graph.rules.news import News, NewsKind, VisibleStatus, find_news
from graph.rules.triggers import Circumstances, fire_triggers, in_order
from graph.state import CaseState
from graph.working import Choice, ChoiceKind, ReturnPath, Sender, Understanding
from nodes.asking import ask
from nodes.deps import Deps
from nodes.gather import blank_context, fill
from nodes.looking_again import next_look
from nodes.monitoring.concerned import concerned_orders
from nodes.monitoring.confirming import is_confirmed
from nodes.monitoring.holding_back import HeldBack, held_back
from nodes.monitoring.unasked import kept_to_ourselves


@dataclass(frozen=True)
class Examined:
    """What came of looking: the start of a graph run, or why nothing is told."""

    order: Order | None = None
    memory: Memory = field(default_factory=Memory)
    assessment: Assessment | None = None
    reason: Reason = Reason.NOTHING
    deferred: Deferred | None = None
    event: EventSeen | None = None
    look_at: datetime | None = None
    """When the watch of a case is looked at again."""
    others: tuple[str, ...] = ()
    """Further orders that the same event concerns."""
    start: CaseState | None = None


async def examine_event(event: EventArrived, deps: Deps, events: EventMemory) -> Examined:
    """An event is only a reason to look."""
    seen = EventSeen(source=event.source, event_id=event.event_id, subject=event.subject, occurred_at=event.occurred_at)
    if event.about_order_id is None:
        if events.has_seen(event.source, event.event_id):
            return await _named_only(event, Reason.DUPLICATE_EVENT, None, deps)
        newest = events.newest_event_at(event.subject)
        go_live = deps.policy.events.go_live
        if (newest is not None and event.occurred_at < newest) or (go_live is not None and event.occurred_at < go_live):
            return await _named_only(event, Reason.STALE_EVENT, seen, deps)
    orders = await concerned_orders(event, deps)
    if not orders:
        return Examined(reason=Reason.UNCONFIRMED, event=seen)
    found = await examine_order(orders[0], event, deps, events)
    return replace(found, event=seen, others=tuple(order.order_id for order in orders[1:]))


async def examine_look(look: LookArrived, deps: Deps, events: EventMemory) -> Examined:
    """A moment has come: the same questions, from fresh facts."""
    answer = await ask(System.OMS, lambda: deps.backends.oms.order(look.order_id), patience=deps.patience, retries=1)
    if answer.value is None:
        return await _without_oms(look, answer.because, deps, events)
    return await examine_order(answer.value, look, deps, events)


async def _named_only(event: EventArrived, reason: Reason, seen: EventSeen | None, deps: Deps) -> Examined:
    orders = await concerned_orders(event, deps)
    if not orders:
        return Examined(reason=reason, event=seen)
    memory = await deps.memory.recall(customer_id=orders[0].customer_id, order_id=orders[0].order_id, ticket_id=None)
    return Examined(order=orders[0], memory=memory, reason=reason, event=seen)


async def _without_oms(look: LookArrived, because: str, deps: Deps, events: EventMemory) -> Examined:
    """The OMS is silent: a promise still falls due, so the case is looked at without its order; everything else waits for an hour."""
    memory = await deps.memory.recall(customer_id=look.customer_id, order_id=look.order_id, ticket_id=None)
    now, later = deps.clock.now(), _when_systems_answer(deps)
    since = events.deferred_since(look.order_id) or now
    waits = Deferred(order_id=look.order_id, customer_id=look.customer_id, due_at=later, reason=Reason.FACTS_UNAVAILABLE, since=since)
    if not _keeps_promise(look, memory, deps) or memory.case is None:
        return Examined(memory=memory, reason=Reason.NO_CHANGE, look_at=later, deferred=waits if look.why == "deferred" else None)
    zone = customer_zone(memory.case.timezone)
    if is_quiet(now, zone, deps.policy):
        night = waits.model_copy(update={"due_at": quiet_hours_end(now, zone, deps.policy), "reason": Reason.QUIET_HOURS})
        return Examined(memory=memory, reason=Reason.QUIET_HOURS, deferred=night)
    sender = Sender(customer_id=look.customer_id, because="the case's customer")
    choice = Choice(kind=ChoiceKind.OMS_SILENT, order_ids=(look.order_id,), because=because or "the order is gone")
    context = await fill(blank_context(sender, choice, memory, deps), look.customer_id, deps, retries=0)
    assessment = assess(context, disputed=False, policy=deps.policy, calendar=deps.calendar)
    news = News(kind=NewsKind.CHECKPOINT, because="promise due, OMS silent", ignores_gap=True, ignores_opt_out=True)
    return Examined(memory=memory, assessment=assessment, start=_start(look, sender, choice, memory, context, assessment, news, deps))


async def examine_order(order: Order, arrival: EventArrived | LookArrived, deps: Deps, events: EventMemory) -> Examined:
    """Pull the facts of an order and decide whether they are news. Writes nothing."""
    memory = await _recall(order, deps)
    case = memory.case
    if case is not None and case.taken_over:
        return Examined(order=order, memory=memory, reason=Reason.MANUAL_TAKEOVER)
    found = await ask(System.OMS, lambda: deps.backends.oms.customer(order.customer_id), patience=deps.patience, retries=1)
    sender = Sender(customer_id=order.customer_id, customer=found.value, because="the order's customer")
    choice = Choice(kind=ChoiceKind.ONE, order_ids=(order.order_id,), order=order, because="the order of the event")
    context = await fill(blank_context(sender, choice, memory, deps), order.customer_id, deps, retries=deps.policy.backends.retries)
    disputed = bool(case and case.is_open and case.disputed)
    assessment = assess(context, disputed=disputed, policy=deps.policy, calendar=deps.calendar)
    known = Examined(order=order, memory=memory, assessment=assessment, look_at=next_look(context, assessment, deps))
    since = _since(arrival, context, assessment, deps, events)
    hidden = assessment.condition is Condition.FACTS_UNAVAILABLE and (isinstance(arrival, EventArrived) or arrival.why == "deferred")
    waits = _deferral(order, HeldBack(Reason.FACTS_UNAVAILABLE, _when_systems_answer(deps)), since) if hidden else None
    if isinstance(arrival, EventArrived) and not is_confirmed(arrival, context, _told(case)):
        return _quiet(known, Reason.UNCONFIRMED, waits)
    news = _news(arrival, context, assessment, memory, deps)
    if news is None:
        return _quiet(known, Reason.NO_CHANGE, waits)
    if _is_sweep(arrival) and (case is None or not case.is_open):
        kept = kept_to_ourselves(context, assessment, deps.policy, since)
        if kept is not None:
            return _quiet(known, kept)
    promised, event = _keeps_promise(arrival, memory, deps), isinstance(arrival, EventArrived)
    back = held_back(news, context, memory, deps.policy, since=since, is_promised=promised, is_event=event)
    if back is None and not promised and not news.silent and _is_flooded(context.now, deps, events):
        back = HeldBack(Reason.PAUSED, context.now + timedelta(hours=1))
    later = _deferral(order, back, since) if back is not None else None
    if back is not None and not _is_for_reviewers(news, assessment, memory):
        return _quiet(known, back.reason, later)
    told = news if back is None else news.model_copy(update={"silent": True})
    start = _start(arrival, sender, choice, memory, context, assessment, told, deps)
    return Examined(order=order, memory=memory, assessment=assessment, start={**start, "deferred": later})


def _is_for_reviewers(news: News, assessment: Assessment, memory: Memory) -> bool:
    """A hold or a contradiction goes to reviewers at once, whatever keeps the customer's message back; once is enough."""
    current = memory.escalation
    known = current is not None and current.is_open and assessment.condition.value in {trigger.value for trigger in current.triggers}
    return news.kind in {NewsKind.HELD, NewsKind.CONFLICT} and not known


def _when_systems_answer(deps: Deps) -> datetime:
    """When what could not be seen is looked for again."""
    return deps.clock.now() + timedelta(hours=deps.policy.promises.facts_unavailable_hours)


def _keeps_promise(arrival: EventArrived | LookArrived, memory: Memory, deps: Deps) -> bool:
    """Whether a look finds a promise that has to be kept now, whatever it was made for: one that the night held back is still a promise."""
    due = memory.follow_up.due_at if memory.follow_up else None
    lead = timedelta(minutes=deps.policy.events.lead_minutes)
    return isinstance(arrival, LookArrived) and due is not None and due - lead <= deps.clock.now()


def _is_sweep(arrival: EventArrived | LookArrived) -> bool:
    return isinstance(arrival, LookArrived) and arrival.why == "sweep"


def _deferral(order: Order, back: HeldBack, since: datetime) -> Deferred | None:
    if back.until is None:
        return None
    return Deferred(order_id=order.order_id, customer_id=order.customer_id, due_at=back.until, reason=back.reason, since=since)


def _quiet(known: Examined, reason: Reason, deferred: Deferred | None = None) -> Examined:
    return replace(known, reason=reason, deferred=deferred)


async def _recall(order: Order, deps: Deps) -> Memory:
    memory = await deps.memory.recall(customer_id=order.customer_id, order_id=order.order_id, ticket_id=None)
    closed_at = memory.case.closed_at if memory.case else None
    if closed_at is not None and deps.clock.now() - closed_at > timedelta(days=deps.policy.intake.reopen_days):
        return Memory(contacts=memory.contacts)
    return memory


def _news(arrival: EventArrived | LookArrived, context: OrderContext, assessment: Assessment, memory: Memory, deps: Deps) -> News | None:
    case, standing = memory.case, memory.follow_up
    told = _told(case)
    has_open_case, in_touch = case is not None and case.is_open, case is not None and case.is_open and case.is_in_touch
    news = find_news(told, context, assessment, deps.policy, has_open_case=has_open_case, in_touch=in_touch)
    if news is not None and news.silent and case is not None and case.is_open and case.condition_type is assessment.condition:
        news = None
    if standing is None or not _keeps_promise(arrival, memory, deps):
        return news
    if news is not None and news.kind is not NewsKind.SPLIT:
        return news
    spent = standing.checkpoints >= deps.policy.events.checkpoints and assessment.condition is not Condition.FACTS_UNAVAILABLE
    kind = NewsKind.EXHAUSTED if spent else NewsKind.CHECKPOINT
    return News(kind=kind, because="promise due", ignores_gap=True, ignores_opt_out=True)


def _told(case: CaseRecord | None) -> VisibleStatus | None:
    """What the customer knows of the order."""
    return VisibleStatus.model_validate_json(case.last_status_sent) if case and case.last_status_sent else None


def _since(arrival: EventArrived | LookArrived, context: OrderContext, assessment: Assessment, deps: Deps, events: EventMemory) -> datetime:
    """When that happened which is looked at; the sweep has to find out."""
    if isinstance(arrival, EventArrived):
        return arrival.occurred_at
    began = problem_began(context, assessment, deps.policy, deps.calendar) if _is_sweep(arrival) else None
    return began or (events.deferred_since(arrival.order_id) if arrival.why == "deferred" else None) or context.now


def _is_flooded(now: datetime, deps: Deps, events: EventMemory) -> bool:
    return events.proactive_since(now - timedelta(hours=1)) >= deps.policy.events.cap_per_hour


def _start(
    arrival: EventArrived | LookArrived,
    sender: Sender,
    choice: Choice,
    memory: Memory,
    context: OrderContext,
    assessment: Assessment,
    news: News,
    deps: Deps,
) -> CaseState:
    """The graph starts with the facts that the decision was made on."""
    case = memory.case
    case_id = case.wismo_case_id if case else deps.ids.new("case", choice.order_ids[0], arrival.arrival_id)
    failed_before = bool(case and case.facts_failed_before)
    fired = list(fire_triggers(context, assessment, Circumstances(facts_failed_before=failed_before), deps.policy))
    if news.kind is NewsKind.EXHAUSTED:
        fired.append(Fired(trigger=Trigger.FOLLOW_UP_EXHAUSTED, because=Because(rule="promise_due_without_change", note=news.because)))
    return {
        "case_id": case_id,
        "sender": sender,
        "choice": choice,
        "memory": memory,
        "understanding": Understanding(language=case.language if case else None),
        "settlement": None,
        "context": context,
        "assessment": assessment,
        "fired": in_order(fired),
        "news": news,
        "return_path": return_path_of(case, case_id),
    }


def return_path_of(case: CaseRecord | None, case_id: str) -> ReturnPath:
    """The customer's last ticket and channel; without an earlier contact email, in a thread of its own."""
    if case is None or case.ticket_id is None:
        return ReturnPath(channel=Channel.EMAIL, ticket_id=case_id)
    return ReturnPath(channel=case.reply_channel or Channel.EMAIL, ticket_id=case.ticket_id)
