"""The identify node: sender, order, memory, and what is wanted."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from langgraph.runtime import Runtime

from graph.arrivals import MessageArrived
from graph.commit import Memory
from graph.facts import Order, Shipment
from graph.labels import Condition, System
from graph.reading import MentionKind, Reading
from graph.state import CaseState
from graph.working import Choice, ChoiceKind, ReturnPath, Sender, Settlement, Understanding
from nodes.asking import Answer, ask
from nodes.consulting import Consulting
from nodes.deps import Deps
from nodes.identify.hearing import hear, may_hear
from nodes.identify.order_choice import choose_order
from nodes.identify.sender import find_sender
from nodes.identify.settling import ask_which, settle
from nodes.identify.targets import is_misdirected
from nodes.identify.understanding import understand
from nodes.rolling_out import rolled_out


async def identify(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Establish who wrote about which order, and whether the message can be settled without looking at it."""
    deps, message, reading = runtime.context, state["arrival"], state["reading"]
    assert isinstance(message, MessageArrived)
    sender = Sender() if reading.automatic else await find_sender(message, deps)
    ticket_only = await deps.memory.recall(customer_id=None, order_id=None, ticket_id=message.ticket_id)
    choice, orders = await _choose(message, reading, sender, ticket_only, deps)
    order = next((order for order in orders if choice and order.order_id in choice.order_ids[:1]), None)
    choice = choice.model_copy(update={"order": order}) if choice else None
    memory = await _recall(message, sender, order, ticket_only, deps)
    understanding = understand(reading, sender, choice, orders, memory, deps.policy)
    consulting, calls = Consulting(state["run_id"], memory, state.get("model_calls", ()), deps), state.get("model_calls", ())
    if may_hear(reading, sender, understanding, consulting):
        reading, call = await hear(reading, sender, deps.policy.intake.intent_confidence, consulting)
        understanding, calls = understand(reading, sender, choice, orders, memory, deps.policy), (*calls, call)
    settlement = settle(reading, sender, choice, understanding, memory, deps.clock.now(), deps.policy)
    settlement = settlement or _which_order(message, reading, sender, choice, orders, understanding, deps)
    found: CaseState = {
        "path": ["identify", *(["identify.hear"] if calls else [])],
        "reading": reading,
        "model_calls": calls,
        "case_id": _case_id(memory, sender, order, message, deps),
        "sender": sender,
        "return_path": ReturnPath(channel=message.channel, ticket_id=message.ticket_id),
        "memory": memory,
        "understanding": understanding,
        "settlement": settlement,
    }
    if choice is not None:
        found["choice"] = choice
    return found if settlement is None else {**found, "arrival": rolled_out({**state, **found}, deps)["arrival"]}


def _which_order(
    message: MessageArrived,
    reading: Reading,
    sender: Sender,
    choice: Choice | None,
    orders: tuple[Order, ...],
    understanding: Understanding,
    deps: Deps,
) -> Settlement | None:
    """Several orders, and a request that may mean another one than it seems: nothing is done, the customer is asked."""
    if choice is None or choice.kind is not ChoiceKind.ONE or message.about_order_id is not None or understanding.answers_our_question:
        return None
    if choice.because not in {"number in the text", "number in the subject"}:
        return None
    asks = tuple(ask for ask in reading.asks if ask.confidence >= deps.policy.intake.intent_confidence)
    open_orders = tuple(order for order in orders if order.status not in {"delivered", "cancelled", "returned"})
    if not is_misdirected(asks, reading.new_text, choice.order_ids, orders, len(open_orders)):
        return None
    meant = tuple(order for order in orders if order.order_id in choice.order_ids) if len(choice.order_ids) > 1 else open_orders
    return ask_which(meant, sender, deps.clock.now())


async def _choose(message: MessageArrived, reading: Reading, sender: Sender, memory: Memory, deps: Deps) -> tuple[Choice | None, tuple[Order, ...]]:
    customer_id = sender.customer_id
    if customer_id is None:
        return None, ()
    oms = deps.backends.oms
    answer = await ask(System.OMS, lambda: oms.orders_of(customer_id), patience=deps.patience, retries=deps.policy.backends.retries)
    if not answer.is_known:
        return Choice(kind=ChoiceKind.OMS_SILENT, because=answer.because), ()
    orders = answer.value or ()
    tracked, unresolved = await _tracked(reading, orders, deps)
    known = tuple(mention for mention in reading.mentions if mention.value not in unresolved)
    reading = reading.model_copy(update={"mentions": known})
    delivered_at = await _delivered_at(orders, deps) if not tracked else {}
    choice = choose_order(reading, orders, tracked, delivered_at, memory.ticket, deps.clock.now(), deps.policy)
    if message.about_order_id is not None:
        rest = tuple(order_id for order_id in choice.order_ids if order_id != message.about_order_id)
        choice = choice.model_copy(update={"order_ids": (message.about_order_id, *rest), "foreign": False})
    return choice, orders


