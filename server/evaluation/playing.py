"""Playing questions on the real graph, each in a house of its own, and reading what came of them before the house is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graph.labels import Action, Gate
from server.evaluation.questions import Question
from server.replay.results import nothing
from server.replay.runner import run_steps, scenario_house
from server.timeline import ArrivalStory, arrival_story
from server.wiring import Furnishing

_UNSTEADY = ("latency_ms",)
"""What may differ between two runs of the same question."""


@dataclass(frozen=True)
class Played:
    """What came of one question: the contract's result of every step, and the stories of the judged ones."""

    question: Question
    results: tuple[dict[str, Any], ...]
    stories: dict[int, ArrivalStory]

    def steady(self) -> list[dict[str, Any]]:
        """The results without what may differ from run to run."""
        return [{name: value for name, value in result.items() if name not in _UNSTEADY} for result in self.results]


async def play_all(questions: Iterable[Question], furnishing: Furnishing, told: Callable[[Played], None], *, concurrency: int = 4) -> None:
    """Play the questions and tell of each, in their order."""
    waiting: deque[asyncio.Task[Played]] = deque()
    try:
        for question in questions:
            if len(waiting) >= concurrency:
                told(await waiting.popleft())
            waiting.append(asyncio.create_task(_played(question, furnishing)))
        while waiting:
            told(await waiting.popleft())
    finally:
        for task in waiting:
            task.cancel()


async def _played(question: Question, furnishing: Furnishing) -> Played:
    """A question that cannot even begin has its failure as the result of each of its steps."""
    scenario = question.scenario
    try:
        async with scenario_house(scenario, None, furnishing) as (house, clock):
            results = await run_steps(house, clock, scenario)
            roots = {number: f"{scenario.scenario_id}:{number}" for number in question.expectations}
            known = {number: root for number, root in roots.items() if house.inbox.state(root) is not None}
            stories = {number: arrival_story(house.connection, root) for number, root in known.items()}
    except Exception as error:
        why = f"{type(error).__name__}: {error}"[:300]
        failed = [nothing(scenario.scenario_id, number, step.kind, 0.0, error=why) for number, step in enumerate(scenario.steps)]
        return Played(question, tuple(failed), {})
    return Played(question, tuple(results), stories)


def performs(story: ArrivalStory | None) -> tuple[str, ...]:
    """The actions that are done at once where the service is live: eligible, and asked for or a search."""
    rows = [acted.record for acted in story.acted] if story else []
    ready = [row.wanted for row in rows if row.gate == Gate.ELIGIBLE]
    return tuple(dict.fromkeys(wanted.action.value for wanted in ready if wanted.asked or wanted.action is Action.CARRIER_INVESTIGATION))
