"""The recall_run node: a receipt arrived, so the run that ordered the actions goes on with the facts it had."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.arrivals import ReceiptArrived
from graph.context import OrderContext
from graph.labels import Action, Disposition, System
from graph.state import CaseState
from graph.working import Advice, Sender
from nodes.asking import ask
from nodes.deps import Deps
from nodes.night import held_receipt, morning


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
    until = morning(customer, deps) if earlier.decision is not None else None
    is_ahead = earlier.due_at is not None and earlier.due_at > deps.clock.now()
    return {
        "path": ["recall_run"],
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
        "disposition": (Disposition.NOTIFY if receipt.was_quiet else run.disposition).value,
        "told_later": held_receipt(receipt, receipt.arrival_id, until) if until is not None else None,
        "defers_text": until is not None or (receipt.was_quiet and memory.case is not None and memory.case.taken_over),
    }
