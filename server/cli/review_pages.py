"""Reviews on the terminal: the open ones, and what came of a decision."""

from __future__ import annotations

import json

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from graph.case import ActionRecord, EscalationRecord
from graph.commit import RunRecord
from graph.labels import ActionStatus, Disposition, Reason
from server.cli.moments import moment_text
from server.cli.page import console_for

_SAID = {
    Reason.APPROVED: "Approved",
    Reason.DENIED: "Denied",
    Reason.MANUAL_TAKEOVER: "Taken over: automation is silent on this case",
    Reason.HAND_BACK: "Handed back to automation",
    Reason.REQUEST_CHANGES: "Looked at again with your words; the review stays open",
    Reason.APPROVAL_STALE: "The facts have changed since the question was asked: nothing was done, the review asks again",
    Reason.NOT_AUTHORISED: "Nothing changed: the policy does not list this reviewer for the queue",
    Reason.OVER_LIMIT: "Nothing changed: the amount is above this reviewer's limit",
    Reason.ALREADY_DECIDED: "Nothing changed: the review is decided already",
    Reason.NOT_AN_OPTION: "Nothing changed: this is not among the options",
    Reason.UNCLEAR_DECISION: "Nothing was decided: the decision lacks what it needs, see --param, or cannot be read",
    Reason.NO_OPEN_ESCALATION: "Nothing changed: there is no such open review",
}


def show_reviews(records: tuple[EscalationRecord, ...], *, as_json: bool, plain: bool) -> None:
    """The open reviews, the most urgent first."""
    if as_json:
        print(json.dumps([record.model_dump(mode="json") for record in records], ensure_ascii=False, indent=2))
        return
    console = console_for(plain=plain)
    if not records:
        console.print("Nothing waits for a person.")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1))
    table.add_column("review", no_wrap=True)
    for name in ("queue", "decide by", "order", "question", "options"):
        table.add_column(name)
    for record in records:
        request = record.request
        order = Text(request.order_number or "").append(" VIP" if request.is_vip else "", style="bold yellow")
        options = Text(f"{', '.join(record.options)}; recommended: {record.recommended_action}")
        due = f"{moment_text(record.deadline)}{' (expired)' if record.status == 'expired' else ''}"
        table.add_row(record.escalation_id, record.queue.value, due, order, Text(record.question), options)
    console.print(table)


def decision_words(run: RunRecord, record: EscalationRecord, action: ActionRecord | None) -> str:
    """What came of a decision, in a sentence."""
    said = _SAID.get(run.reason, run.reason.value or run.disposition.value)
    if run.reason is Reason.ALREADY_DECIDED and record.decided_by:
        return f"{said}: {record.decision} by {record.decided_by}."
    if run.reason is Reason.APPROVED and action is not None:
        done = f"executed, reference {action.reference}" if action.status == ActionStatus.EXECUTED else "not executed yet; it is tried again"
        return f"{said}: {action.wanted.action.value} {done}."
    return f"{said}."


def is_refused(run: RunRecord) -> bool:
    """Whether the decision changed nothing."""
    return run.disposition is Disposition.NONE
