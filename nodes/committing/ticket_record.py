"""The ticket and the contact after a run."""

from __future__ import annotations

from datetime import datetime

from graph.arrivals import MessageArrived
from graph.case import AskedQuestion, ContactRecord, TicketRecord
from graph.labels import Disposition, Gate, Reason
from graph.state import CaseState
from nodes.committing.belonging import UNCOUNTED, counts, needs_case
from nodes.deps import Deps


def contact_record(state: CaseState, message: MessageArrived) -> ContactRecord:
    """The message as a contact."""
    choice = state.get("choice")
    order_id = choice.order_ids[0] if choice and choice.order_ids else None
    return ContactRecord(ticket_id=message.ticket_id, order_id=order_id, at=message.at, counts=counts(state))


def ticket_record(state: CaseState, ticket_id: str, deps: Deps) -> TicketRecord:
    """The ticket after this run: questions answered and asked, automated messages, orders spoken of."""
    base = state["memory"].ticket or TicketRecord(ticket_id=ticket_id)
    now, choice = deps.clock.now(), state.get("choice")
    is_message = isinstance(state["arrival"], MessageArrived)
    automatic = is_message and state["reading"].automatic
    questions = base.questions if not is_message or automatic else tuple(row.model_copy(update={"answered": True}) for row in base.questions)
    asked = _question(state, now)
    order_ids = choice.order_ids[:1] if choice else ()
    sent = (now,) if state.get("draft") is not None else ()
    answered = bool(sent) and asked is None
    return base.model_copy(
        update={
            "customer_id": base.customer_id or state["sender"].customer_id,
            "questions": (*questions, *((asked,) if asked else ())),
            "order_ids": tuple(dict.fromkeys((*(row for row in base.order_ids if row not in order_ids), *order_ids))),
            "case_ids": _with(base.case_ids, state["case_id"] if needs_case(state) else None),
            "automated_at": (*base.automated_at, *sent)[-50:],
            "answers": base.answers + int(answered),
        }
    )


def _with(ids: tuple[str, ...], fresh: str | None) -> tuple[str, ...]:
    return ids if fresh is None or fresh in ids else (*ids, fresh)


def _question(state: CaseState, now: datetime) -> AskedQuestion | None:
    settlement = state.get("settlement")
    intents = tuple(intent for intent in state["understanding"].intents if intent not in UNCOUNTED)
    if settlement is not None:
        asks = settlement.disposition is Disposition.ASK
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=settlement.reason, intents=intents) if asks else None
    if state.get("draft") is None:
        return None
    incomplete = next((verdict for verdict in state.get("verdicts", ()) if verdict.gate is Gate.NEEDS_INFO and verdict.wanted.asked), None)
    if incomplete is not None:
        reason, asked = Reason.ACTION_INFO_MISSING, incomplete.action
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=reason, intents=intents, action=asked)
    if state["understanding"].names_foreign_order:
        return AskedQuestion(at=now, customer_id=state["sender"].customer_id, reason=Reason.IDENTITY_UNVERIFIED, intents=intents, answered=True)
    return None
