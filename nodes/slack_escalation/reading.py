"""Reading a reviewer's words: structured fields as they are, free text only where it is unmistakable."""

from __future__ import annotations

from graph.arrivals import DecisionArrived
from graph.case import EscalationRecord
from graph.decisions import ReviewerDecision, Verb
from graph.facts import Address
from graph.gates.verdict import Wanted
from graph.labels import Action
from prompts.vocabulary.reviewer import reviewer_words

_EXCLUSIVE = (Verb.APPROVE, Verb.DENY, Verb.REQUEST_CHANGES, Verb.MANUAL_TAKEOVER, Verb.HAND_BACK)


def read_decision(arrival: DecisionArrived, escalation: EscalationRecord | None) -> ReviewerDecision:
    """What the reviewer decided, as far as it can be read."""
    verb, action = _structured(arrival) if arrival.decision else _spoken(arrival.text or "")
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
    """A verb stands alone, without a question or a doubt; two verbs or two actions are no decision."""
    words = reviewer_words()
    denied = words["deny"].search(text) is not None
    verbs = [verb for verb in _EXCLUSIVE if words[verb.value].search(text) and not (verb is Verb.APPROVE and denied)]
    if "?" in text or words["doubt"].search(text) or len(verbs) != 1:
        return Verb.UNCLEAR, None
    actions = [name.partition(":")[2] for name, pattern in words.items() if name.startswith("action:") and pattern.search(text)]
    if verbs[0] is not Verb.APPROVE:
        return verbs[0], None
    return (Verb.APPROVE, actions[0] if actions else None) if len(actions) < 2 else (Verb.UNCLEAR, None)


def _wanted(action: str | None, parameters: dict[str, str], escalation: EscalationRecord | None) -> Wanted | None:
    """The approved action with the parameters of the request, and those that the reviewer gives."""
    if action is None or action == "wait":
        return None
    asked = next((row for row in (escalation.wanted if escalation else ()) if row.action.value == action), None)
    wanted = asked or Wanted(action=Action(action), recommended=True)
    changes: dict[str, object] = {}
    if "sku" in parameters:
        changes["sku"] = parameters["sku"]
    if "lines" in parameters:
        changes["line_ids"] = tuple(part.strip() for part in parameters["lines"].split(",") if part.strip())
    if {"line1", "city", "postal_code"} <= set(parameters):
        changes["address"] = Address(**{key: value for key, value in parameters.items() if key in Address.model_fields})
    return wanted.model_copy(update=changes) if changes else wanted
