"""The whole evaluation: every question played as often as asked for, judged once, and compared with its own repetitions."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.policy import Policy
from graph.ports import Model
from prompts.texts import TextBook
from server.evaluation.figures import Figures, Threshold, figures_of
from server.evaluation.judging import Agreement, Judged, judge
from server.evaluation.playing import Played, play_all
from server.evaluation.questions import Question, Questions
from server.replay.runner import PATIENCE
from server.tickets.problem import Problem
from server.wiring import furnish

_WEIGHTS = {"rule:never_told": 100, "rule:no_error": 60, "actions": 30, "performs": 30, "condition": 20, "disposition": 15}
_OTHER_MISS = 8
_DISAGREEMENT = {Agreement.BOLDER: 6, Agreement.OTHER: 3, Agreement.MORE_CAREFUL: 2}


@dataclass(frozen=True)
class Setting:
    """What was asked for: which messages under which policy, what has to be reached, and what of the file could not be read."""

    source: str
    policy: str
    thresholds: tuple[Threshold, ...] = ()
    problems: tuple[Problem, ...] = ()
    bad_rows: int = 0


@dataclass(frozen=True)
class Evaluation:
    """What came of all questions."""

    judged: tuple[Judged, ...]
    """In the order of the file."""
    figures: Figures
    repeats: int
    results: tuple[dict[str, object], ...]
    """The contract's result of every step, of the first repetition."""

    @property
    def worst_first(self) -> tuple[Judged, ...]:
        """Leaks and failures, wrong gates and conditions, other misses, then where we and the humans differ."""
        return tuple(sorted(self.judged, key=lambda row: (-badness(row), row.case.at, row.case.name)))


def badness(row: Judged) -> int:
    """How much a case deserves to be looked at."""
    return sum(_WEIGHTS.get(check.key, _OTHER_MISS) for check in row.misses) + _DISAGREEMENT.get(row.agreement, 0)


def evaluate(
    questions: Questions,
    policy: Policy,
    textbook: TextBook,
    *,
    repeats: int = 1,
    model: Model | None = None,
    progress: Callable[[], None] | None = None,
) -> Evaluation:
    """Play, judge and count; every repetition is judged. Each has a checkpointer of its own, so that none can profit from another."""
    judged: list[Judged] = []
    results: list[dict[str, object]] = []
    digests: dict[str, set[str]] = {}
    missed: set[str] = set()

    def told(played: Played) -> None:
        rows = judge(played)
        missed.update(row.question_id for row in rows if row.misses)
        digests.setdefault(played.question.question_id, set()).add(_digest(played))
        if played.question.question_id not in first:
            first.add(played.question.question_id)
            judged.extend(rows)
            results.extend(played.results)
        if progress is not None:
            progress()

    first: set[str] = set()
    for _ in range(repeats):
        play_with(questions, policy, textbook, told, model)
    unsteady = [name for name, seen in digests.items() if len(seen) > 1]
    return Evaluation(tuple(judged), figures_of(judged, repeats=repeats, missed=missed, unsteady=unsteady), repeats, tuple(results))


def play_with(questions: Iterable[Question], policy: Policy, textbook: TextBook, told: Callable[[Played], None], model: Model | None = None) -> None:
    """Play all questions once under a policy; without a model there is none."""
    furnishing = furnish(policy, textbook=textbook, patience=PATIENCE, model=model)
    try:
        asyncio.run(play_all(questions, furnishing, told))
    finally:
        furnishing.close()


def _digest(played: Played) -> str:
    return hashlib.sha256(json.dumps(played.steady(), sort_keys=True, default=str).encode()).hexdigest()
