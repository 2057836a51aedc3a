"""The gather node: all systems in parallel, each with its own time limit, merged into one frozen context."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from langgraph.runtime import Runtime

from graph.commit import Memory
from graph.context import Knowledge, OrderContext, SystemAnswer
from graph.facts import Order
from graph.labels import System
from graph.state import CaseState
from graph.working import Choice, Sender
from nodes.asking import Answer, ask
from nodes.deps import Deps

Questions = list[tuple[System, Callable[[], Awaitable[dict[str, Any]]]]]
"""Questions to systems; each answer is a part of the order context, by field."""


async def gather(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Pull everything about the order. A system that fails makes its facts unknown; the rest goes on."""
    deps, sender = runtime.context, state["sender"]
    blank = blank_context(sender, state["choice"], state["memory"], deps)
    context = await fill(blank, sender.customer_id, deps, retries=deps.policy.backends.retries)
    return {"path": ["gather"], "context": context}


def blank_context(sender: Sender, choice: Choice, memory: Memory, deps: Deps) -> OrderContext:
    """What is known before any system but the OMS is asked."""
    case = memory.case
    return OrderContext(
        now=deps.clock.now(),
        customer=sender.customer,
        order=choice.order,
        remedies=case.remedies if case else (),
        told_etas=case.told_etas if case else {},
        systems={system: _unasked(system, deps, choice.because if choice.order is None else "") for system in System},
    )


async def fill(context: OrderContext, customer_id: str | None, deps: Deps, *, retries: int, only: tuple[System, ...] = tuple(System)) -> OrderContext:
    """The context with the answers of the systems in `only`; what the others said stays as it was."""
    questions = [(system, question) for system, question in _questions(context.order, customer_id, deps) if system in only]
    answers = await asyncio.gather(*(ask(system, question, patience=deps.patience, retries=retries) for system, question in questions))
    answers.sort(key=lambda answer: not answer.is_known)  # of two answers of one system a failure counts
    fields: dict[str, Any] = {"systems": {**context.systems, **{answer.system: _state(answer, deps) for answer in answers}}}
    for answer in answers:
        fields.update(answer.value or {})
    return context.model_copy(update=fields)


def _questions(order: Order | None, customer_id: str | None, deps: Deps) -> Questions:
    backends = deps.backends
    questions: Questions = []
    if (support := backends.support) is not None and customer_id is not None:
        questions.append((System.SUPPORT, lambda: _part("contacts", support.contacts(customer_id))))
    if order is None:
        return questions
    own = tuple(dict.fromkeys(line.sku for line in order.lines))
    substitutes = tuple(dict.fromkeys(sku for line in order.lines for sku in line.approved_substitutes))
    if substitutes:
        questions.append((System.OMS, lambda: _part("catalog", backends.oms.catalog_items(substitutes))))
    if (wms := backends.wms) is not None:
        questions.append((System.WMS, lambda: _part("fulfillments", wms.fulfillments(order.order_id))))
    if (carrier := backends.carrier) is not None:
        questions.append((System.CARRIER, lambda: _part("shipments", carrier.parcels(order.order_id))))
    if (supplier := backends.supplier) is not None:
        questions.append((System.SUPPLIER, lambda: _part("supply", supplier.supply(own))))
    if (inventory := backends.inventory) is not None:
        skus = tuple(dict.fromkeys((*own, *substitutes)))
        questions.append((System.INVENTORY, lambda: _part("inventory", inventory.levels(skus))))
        questions.append((System.INVENTORY, lambda: _part("allocations", inventory.allocations(order.order_id))))
    return questions


async def _part(field: str, question: Awaitable[Any]) -> dict[str, Any]:
    return {field: await question}


def _unasked(system: System, deps: Deps, because: str) -> SystemAnswer:
    now = deps.clock.now()
    if getattr(deps.backends, system.value) is None:
        return SystemAnswer(knowledge=Knowledge.NOT_CONNECTED, as_of=now, attempts=0)
    if system is System.OMS and because:
        return SystemAnswer(knowledge=Knowledge.UNKNOWN, as_of=now, because=because)
    return SystemAnswer(knowledge=Knowledge.KNOWN, as_of=now, because="" if system is System.OMS else "not asked", attempts=1)


def _state(answer: Answer[dict[str, Any]], deps: Deps) -> SystemAnswer:
    knowledge = Knowledge.KNOWN if answer.is_known else Knowledge.UNKNOWN
    return SystemAnswer(knowledge=knowledge, as_of=deps.clock.now(), because=answer.because, attempts=answer.attempts)
