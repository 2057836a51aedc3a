"""The Block Kit of a review: everything a reviewer needs within Slack's limits, and the rest for the thread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.case import EscalationRecord, EscalationStatus
from server.slack.settings import Links
from server.slack.wording import cut, line, moment, person, pieces, sections

Block = dict[str, Any]
MAX_WEIGHT = 12_000
"""Characters of all blocks of one message; Slack refuses about 13,200."""
MAX_BLOCKS = 45
DECISIONS = {"deny": "Deny", "request_changes": "Request changes", "manual_takeover": "Take over"}


@dataclass(frozen=True)
class Seen:
    """A review as it is shown in one place."""

    record: EscalationRecord
    is_shadow: bool = False
    links: Links = field(default_factory=Links)
    outcome: str = ""
    """How far the approved action has come."""
    moved_to: str = ""
    """Link to the newer root message, where the review went on elsewhere."""
    moved_from: str = ""


@dataclass(frozen=True)
class Rendered:
    """A root message, and the texts that did not fit."""

    text: str
    blocks: tuple[Block, ...]
    more: tuple[str, ...] = ()


def render(seen: Seen) -> Rendered:
    """The root message of a review, and what has to follow in its thread."""
    title = title_of(seen)
    head: list[Block] = [{"type": "header", "text": {"type": "plain_text", "text": title[:150], "emoji": False}}, *_state(seen)]
    record = seen.record
    head += [_section(part) for part in sections(_question(record))]
    head += [_section(cut("\n".join(("*Notes*", *(f"• {line(note)[:500]}" for note in record.notes[-5:]))), 1_500))] if record.notes else []
    head += [{"type": "section", "fields": [_text(cut(value, 1_900)) for value in _fields(record)]}]
    if is_asked(seen):
        head += [_buttons(record)]
    kept, more = _fitting(_details(record), head, seen)
    text = cut(f"{line(title)}: {line(record.question)}", MAX_TEXT)
    return Rendered(text, tuple(kept), more)


MAX_TEXT = 1_500
"""Characters of the text for notifications."""


def title_of(seen: Seen) -> str:
    """One line that says what this is, whose, and whether it matters more than others."""
    request = seen.record.request
    marks = f"{'[shadow] ' if seen.is_shadow else ''}{'[VIP] ' if request.is_vip else ''}"
    return f"{marks}Review for {seen.record.queue.value}: order {request.order_number or 'unknown'}"


def is_asked(seen: Seen) -> bool:
    """Whether this message still asks for a decision."""
    return seen.record.is_open and not seen.moved_to


def reply_blocks(text: str) -> tuple[Block, ...]:
    """A thread reply of escaped text."""
    return tuple(_section(part) for part in pieces(text))


def _state(seen: Seen) -> Iterator[Block]:
    """Who decided what and when; or where the review went."""
    record = seen.record
    if record.decided_at is not None and not record.is_open:
        verb = "Taken over" if record.status is EscalationStatus.TAKEN_OVER else "Decided"
        told = f":white_check_mark: *{verb}* by {person(record.decided_by)}, {moment(record.decided_at)}: *{line(record.decision)}*"
        owner = f"\nNext step: {person(record.owner)}" if record.owner and record.owner != record.decided_by else ""
        outcome = f"\n{line(seen.outcome)}" if seen.outcome else ""
        yield _section(cut(f"{told}{owner}{outcome}", 2_900))
    elif not record.is_open:
        yield _section(f"*Ended*: {cut(line(record.ended_because or record.status.value), 500)}")
    elif seen.moved_to:
        yield _section(f"*Expired*: nobody decided. It goes on <{seen.moved_to}|here>.")
    elif record.status is EscalationStatus.EXPIRED:
        came = f" It comes from <{seen.moved_from}|here>." if seen.moved_from else ""
        yield _section(f"*Expired* once; nothing was approved.{came}")


def _question(record: EscalationRecord) -> Iterator[str]:
    yield f"*Question:* {line(record.question)}"
    yield f"*Recommended:* {line(record.recommended_action)}"
    yield f"*Options:* {', '.join(map(line, record.options))}; deny, request changes, take over"


def _fields(record: EscalationRecord) -> tuple[str, ...]:
    request = record.request
    return (
        f"*Decide by*\n{moment(record.deadline)}",
        f"*Why*\n{', '.join(trigger.value for trigger in record.triggers)}",
        f"*Condition*\n{request.condition.value if request.condition else 'no order'}",
        f"*Value*\n{line(request.value_band)} (matters: {line(request.threshold)})",
        f"*Customer*\n{line(request.customer_id or 'unknown')}{', VIP' if request.is_vip else ''}",
        f"*Order*\n{line(request.order_number or 'unknown')} ({line(request.order_id or 'unknown')})",
        f"*Answer goes to*\n{line(request.channel)} ticket {line(request.ticket_id or 'none')}",
        f"*Review*\n{record.escalation_id}",
        f"*Sleeping run*\n{request.run_id}",
        f"*Case*\n{request.case_id}",
    )


def _details(record: EscalationRecord) -> tuple[str, ...]:
    """What there is to know, in texts of one kind each: a group that grows leaves the texts of the others as they are."""
    request = record.request
    groups = (
        ("Customer impact", request.impact),
        ("Gaps and contradictions", request.gaps),
        ("Checks", request.checks),
        ("Promises", request.promises),
        ("Facts", request.facts),
        ("Earlier updates", request.prior_updates),
    )
    told = ((f"*{name}*", *(f"• {line(row)}" for row in rows or ("none",))) for name, rows in groups)
    return tuple(text for lines in told for text in sections(lines))


def _fitting(details: tuple[str, ...], head: list[Block], seen: Seen) -> tuple[list[Block], tuple[str, ...]]:
    """As many details as fit under the head; the rest follows in the thread."""
    foot = list(_foot(seen))
    kept, taken = list(head), 0
    for part in details:
        grown = [*kept, _section(part)]
        if weight([*grown, _MORE, *foot]) > MAX_WEIGHT or len(grown) + 1 + len(foot) > MAX_BLOCKS:
            break
        kept, taken = grown, taken + 1
    more = details[taken:]
    return [*kept, *([_MORE] if more else []), *foot], more


_MORE: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": "_More facts follow in the thread._"}]}


def _foot(seen: Seen) -> Iterator[Block]:
    request = seen.record.request
    links = ((seen.links.case(request.case_id), "Case"), (seen.links.run(request.run_id), "LangSmith run"))
    shown = " · ".join(f"<{address}|{name}>" for address, name in links if address)
    how = "Answer with a button, or in this thread: approve, deny, request changes, take over." if is_asked(seen) else ""
    if text := " · ".join(part for part in (shown, how) if part):
        yield {"type": "context", "elements": [_text(text)]}


def _buttons(record: EscalationRecord) -> Block:
    approvals = [_button(f"approve:{option}", _approval_name(option), record) for option in record.options[:20]]
    return {"type": "actions", "block_id": "decide", "elements": [*approvals, *(_button(verb, name, record) for verb, name in DECISIONS.items())]}


def _approval_name(option: str) -> str:
    return "Wait" if option == "wait" else f"Approve {option.replace('_', ' ')}"


def _button(decision: str, name: str, record: EscalationRecord) -> Block:
    button: Block = {
        "type": "button",
        "action_id": f"wismo:{decision}",
        "text": {"type": "plain_text", "text": name[:75], "emoji": False},
        "value": record.escalation_id,
    }
    if decision == f"approve:{record.recommended_action}":
        return button | {"style": "primary"}
    return button | {"style": "danger"} if decision == "deny" else button


def _section(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> Block:
    """Verbatim: Slack looks for no names, channels or links of its own in it."""
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}


def weight(blocks: list[Block]) -> int:
    """The size of blocks as Slack counts it."""
    return len(json.dumps(blocks, ensure_ascii=False))
