"""One answer judged: by its labels, by the rules for every text, and against what the humans did then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.labels import Action, Disposition
from server.evaluation.case import Case, case_of
from server.evaluation.masking import Masks, masks_of
from server.evaluation.playing import Played, performs
from server.evaluation.questions import Question
from server.scoring.checks import Check, expected, ruled, summed
from server.scoring.never_told import Secrets
from server.scoring.seen_steps import LABELS, Seen
from server.tickets.ticket import Did
from server.timeline import ArrivalStory

AREAS = {
    "condition": ("condition", "conditions_include"),
    "disposition": ("disposition", "reason"),
    "triggers": ("triggers", "triggers_include", "triggers_exclude", "queue", "escalated", "escalation_status", "options_include"),
    "gates": ("actions", "performs", "executed"),
    "reply": ("messages", "visible_messages", "reply_includes", "reply_excludes", "language"),
    "handling": ("handler", "intents_include", "order_id", "customer_id", "same_case_as", "other_case_than"),
    "promise": ("follow_up", "due_before", "due_after"),
    "safety": ("rule:never_told", "rule:shadow_silent", "rule:no_error"),
}
"""What is scored, and the keys of labels that belong to it."""
AREA_OF = {key: area for area, keys in AREAS.items() for key in keys}


class Agreement(StrEnum):
    """How what we do stands to what the humans did."""

    SAME = "same"
    MORE_CAREFUL = "more careful"
    """We ask a human or the customer where they answered or acted."""
    BOLDER = "bolder"
    """We answer or act where they asked a human, or acted otherwise."""
    OTHER = "other"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Judged:
    """One judged step of a question."""

    question_id: str
    case: Case
    wanted: dict[str, Any]
    result: dict[str, Any]
    checks: tuple[Check, ...]
    theirs: tuple[Did, ...]
    ours: Did
    agreement: Agreement
    masks: Masks = ()
    """What tells who the customer is, for whoever shows the texts elsewhere."""

    @property
    def misses(self) -> tuple[Check, ...]:
        """What does not hold."""
        return tuple(check for check in self.checks if not check.holds)

    @property
    def their_word(self) -> Did | None:
        """What the humans did, in one word."""
        return next((each for each in Did if each in self.theirs), None)


def judge(played: Played) -> tuple[Judged, ...]:
    """All judged steps of a question."""
    question, seen, judged = played.question, dict[int, Seen](), []
    story = {**question.scenario.model_dump(mode="json"), "expect_total": question.scenario.expect_total}
    secrets = Secrets(story)
    for number, result in enumerate(played.results):
        told = played.stories.get(number)
        seen[number] = now = Seen({**result, "performs": performs(told)}, {earlier: row.result for earlier, row in seen.items()})
        if number not in question.expectations:
            continue
        checks = tuple(_checks(question, number, now, secrets))
        if number == len(played.results) - 1 and len(question.expectations) == len(played.results):
            checks += tuple(summed(story, seen))
        judged.append(_judged(question, number, now, told, checks))
    return tuple(judged)


def _judged(question: Question, number: int, seen: Seen, told: ArrivalStory | None, checks: tuple[Check, ...]) -> Judged:
    ours = what_we_do(seen.result)
    return Judged(
        question_id=question.question_id,
        case=case_of(question, number, seen.result, told),
        wanted=question.expectations[number],
        result=seen.result,
        checks=checks,
        theirs=question.did,
        ours=ours,
        agreement=compare(question.did, ours),
        masks=masks_of(question.scenario.world),
    )


def _checks(question: Question, number: int, seen: Seen, secrets: Secrets) -> Iterator[Check]:
    yield from expected(number, question.expectations[number], seen, LABELS)
    yield from ruled(number, secrets, seen.messages, seen, is_shadow=question.scenario.mode == "shadow")


_DONE = {
    Action.REFUND: Did.REFUNDED, Action.REPLACEMENT: Did.REPLACED, Action.CANCEL: Did.CANCELLED, Action.ADDRESS_CHANGE: Did.ADDRESS_CHANGED,
    Action.ALTERNATE_ITEM: Did.SUBSTITUTED, Action.CARRIER_INVESTIGATION: Did.INVESTIGATED,
}  # fmt: skip
_SAID = {
    Disposition.ESCALATE: Did.ESCALATED, Disposition.HANDOFF: Did.HANDED_OFF, Disposition.ASK: Did.ASKED, Disposition.ANSWER: Did.ANSWERED,
    Disposition.MONITOR: Did.ANSWERED, Disposition.RESUME: Did.ANSWERED, Disposition.NOTIFY: Did.ANSWERED,
}  # fmt: skip
_TO_A_HUMAN = {Did.ESCALATED, Did.HANDED_OFF}
_ACTS = {Did.REFUNDED, Did.REPLACED, Did.CANCELLED, Did.ADDRESS_CHANGED, Did.SUBSTITUTED}
_ANSWERS = {Did.ANSWERED, Did.INVESTIGATED}


def what_we_do(result: dict[str, Any]) -> Did:
    """In one word, as for the humans: a person is asked first, else the action that is done, else what is said."""
    said = _SAID.get(Disposition(result["disposition"]), Did.NOTHING)
    if said in _TO_A_HUMAN | {Did.ASKED}:
        return said
    done = {_DONE[Action(action)] for action in result.get("performs") or ()}
    return next((each for each in Did if each in done), said)


def compare(theirs: tuple[Did, ...], ours: Did) -> Agreement:
    """Agreement on the one word; an investigation is an answer that also looks for the parcel."""
    if not theirs:
        return Agreement.UNKNOWN
    did = set(theirs)
    if ours in did or (ours in _ANSWERS and did <= _ANSWERS) or (ours in _TO_A_HUMAN and did & _TO_A_HUMAN):
        return Agreement.SAME
    if ours in _TO_A_HUMAN or (ours is Did.ASKED and not did & _TO_A_HUMAN):
        return Agreement.MORE_CAREFUL
    if did & _TO_A_HUMAN or ours in _ACTS:
        return Agreement.BOLDER
    return Agreement.OTHER
