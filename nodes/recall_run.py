"""The recall_run node: a receipt arrived, so the run that ordered the actions goes on with the facts it had."""

from __future__ import annotations

from datetime import timedelta

from langgraph.runtime import Runtime

from graph.arrivals import ReceiptArrived
from graph.commit import Memory, Outcome
from graph.context import OrderContext
from graph.labels import Action, Disposition, System
from graph.state import CaseState
from graph.working import Advice, Choice, ChoiceKind, Sender, Understanding
from nodes.asking import ask
from nodes.conclude import silent_until
from nodes.deps import Deps


async def _with_payment(context: OrderContext, deps: Deps) -> OrderContext:
    """After a cancellation the text says of the payment what the OMS says of it now."""
    order = context.order
    if order is None:
        return context
    answer = await ask(System.OMS, lambda: deps.backends.oms.order(order.order_id), patience=deps.patience, retries=1)
    if answer.value is None:
        return context
    return context.model_copy(update={"order": order.model_copy(update={"payment": answer.value.payment})})


async def recall_run(state: CaseState, runtime: Runtime[Deps]) -> CaseState:
    """Bring back what the earlier run decided; only this run tells the customer of success."""
    deps, receipt = runtime.context, state["arrival"]
    assert isinstance(receipt, ReceiptArrived)
    earlier, context = await deps.memory.outcome(receipt.run_id)
    run, path = earlier.run, earlier.return_path
    assert path is not None and earlier.understanding is not None
    memory = await deps.memory.recall(customer_id=run.customer_id, order_id=run.order_id, ticket_id=path.ticket_id)
    if context is not None and Action.CANCEL in receipt.performed:
        context = await _with_payment(context, deps)
    customer = context.customer if context else None
    if receipt.from_the_night:
        return await _in_the_morning(receipt, earlier, memory, deps)
    is_ahead = earlier.due_at is not None and earlier.due_at > deps.clock.now()
    asked_now = run.kind == "message" and not receipt.late
    speaks_at = None if asked_now else silent_until({"arrival": receipt, "context": context, "memory": memory}, deps)
    return {
        "path": ["recall_run"],
        "defers_text": speaks_at is not None,
        "speaks_at": speaks_at,
        "case_id": run.case_id,
        "return_path": path,
        "news": earlier.news,
        "earlier": earlier,
        "memory": memory,
        "sender": Sender(customer_id=run.customer_id, customer=customer, because="earlier run"),
        "understanding": earlier.understanding,
        "settlement": None,
        "context": context,
        "assessment": earlier.assessment,
        "fired": earlier.fired,
        "handler": run.handler,
        "advice": Advice(statements=earlier.statements, options=earlier.options, runbook_version=run.runbook_version),
        "verdicts": earlier.verdicts,
        "escalation": earlier.escalation,
        "decision": earlier.decision,
        "due_at": earlier.due_at if is_ahead else None,
        "promise_is_new": earlier.promise_is_new and is_ahead,
        "disposition": run.disposition.value,
    }


async def _in_the_morning(receipt: ReceiptArrived, earlier: Outcome, memory: Memory, deps: Deps) -> CaseState:
    """What was decided in the night, without what was seen then: the facts are pulled again. Whoever took the case over meanwhile writes himself."""
    run = earlier.run
    sender = Sender(customer_id=run.customer_id, because="earlier run")
    order = await ask(System.OMS, lambda: deps.backends.oms.order(run.order_id or ""), patience=deps.patience, retries=1)
    owner = await ask(System.OMS, lambda: deps.backends.oms.customer(run.customer_id or ""), patience=deps.patience, retries=1)
    later = deps.clock.now() + timedelta(hours=deps.policy.promises.facts_unavailable_hours) if order.value is None else None
    known: CaseState = {"arrival": receipt, "sender": sender.model_copy(update={"customer": owner.value}), "memory": memory}
    speaks_at, taken_over = later or silent_until(known, deps), memory.case is not None and memory.case.taken_over
    return {
        **known,
        "path": ["recall_run"],
        "case_id": run.case_id,
        "return_path": earlier.return_path,
        "earlier": earlier,
        "choice": Choice(kind=ChoiceKind.ONE, order_ids=(run.order_id or "",), order=order.value, because="earlier run"),
        "understanding": earlier.understanding or Understanding(),
        "settlement": None,
        "fired": (),
        "verdicts": earlier.verdicts,
        "escalation": None,
        "decision": earlier.decision,
        "defers_text": taken_over or speaks_at is not None,
        "speaks_at": None if taken_over else speaks_at,
        "disposition": Disposition.SUPPRESS.value,
    }
