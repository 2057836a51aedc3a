"""What a reviewer seems to mean, where the words are not unmistakable: proposed by a model, asked back, and only then a decision."""

from __future__ import annotations

import json
import re

from graph.case import EscalationRecord, Meant
from graph.decisions import ReviewerDecision, Verb, limit_of
from graph.language_model import ModelCall, ModelUse
from graph.masking import masked
from graph.policy import Policy
from graph.proposals import ReviewerMeant
from nodes.consulting import Consulting

_LONGEST = 1_500
_YES = re.compile(
    r"\W*(?:yes|yep|yeah|confirm(?:ed)?|correct|exactly|right|ja|genau|sí|si|oui|exact(?:ement)?)"
    r"(?:[\s,]+(?:please|confirmed|i confirm|that'?s (?:it|right)))?[^\w?]*",
    re.IGNORECASE,
)


def confirmed(words: str, reviewer: str, escalation: EscalationRecord | None) -> Meant | None:
    """What a plain yes confirms: what the same reviewer was last asked back."""
    meant = escalation.meant if escalation is not None else None
    return meant if meant is not None and meant.reviewer == reviewer and _YES.fullmatch(words) else None


def may_mean(decision: ReviewerDecision, escalation: EscalationRecord | None, policy: Policy, consulting: Consulting) -> bool:
    """Whether a model is to be asked: words that ask nothing and decide nothing, by somebody who may decide."""
    if "?" in decision.words:
        return False
    if escalation is None or not escalation.is_open or decision.verb is not Verb.UNCLEAR or not decision.words.strip():
        return False
    return limit_of(decision.reviewer, escalation, policy, decision.memberships) is not None and consulting.may_ask(ModelUse.REVIEWER)


async def what_is_meant(
    decision: ReviewerDecision, escalation: EscalationRecord, names: tuple[str, ...], consulting: Consulting
) -> tuple[ReviewerDecision, ModelCall]:
    """The same undecided answer, with what it seems to mean."""
    content = json.dumps({"options": [*escalation.options], "text": masked(decision.words[:_LONGEST], names)}, ensure_ascii=False)
    asked = await consulting.consult(ModelUse.REVIEWER, content, ReviewerMeant)
    if asked.value is None:
        return decision, asked.call
    proposal = asked.value
    if proposal.decision == "none":
        return decision, asked.refused("no decision in it")
    action = (proposal.action or escalation.recommended_action) if proposal.decision == "approve" else None
    if action is not None and action not in escalation.options:
        return decision, asked.refused("not an option")
    meant = Meant(reviewer=decision.reviewer, verb=proposal.decision, action=action)
    return decision.model_copy(update={"meant": meant}), asked.call
