"""The same messages under two policies (or with two sets of words): every decision that changes, and the key that changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.policy import Policy
from prompts.texts import TextBook
from server.evaluation.case import Case, case_of
from server.evaluation.evaluating import play_with
from server.evaluation.judging import what_we_do
from server.evaluation.playing import Played, performs
from server.evaluation.questions import Question, Questions
from server.whatif.keys import ChangedKey, changed_keys, with_only
from server.whatif.spending import Spending, spending_of

_MOST_KEYS = 24
"""Beyond so many changed keys no single one is tried for being the reason."""
_DECISIONS = ("condition", "conditions_all", "triggers", "handler", "disposition", "reason", "order_id", "error")


@dataclass(frozen=True)
class Change:
    """One message that is decided or answered otherwise."""

    question_id: str
    before: Case
    after: Case
    did_before: str
    did_after: str
    differences: Mapping[str, tuple[str, str]]
    because: tuple[ChangedKey, ...] = ()
    """The keys each of which alone changes this message; none where only several together do, or the words."""

    @property
    def is_decision(self) -> bool:
        """Whether more than the wording changes."""
        return set(self.differences) != {"text"}


@dataclass(frozen=True)
class WhatIf:
    """Everything that would have been otherwise."""

    messages: int
    keys: tuple[ChangedKey, ...]
    changes: tuple[Change, ...]
    before: Spending
    after: Spending

    @property
    def decisions(self) -> tuple[Change, ...]:
        """The changes of decisions, those of disposition first."""
        return tuple(sorted((each for each in self.changes if each.is_decision), key=lambda each: "disposition" not in each.differences))

    @property
    def wordings(self) -> tuple[Change, ...]:
        """The changes of wording alone."""
        return tuple(each for each in self.changes if not each.is_decision)


def compare_policies(
    questions: Questions, before: tuple[Policy, TextBook], after: tuple[Policy, TextBook], progress: Callable[[], None] | None = None
) -> WhatIf:
    """Play everything twice and tell what differs."""
    first, second = _played(questions, *before, progress), _played(questions, *after, progress)
    pairs = {name: (first[name], second[name]) for name in first if _facets_of(first[name]) != _facets_of(second[name])}
    keys = changed_keys(before[0], after[0])
    because = _because(pairs, keys, before) if len(keys) <= _MOST_KEYS else {}
    changes = [change for name, pair in pairs.items() for change in _changes(*pair, tuple(because.get(name, ())))]
    messages = sum(len(each.question.expectations) for each in first.values())
    return WhatIf(messages, keys, tuple(changes), spending_of(first.values()), spending_of(second.values()))


def _played(questions: Iterable[Question], policy: Policy, words: TextBook, progress: Callable[[], None] | None = None) -> dict[str, Played]:
    found: dict[str, Played] = {}

    def told(played: Played) -> None:
        found[played.question.question_id] = played
        if progress is not None:
            progress()

    play_with(questions, policy, words, told)
    return found


def _because(
    pairs: Mapping[str, tuple[Played, Played]], keys: tuple[ChangedKey, ...], before: tuple[Policy, TextBook]
) -> dict[str, list[ChangedKey]]:
    """Every changed key alone, tried on the messages that changed."""
    found: dict[str, list[ChangedKey]] = {}
    asked = [first.question for first, _ in pairs.values()]
    for key in keys if asked else ():
        policy = with_only(key, before[0])
        if policy is None:
            continue
        for name, played in _played(asked, policy, before[1]).items():
            if _facets_of(played) != _facets_of(pairs[name][0]):
                found.setdefault(name, []).append(key)
    return found


def _changes(first: Played, second: Played, because: tuple[ChangedKey, ...]) -> Iterator[Change]:
    question = first.question
    for number in question.expectations:
        old, new = _facets(first, number), _facets(second, number)
        differences = {name: (_told(old[name]), _told(new[name])) for name in old if old[name] != new[name]}
        if differences:
            yield Change(
                question_id=question.question_id,
                before=case_of(question, number, first.results[number], first.stories.get(number)),
                after=case_of(question, number, second.results[number], second.stories.get(number)),
                did_before=_did(first, number),
                did_after=_did(second, number),
                differences=differences,
                because=because,
            )


def _did(played: Played, number: int) -> str:
    return what_we_do({**played.results[number], "performs": performs(played.stories.get(number))}).value


def _facets_of(played: Played) -> list[dict[str, Any]]:
    return [_facets(played, number) for number in played.question.expectations]


def _facets(played: Played, number: int) -> dict[str, Any]:
    """What counts as the decision on a message, and the texts."""
    result = played.results[number]
    review, promise = result["escalation"] or {}, result["follow_up"] or {}
    return {
        **{name: result[name] for name in _DECISIONS},
        "gates": {action["action"]: action["gate"] for action in result["actions"]},
        "done": list(performs(played.stories.get(number))),
        "queue": review.get("queue"),
        "recommended": review.get("recommended_action"),
        "deadline": review.get("deadline"),
        "next update": promise.get("due_at"),
        "text": [message["text"] for message in result["messages"]],
    }


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value or "none")
