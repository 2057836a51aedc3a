"""A review in plain words: complete when it opens, the difference when it grows, changes or ends; cut to what a thread can hold."""

from __future__ import annotations

from graph.case import EscalationRecord, EscalationStatus
from graph.commit import ReviewPost

MAX_POST = 2_800
"""Characters of one post; what does not fit follows in the thread."""


def post_of(escalation: EscalationRecord, known: EscalationRecord | None) -> ReviewPost:
    """What reviewers read about this step of the review."""
    joins = known is not None and known.escalation_id == escalation.escalation_id
    posts = [""]
    for line in _difference(escalation, known) if joins and known else _request(escalation):
        if len(posts[-1]) + len(line) > MAX_POST:
            posts.append("")
        posts[-1] += line[:MAX_POST] + "\n"
    return ReviewPost(
        escalation_id=escalation.escalation_id,
        channel=escalation.request.review_channel,
        is_update=joins,
        posts=tuple(post.rstrip("\n") for post in posts),
    )


def _request(escalation: EscalationRecord) -> tuple[str, ...]:
    request = escalation.request
    head = f"Review {escalation.escalation_id} for {escalation.queue.value}, until {escalation.deadline.isoformat()}"
    return (
        f"{head}{' [VIP]' if request.is_vip else ''}",
        f"Question: {escalation.question}",
        f"Recommended: {escalation.recommended_action}. Options: {', '.join(escalation.options)}, deny, request_changes, manual_takeover",
        f"Why: {', '.join(trigger.value for trigger in escalation.triggers)}",
        f"Case {request.case_id}, run {request.run_id}, customer {request.customer_id or 'unknown'}, order {request.order_number or 'unknown'}",
        f"Condition: {request.condition.value if request.condition else 'no order'}. Value: {request.value_band} (matters: {request.threshold})",
        f"Return path: {request.channel} ticket {request.ticket_id}",
        *(f"Impact: {line}" for line in request.impact),
        *(f"Gap: {line}" for line in request.gaps),
        *(f"Check: {line}" for line in request.checks),
        *(f"Promise: {line}" for line in request.promises),
        *(f"Fact: {line}" for line in request.facts),
        *(f"Earlier: {line}" for line in request.prior_updates),
    )


def _difference(escalation: EscalationRecord, known: EscalationRecord) -> tuple[str, ...]:
    if escalation.status is EscalationStatus.ANSWERED and not escalation.decision:
        return (f"Ended: {escalation.ended_because}.",)
    fresh = [trigger.value for trigger in escalation.triggers if trigger not in known.triggers]
    lines = [f"Joined: {', '.join(fresh)}"] if fresh else []
    if escalation.status is not known.status:
        lines.append(f"{escalation.status.value}: {escalation.ended_because}".rstrip(": "))
    if escalation.decision and escalation.decided_at != known.decided_at:
        lines.append(f"Decided by {escalation.decided_by}: {escalation.decision}")
    lines += [f"Noted: {note}" for note in escalation.notes[len(known.notes) :]]
    if escalation.question != known.question:
        lines.append(f"Question: {escalation.question}")
    if escalation.queue is not known.queue:
        lines.append(f"Queue: {known.queue.value} -> {escalation.queue.value}")
    if escalation.deadline != known.deadline:
        lines.append(f"Deadline: {known.deadline.isoformat()} -> {escalation.deadline.isoformat()}")
    if (escalation.recommended_action, escalation.options) != (known.recommended_action, known.options):
        lines.append(f"Recommended: {escalation.recommended_action}. Options: {', '.join(escalation.options)}")
    lines += [f"Changed check: {line}" for line in escalation.request.checks if line not in known.request.checks]
    lines += [f"Changed fact: {line}" for line in escalation.request.facts if line not in known.request.facts and "(as of " not in line]
    return tuple(lines) or ("The review was looked at again.",)
