"""`wismo whatif`: what another policy would have decided on the same messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.evaluate import Limit, MappingFile, Only, Page, Turn, WorldFile
from server.cli.options import ExistingFile

if TYPE_CHECKING:
    from graph.policy import Costs
    from prompts.texts import TextBook
    from server.whatif.comparing import WhatIf


def whatif(
    source: Annotated[
        Path | None, typer.Argument(help="Scenarios, tickets or a data folder; without it this installation's own runs.", metavar="FILE", exists=True)
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="The policy to try.", **ExistingFile)] = None,
    words: Annotated[
        Path | None, typer.Option(help="The shop's own words to try (a folder like WISMO_SHOP_DIR).", file_okay=False, exists=True)
    ] = None,
    against: Annotated[Path | None, typer.Option(help="The policy to compare with; without it the shipped default.", **ExistingFile)] = None,
    world: WorldFile = None,
    mapping: MappingFile = None,
    turn: Turn = None,
    only: Only = None,
    limit: Limit = None,
    html: Page = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all changes for machines.", dir_okay=False, metavar="FILE")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
) -> None:
    """Play messages under two policies: every decision that changes, which key changes it, and what that costs or saves.

    Minutes per escalation and contact are those of the new policy (`[costs]`).

    Example: wismo whatif evals/historical/tickets.jsonl --policy new.toml --html whatif.html
    """
    from server.cli.asked_questions import questions_or_refuse, turn_of
    from server.cli.folders import default_data_folder
    from server.cli.page import console_for
    from server.cli.progress import progress_bar
    from server.cli.refusal import FOUND, MISTYPED, refuse
    from server.cli.refusal_of_policy import policy_or_refuse
    from server.cli.whatif_pages import show_whatif
    from server.evaluation.questions import Choice
    from server.whatif.comparing import compare_policies

    if policy is None and words is None:
        refuse("say what to try: --policy NEW.toml, --words DIR, or both", code=MISTYPED)
    old, new = policy_or_refuse(against), policy_or_refuse(policy or against)
    texts = _texts(words)
    questions = questions_or_refuse(source or default_data_folder(), Choice(turn_of(turn), frozenset(only or ()), limit), world, mapping)
    with progress_bar("messages", questions.count * 2) as bar:
        found = compare_policies(questions, (old, texts[0]), (new, texts[1]), bar)
    names = {"source": (source or default_data_folder()).name, "before": f"policy {old.version}", "after": _after(new.version, words)}
    _write(found, new.costs, names, html, as_json)
    show_whatif(console_for(plain=plain), found, costs=new.costs, page=html, **names)
    if questions.bad_rows:
        raise typer.Exit(FOUND)


def _write(found: WhatIf, costs: Costs, names: dict[str, str], html: Path | None, as_json: Path | None) -> None:
    from server.cli.writing import written
    from server.whatif.costs import whatif_json
    from server.whatif.page import whatif_page

    if html is not None:
        written(html, whatif_page(found, costs=costs, **names))
    if as_json is not None:
        written(as_json, json.dumps(whatif_json(found, costs), ensure_ascii=False, indent=1) + "\n")


def _after(version: str, words: Path | None) -> str:
    return f"policy {version}" + (f" with the words of {words.name}" if words else "")


def _texts(words: Path | None) -> tuple[TextBook, TextBook]:
    from prompts.text_files import TextBookError
    from prompts.texts import TextBook
    from server.cli.own_words import words_or_refuse
    from server.cli.refusal import refuse

    now = words_or_refuse()
    if words is None:
        return now, now
    try:
        return now, TextBook.load(words)
    except (TextBookError, OSError) as wrong:
        refuse(f"--words: {wrong}")