async def _tracked(reading: Reading, orders: tuple[Order, ...], deps: Deps) -> tuple[dict[str, str], set[str]]:
    """Tracking numbers of the message that belong to the sender's own orders, and those that the carrier did not look up."""
    own = {order.order_id for order in orders}
    numbers = [mention.value for mention in reading.mentions if mention.kind is MentionKind.TRACKING]
    answers = {number: await _parcel(number, deps) for number in numbers}
    unresolved = {number for number, answer in answers.items() if not answer.is_known}
    parcels = [(number, answer.value) for number, answer in answers.items()]
    return {number: parcel.order_id for number, parcel in parcels if parcel is not None and parcel.order_id in own}, unresolved


async def _delivered_at(orders: tuple[Order, ...], deps: Deps) -> dict[str, datetime]:
    """When orders that count as delivered were delivered, as the carrier says, where the OMS does not say when it last touched them."""
    undated = [order.order_id for order in orders if order.status == "delivered" and order.updated_at is None]
    moments = await asyncio.gather(*(_last_delivery(order_id, deps) for order_id in undated))
    return {order_id: moment for order_id, moment in zip(undated, moments, strict=True) if moment is not None}


async def _last_delivery(order_id: str, deps: Deps) -> datetime | None:
    carrier = deps.backends.carrier
    if carrier is None:
        return None
    answer = await ask(System.CARRIER, lambda: carrier.parcels(order_id), patience=deps.patience, retries=0)
    return max((scan.at for parcel in answer.value or () for scan in parcel.events if scan.status == "delivered"), default=None)


async def _parcel(number: str, deps: Deps) -> Answer[Shipment | None]:
    carrier = deps.backends.carrier
    if carrier is None:
        return Answer(System.CARRIER, None, "not connected")
    return await ask(System.CARRIER, lambda: carrier.parcel_by_tracking(number), patience=deps.patience, retries=0)


async def _recall(message: MessageArrived, sender: Sender, order: Order | None, ticket_only: Memory, deps: Deps) -> Memory:
    if sender.customer_id is None:
        return ticket_only
    order_id = order.order_id if order else None
    memory = await deps.memory.recall(customer_id=sender.customer_id, order_id=order_id, ticket_id=message.ticket_id)
    closed_at = memory.case.closed_at if memory.case else None
    if closed_at is not None and deps.clock.now() - closed_at > timedelta(days=deps.policy.intake.reopen_days):
        memory = Memory(ticket=memory.ticket, contacts=memory.contacts)
    return await _with_orphan(memory, message, sender.customer_id, deps) if order_id is not None else memory


async def _with_orphan(memory: Memory, message: MessageArrived, customer_id: str, deps: Deps) -> Memory:
    """A question of this ticket that came while the OMS was silent has a case without an order: now it is this order's case.

    Where the order has an open case of its own, that one goes on and the other ends.
    """
    orphan = await deps.memory.recall(customer_id=customer_id, order_id=None, ticket_id=message.ticket_id)
    case = orphan.case
    if case is None or not case.is_open or case.ticket_id != message.ticket_id or case.condition_type is not Condition.FACTS_UNAVAILABLE:
        return memory
    if memory.case is None or not memory.case.is_open:
        return orphan.model_copy(update={"contacts": memory.contacts})
    return memory.model_copy(update={"orphan": case, "orphan_promise": orphan.follow_up})


def _case_id(memory: Memory, sender: Sender, order: Order | None, message: MessageArrived, deps: Deps) -> str:
    """The case that the message belongs to: the open or reopenable one, else a new one of this (customer, order)."""
    if memory.case is not None:
        return memory.case.wismo_case_id
    whose = sender.customer_id or f"ticket {message.ticket_id}"
    return deps.ids.new("case", whose, order.order_id if order else "", message.arrival_id)
