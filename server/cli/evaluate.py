"""`wismo eval`: tickets and scenarios through the real graph, scored by labels and compared with what the humans did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import ExistingFile

if TYPE_CHECKING:
    from langsmith import Client

    from graph.policy import Policy
    from server.evaluation.evaluating import Evaluation
    from server.evaluation.figures import Threshold
    from server.evaluation.questions import Questions

Source = Annotated[
    Path, typer.Argument(help="Scenarios or tickets (JSONL, CSV), or a data folder with recorded runs.", metavar="FILE", exists=True, readable=True)
]
WorldFile = Annotated[Path | None, typer.Option(help="For tickets: the facts, as dated exports. Default: world.jsonl beside FILE.", **ExistingFile)]
MappingFile = Annotated[Path | None, typer.Option(help="For tickets: which of your columns is which field (TOML).", **ExistingFile)]
Turn = Annotated[str | None, typer.Option(help="Which message of a conversation: first, last, all, or a number.", metavar="WHICH")]
Only = Annotated[list[str] | None, typer.Option(help="Only the ticket or scenario of this id; may be given several times.", metavar="ID")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many messages.")]
Page = Annotated[Path | None, typer.Option("--html", help="Write the page that people look at.", dir_okay=False, metavar="FILE")]


def evaluate(
    source: Source,
    world: WorldFile = None,
    mapping: MappingFile = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    turn: Turn = None,
    only: Only = None,
    limit: Limit = None,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="Play each so often: right only if right every time (pass^k).")] = 1,
    html: Page = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures and a row per message.", dir_okay=False, metavar="FILE")] = None,
    at_least: Annotated[list[str] | None, typer.Option(help="A share that has to be reached, else exit code 1.", metavar="NAME=SHARE")] = None,
    upload: Annotated[str | None, typer.Option(help="Put it into LangSmith as an experiment on this dataset, masked.", metavar="DATASET")] = None,
    cases: Annotated[int, typer.Option(min=0, help="How many messages the page shows in full.")] = 500,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Play messages in shadow, each with the facts of its time, and score what comes out.

    Labels are held against condition, disposition, triggers, gates and texts; what the humans did then is laid beside it.
    Exit code 1: a share of --at-least is not reached, or rows of the file cannot be read.

    Example: wismo eval evals/historical/tickets.jsonl --html report.html --at-least condition=0.98
    """
    from server.cli.asked_questions import questions_or_refuse, turn_of
    from server.cli.evaluation_pages import show_evaluation
    from server.cli.page import console_for
    from server.cli.refusal import FOUND
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.writing import written
    from server.evaluation.evaluating import Setting
    from server.evaluation.machine import evaluation_json
    from server.evaluation.page import evaluation_page
    from server.evaluation.questions import Choice

    client = _client() if upload is not None else None
    rules, thresholds = policy_or_refuse(policy), _thresholds(at_least or [])
    questions = questions_or_refuse(source, Choice(turn_of(turn), frozenset(only or ()), limit), world, mapping)
    evaluation = _evaluated(questions, rules, repeat)
    setting = Setting(source.name, rules.version, thresholds, questions.problems, questions.bad_rows)
    if html is not None:
        written(html, evaluation_page(evaluation, setting, cases=cases))
    if as_json is not None:
        written(as_json, json.dumps(evaluation_json(evaluation, setting), ensure_ascii=False, indent=1) + "\n")
    met = show_evaluation(console_for(plain=plain), evaluation, setting, html)
    if client is not None and upload is not None:
        _upload(client, evaluation, upload, rules.version)
    if not met or questions.bad_rows:
        raise typer.Exit(FOUND)


def _evaluated(questions: Questions, rules: Policy, repeat: int) -> Evaluation:
    from server.cli.outside import model_or_refuse
    from server.cli.own_words import words_or_refuse
    from server.cli.progress import progress_bar
    from server.evaluation.evaluating import evaluate as evaluated

    with progress_bar("messages", questions.count * repeat) as bar:
        return evaluated(questions, rules, words_or_refuse(), repeats=repeat, model=model_or_refuse(), progress=bar)


def _client() -> Client:
    from server.cli.refusal import MISTYPED, refuse
    from server.evaluation.uploading import KEY, configured

    client = configured()
    return client if client is not None else refuse(f"--upload needs {KEY} (and LANGSMITH_ENDPOINT, where it is not the public one)", code=MISTYPED)


def _upload(client: Client, evaluation: Evaluation, dataset: str, policy: str) -> None:
    from datetime import UTC, datetime

    from server.cli.refusal import note, refuse
    from server.evaluation.uploading import UploadError, upload

    try:
        done = upload(client, evaluation, dataset=dataset, policy=policy, at=datetime.now(UTC))
    except UploadError as error:
        refuse(f"LangSmith did not take the evaluation: {error}")
    note(f"LangSmith: {done.examples} runs in experiment {done.experiment!r}, {done.new_examples} new examples in dataset {done.dataset!r}")


def _thresholds(texts: list[str]) -> tuple[Threshold, ...]:
    from server.cli.refusal import MISTYPED, refuse
    from server.evaluation.figures import threshold_of

    try:
        return tuple(threshold_of(text) for text in texts)
    except ValueError as wrong:
        refuse(f"--at-least: {wrong}", code=MISTYPED)
