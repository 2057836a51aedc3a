"""`wismo replay`: scenarios in, one result per step out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from server.cli.options import ExistingFile
from server.cli.refusal import FOUND, MISTYPED, note, refuse

if TYPE_CHECKING:
    from graph.policy import Policy
    from server.replay.runner import Tally


def replay(
    scenarios: Annotated[Path, typer.Argument(help="Scenarios, one JSON object per line.", metavar="SCENARIOS", **ExistingFile)],
    out: Annotated[Path, typer.Option(help="Where the results go, one line per step; `-` is stdout.", allow_dash=True)],
    policy: Annotated[Path | None, typer.Option(help="Policy file; without it the shipped default.", **ExistingFile)] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Scenarios at the same time.")] = 4,
    state: Annotated[Path | None, typer.Option(help="Keep the databases here: a killed replay goes on.", file_okay=False, metavar="DIR")] = None,
) -> None:
    """Run scenarios through the real graph, store, scheduler and outbox; only the clock is simulated.

    A malformed line is reported on stderr with its number, the others still run, and the exit code is 1.

    Example: wismo replay evals/scenarios/public.jsonl --out results.jsonl
    """
    import asyncio
    from tempfile import TemporaryDirectory

    from server.cli.refusal_of_policy import policy_or_refuse

    rules = policy_or_refuse(policy)
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="wismo-replay-") as scratch, _opened(out, scenarios) as lines, _progress(scenarios) as bar:
        how = {"scenarios": scenarios, "out": lines, "concurrency": concurrency, "state": state, "progress": bar}
        tally = asyncio.run(_replay(rules, state or Path(scratch), **how))
    bad = f", {tally.bad_lines} malformed lines left out" if tally.bad_lines else ""
    note(f"{tally.scenarios} scenarios, {tally.steps} steps in {tally.seconds:.1f} s{bad}")
    if tally.bad_lines:
        raise typer.Exit(FOUND)


async def _replay(rules: Policy, folder: Path, **how: Any) -> Tally:
    from server.cli.outside import model_or_refuse, tracing
    from server.cli.own_words import words_or_refuse
    from server.replay.runner import PATIENCE
    from server.replay.runner import replay as run
    from server.wiring import furnish

    furnishing = furnish(rules, folder=folder, textbook=words_or_refuse(), patience=PATIENCE, model=model_or_refuse(), tracing=tracing())
    try:
        return await run(furnishing=furnishing, **how)
    finally:
        furnishing.close()


@contextmanager
def _opened(out: Path, scenarios: Path) -> Iterator[TextIO]:
    if str(out) == "-":
        yield sys.stdout
        return
    if out.exists() and out.samefile(scenarios):
        refuse(f"the results would overwrite the scenarios in {out}; name another file with --out", code=MISTYPED)
    try:
        file = out.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        refuse(f"the results cannot be written to {out}: {error.strerror}", code=MISTYPED)
    with file:
        yield file


@contextmanager
def _progress(scenarios: Path) -> Iterator[Callable[[Any], None] | None]:
    """A bar on stderr, where a person looks at it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with scenarios.open("rb") as lines:
        total = sum(1 for line in lines if line.strip())
    columns = (TextColumn("scenarios"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replay", total=total)
        yield lambda tally: bar.update(task, completed=tally.scenarios + tally.bad_lines)
