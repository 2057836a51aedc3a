"""The questions that a command line names: scenarios, historical tickets beside a world, or the runs that a data folder keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.refusal import MISTYPED, note, refuse

if TYPE_CHECKING:
    from server.evaluation.questions import Choice, Questions

_SHOWN = 20


def questions_or_refuse(source: Path, choice: Choice, world: Path | None, mapping: Path | None) -> Questions:
    """All questions of a file or data folder. What is wrong with single rows is said on stderr; the others go on."""
    from server.evaluation.questions import holds_scenarios, scenario_questions, ticket_questions
    from server.evaluation.recordings import recorded_questions
    from server.tickets.mapping import read_mapping
    from server.tickets.problem import UnusableError

    try:
        if source.is_dir():
            questions = recorded_questions(source, choice)
        elif holds_scenarios(source):
            questions = scenario_questions(source, choice)
        else:
            found = world or _world_beside(source)
            if found is None:
                refuse(f"{source} holds tickets; --world says where the facts of that time are (or put world.jsonl beside it)", code=MISTYPED)
            questions = ticket_questions(source, found, read_mapping(mapping) if mapping else None, mapping, choice)
    except UnusableError as error:
        refuse(*(str(problem) for problem in error.problems[:_SHOWN]), *_rest(len(error.problems)))
    for problem in questions.problems[:_SHOWN]:
        note(str(problem))
    for sentence in _rest(len(questions.problems)):
        note(sentence)
    if not questions.count:
        refuse(f"{source} has nothing to play{' that was asked for' if choice.only or choice.turn else ''}")
    return questions


def turn_of(text: str | None) -> str | int | None:
    """`first`, `last`, `all`, or a number from 1."""
    if text is None or text in {"first", "last", "all"}:
        return text
    if text.isdecimal() and int(text):
        return int(text)
    return refuse(f"--turn {text}: say first, last, all, or a number from 1", code=MISTYPED)


def _world_beside(source: Path) -> Path | None:
    return next((file for name in ("world.jsonl", "world.json") if (file := source.parent / name).is_file()), None)


def _rest(count: int) -> tuple[str, ...]:
    return (f"and {count - _SHOWN} more",) if count > _SHOWN else ()
