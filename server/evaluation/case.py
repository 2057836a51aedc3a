"""One answer as people read it: the customer's words, what was found and why, the facts, and both texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.arrivals import MessageArrived
from nodes.reading.mail import clean
from server.cli.consequences import action_lines, promise_line
from server.cli.fact_values import facts_in_short
from server.cli.reasons import path_text, reason_rows
from server.evaluation.questions import Question
from server.timeline import ArrivalStory

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """What a page shows of one judged step; plain texts, no markup."""

    name: str
    title: str
    at: datetime
    channel: str
    words: str
    """What the customer wrote."""
    reasons: Rows
    facts: tuple[str, ...]
    actions: tuple[str, ...]
    promise: str
    path: str
    ours: tuple[str, ...]
    """The texts that we would send."""
    notes: tuple[str, ...]
    theirs: str | None
    """What the human wrote."""
    category: str
    hidden: tuple[str, ...]
    undated: tuple[str, ...]


def case_of(question: Question, number: int, result: dict[str, Any], story: ArrivalStory | None) -> Case:
    """The page's view of a step; what is not known stays empty."""
    step = question.scenario.steps[number]
    runs = [run for run in story.runs if not run.is_receipt] if story else []
    contexts = [run.context for run in runs if run.context is not None]
    arrival = story.arrival if story else None
    several = len(question.scenario.steps) > 1
    return Case(
        name=f"{question.question_id}[{number}]" if several else question.question_id,
        title=question.title,
        at=step.at,
        channel=arrival.channel.value if isinstance(arrival, MessageArrived) else step.kind,
        words=clean(arrival.text).strip() if isinstance(arrival, MessageArrived) else str(getattr(step, "text", "") or getattr(step, "type", "")),
        reasons=tuple((label, value.plain) for run in runs for label, value in reason_rows(run)),
        facts=tuple(line for context in contexts for line in facts_in_short(context)),
        actions=tuple(line.plain for line in action_lines(story.acted)) if story else (),
        promise=promise_line(story.follow_up, step.at).plain if story else "",
        path=path_text(tuple(result["path"])),
        ours=tuple(message["text"] for message in result["messages"]),
        notes=tuple(_notes(result, story)),
        theirs=question.reply,
        category=question.category,
        hidden=question.hidden,
        undated=question.undated,
    )


def _notes(result: dict[str, Any], story: ArrivalStory | None) -> Iterator[str]:
    yield from result["internal_notes"]
    if result["error"]:
        yield f"failed: {result['error']}"
    if story is not None and story.escalation is not None:
        review = story.escalation
        yield f"asks queue {review.queue.value} until {review.deadline.isoformat(timespec='minutes')}: {review.question}"
        yield f"recommends {review.recommended_action}; options {', '.join(review.options)}"
