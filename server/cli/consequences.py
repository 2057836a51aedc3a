"""What happens next: actions with their gates, the promise, and the question to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.box import ROUNDED
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from graph.case import EscalationRecord, FollowUp
from graph.labels import CheckResult, Gate
from server.cli.moments import away_text, moment_text
from server.timeline import Acted

_STYLES = {
    "executed": "bold green", "pending_approval": "bold yellow", "drafted": "cyan", "denied": "red", "not_executed": "red",
}  # fmt: skip


def action_lines(acted: Iterable[Acted]) -> Iterator[Text]:
    """One line per gated action: what, the gate, what failed or asks for approval, and how far it has come."""
    for each in acted:
        yield _action(each)


def _action(acted: Acted) -> Text:
    record, verdict = acted.record, acted.verdict
    wish = "asked for" if record.wanted.asked else "recommended"
    amount = f" {record.amount} {record.currency}" if float(record.amount) else ""
    text = Text.assemble((record.wanted.action.value, "bold"), (f"{amount}, {wish}: ", "dim"), record.gate.replace("_", " "))
    if verdict is not None:
        passed = sum(check.result is CheckResult.PASS for check in verdict.checks)
        text.append(f", {passed} of {len(verdict.checks)} checks passed", style="dim")
        for check in verdict.checks:
            if check.result is not CheckResult.PASS:
                text.append(f"; {check.result.value}: {check.name} ({check.because})")
        if verdict.approval_because and verdict.gate is Gate.NEEDS_APPROVAL:
            text.append(f"; approval because {', '.join(verdict.approval_because)}")
        if verdict.missing:
            text.append(f"; missing {', '.join(verdict.missing)}")
    return text.append(" → ").append(record.status.replace("_", " "), style=_STYLES.get(record.status, ""))


def promise_line(follow_up: FollowUp | None, now: datetime) -> Text:
    """The next update that was promised, and what is watched."""
    if follow_up is None:
        return Text("none", style="dim")
    text = Text()
    if follow_up.due_at is not None:
        text.append(f"next update by {moment_text(follow_up.due_at)}", style="bold").append(f", {away_text(follow_up.due_at, now)}", style="dim")
    else:
        text.append("no date")
    return text.append(f"; we watch {', '.join(follow_up.watch)}" if follow_up.watch else "", style="dim")


def promise_words(follow_up: FollowUp | None, now: datetime) -> str:
    """The promise in two words, for a table."""
    if follow_up is None:
        return ""
    return "watched" if follow_up.due_at is None else away_text(follow_up.due_at, now)


def review_panel(review: EscalationRecord) -> Panel:
    """The question to a person, with everything needed to decide."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", width=11)
    rows.add_column(ratio=1)
    rows.add_row("question", Text(review.question, style="bold"))
    rows.add_row("recommended", Text(review.recommended_action, style="bold green"))
    rows.add_row("options", Text(", ".join(review.options)).append("; deny, request changes or take over", style="dim"))
    if review.request.gaps:
        rows.add_row("gaps", Text("\n".join(gap.replace(review.question, "").strip() for gap in review.request.gaps)))
    if review.request.impact:
        rows.add_row("impact", Text("; ".join(review.request.impact), style="dim"))
    due = f"{moment_text(review.deadline)}, {away_text(review.deadline, review.opened_at)}"
    title = Text.assemble(("A person decides", "bold"), (f"  queue {review.queue.value}, {review.status.value}, until {due}", "dim"))
    return Panel(rows, title=title, title_align="left", box=ROUNDED, border_style="red", padding=(0, 1))
