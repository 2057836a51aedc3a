"""The slack_escalation subgraph: a review in plain words, complete, and within what a thread can hold."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.case import EscalationRecord, EscalationStatus
from graph.commit import Memory, ReviewPost
from nodes.deps import Deps

MAX_ROOT = 2_800
"""Characters of the first post; what does not fit follows in the thread."""


class SlackInput(TypedDict, total=False):
    """What is handed in."""

    escalation: EscalationRecord | None
    memory: Memory


class SlackState(SlackInput, total=False):
    """The post in the making."""

    lines: tuple[str, ...]
    review_post: ReviewPost | None
    path: Annotated[list[str], operator.add]


class SlackOutput(TypedDict, total=False):
    """What is handed back."""

    review_post: ReviewPost | None
    path: Annotated[list[str], operator.add]


async def present(state: SlackState, runtime: Runtime[Deps]) -> SlackState:
    """The lines of the post: the whole request when it opens, the difference when it grows or ends."""
    escalation, known = state["escalation"], state["memory"].escalation
    assert escalation is not None
    joins = known is not None and known.escalation_id == escalation.escalation_id
    lines = _difference(escalation, known) if joins and known else _request(escalation)
    return {"path": ["slack_escalation.present"], "lines": lines}


async def fit(state: SlackState, runtime: Runtime[Deps]) -> SlackState:
    """Cut the lines into a first post and replies."""
    escalation, known = state["escalation"], state["memory"].escalation
    assert escalation is not None
    posts: list[str] = [""]
    for line in state["lines"]:
        if len(posts[-1]) + len(line) > MAX_ROOT:
            posts.append("")
        posts[-1] += line[:MAX_ROOT] + "\n"
    post = ReviewPost(
        escalation_id=escalation.escalation_id,
        channel=escalation.request.review_channel,
        is_update=known is not None and known.escalation_id == escalation.escalation_id,
        posts=tuple(post.rstrip("\n") for post in posts),
    )
    return {"path": ["slack_escalation.fit"], "review_post": post}


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
    if escalation.status is EscalationStatus.ANSWERED:
        return (f"Ended: {escalation.ended_because}.",)
    fresh = [trigger.value for trigger in escalation.triggers if trigger not in known.triggers]
    lines = [f"Joined: {', '.join(fresh)}" if fresh else "The request behind this review was withdrawn; the rest stays open."]
    if escalation.queue is not known.queue:
        lines.append(f"Queue: {known.queue.value} -> {escalation.queue.value}")
    if escalation.deadline != known.deadline:
        lines.append(f"Deadline: {known.deadline.isoformat()} -> {escalation.deadline.isoformat()}")
    if escalation.recommended_action != known.recommended_action:
        lines.append(f"Recommended: {escalation.recommended_action}. Options: {', '.join(escalation.options)}")
    return tuple(lines)


def draw_slack_escalation() -> Any:
    """The compiled subgraph."""
    builder = StateGraph(SlackState, context_schema=Deps, input_schema=SlackInput, output_schema=SlackOutput)
    builder.add_node("present", present)
    builder.add_node("fit", fit)
    builder.add_edge(START, "present")
    builder.add_edge("present", "fit")
    builder.add_edge("fit", END)
    return builder.compile()
