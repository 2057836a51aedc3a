"""Reading a reviewer's words: structured fields as they are, free text only where it is unmistakable."""

from __future__ import annotations

import re
from decimal import Decimal

from graph.arrivals import DecisionArrived
from graph.case import EscalationRecord
from graph.decisions import ReviewerDecision, Verb
from graph.facts import Address
from graph.gates.verdict import Wanted
from graph.labels import Action
from nodes.slack_escalation.meaning import confirmed
from prompts.vocabulary.reviewer import reviewer_words

_MARKS = re.compile(r"<@[^>]*>|[*_~`>]|^\s*(?:yes|ok|okay)[,.!]+\s*(?=\w)", re.IGNORECASE)
"""Mentions and marks of Slack, and a yes before the decision itself."""
_OF_APPROVALS = {"refusal", "share"}
"""Words that only keep an approval from being unmistakable."""
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")


def read_decision(arrival: DecisionArrived, escalation: EscalationRecord | None) -> ReviewerDecision:
    """What the reviewer decided, as far as it can be read."""
    verb, action = _structured(arrival) if arrival.decision else _spoken(arrival.text or "")
    if verb is Verb.UNCLEAR and (meant := confirmed(arrival.text or "", arrival.reviewer, escalation)) is not None:
        verb, action = Verb(meant.verb), meant.action
    if verb is Verb.APPROVE and action is None and escalation is not None:
        action = escalation.recommended_action
    return ReviewerDecision(
        verb=verb,
        reviewer=arrival.reviewer,
        memberships=arrival.memberships,
        action=action,
        wanted=_wanted(action, arrival.parameters, escalation) if verb is Verb.APPROVE else None,
        rationale=arrival.rationale or "",
        customer_safe_message=arrival.customer_safe_message,
        owner=arrival.owner,
        deadline=arrival.deadline,
        words=(arrival.text or "")[:2_000],
    )


def _structured(arrival: DecisionArrived) -> tuple[Verb, str | None]:
    action = arrival.approved_action
    return Verb(arrival.decision or "unclear"), action.value if isinstance(action, Action) else action


def _spoken(text: str) -> tuple[Verb, str | None]:
    """A decision opens the text; with a question, a doubt, a share, another decision or two actions in it it is none."""
    words, said = reviewer_words(), _MARKS.sub(" ", text.replace("\u2019", "'")).strip()
    opened = [(name, match) for name, pattern in words.opens.items() if (match := pattern.match(said))]
    if "?" in said or not opened:
        return Verb.UNCLEAR, None
    name, match = max(opened, key=lambda pair: pair[1].end())
    rest = said[match.end() :]
    others = [pattern for other, pattern in words.anywhere.items() if other not in _OF_APPROVALS or name == Verb.APPROVE]
    if any(pattern.search(rest) for pattern in others):
        return Verb.UNCLEAR, None
    actions = [action for action, pattern in words.actions.items() if pattern.search(rest)]
    if name != Verb.APPROVE:
        return Verb(name), None
    return (Verb.APPROVE, actions[0] if actions else None) if len(actions) < 2 else (Verb.UNCLEAR, None)


def _money(text: str) -> Decimal | None:
    """A positive amount with at most two decimals; anything else is none."""
    match = _AMOUNT.fullmatch(text.strip())
    amount = Decimal(match.group()) if match else Decimal(0)
    return amount if amount > 0 else None


def _wanted(action: str | None, parameters: dict[str, str], escalation: EscalationRecord | None) -> Wanted | None:
    """The approved action with the parameters of the request, and those that the reviewer gives; None where one of them cannot be read."""
    if action is None or action == "wait":
        return None
    asked = next((row for row in (escalation.wanted if escalation else ()) if row.action.value == action), None)
    wanted = asked or Wanted(action=Action(action), recommended=True)
    changes: dict[str, object] = {}
    if "sku" in parameters:
        changes["sku"] = parameters["sku"]
    if "amount" in parameters:
        amount = _money(parameters["amount"])
        if amount is None:
            return None
        changes["amount"] = amount
    if "lines" in parameters:
        changes["line_ids"] = tuple(part.strip() for part in parameters["lines"].split(",") if part.strip())
    if {"line1", "city", "postal_code"} <= set(parameters):
        changes["address"] = Address(**{key: value for key, value in parameters.items() if key in Address.model_fields})
    return wanted.model_copy(update=changes) if changes else wanted
