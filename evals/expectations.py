"""What scenarios expect, held against what a replay gave: every expectation of every step, and the rules for visible texts.

python -m evals.expectations SCENARIOS.jsonl RESULTS.jsonl [--misses N] [--only messages]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from server.scoring.checks import Check, expected, ruled, summed
from server.scoring.never_told import Secrets
from server.scoring.seen_steps import Json, Seen


@dataclass(frozen=True)
class Miss:
    """An expectation that does not hold."""

    scenario: str
    step: int
    key: str
    want: str
    got: str

    def __str__(self) -> str:
        return f"{self.scenario}[{self.step}] {self.key}: want {self.want}, got {self.got}"


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    held: int
    of: int

    def __str__(self) -> str:
        return f"{self.held}/{self.of}"


@dataclass(frozen=True)
class Score:
    """How a replay did."""

    misses: tuple[Miss, ...]
    perfect: Share
    checks: Share
    by_key: Mapping[str, Share]
    by_tag: Mapping[str, Share]

    @property
    def is_perfect(self) -> bool:
        """Whether everything holds, and there was something to hold."""
        return self.perfect.of > 0 and not self.misses

    def __str__(self) -> str:
        percent = 100 * self.checks.held / self.checks.of if self.checks.of else 0.0
        return f"{self.perfect} scenarios perfect, {self.checks} checks held ({percent:.1f} %)"


def score(scenarios: Path, results: Path, *, only_messages: bool = False) -> Score:
    """Hold the results of a replay against the scenarios that it played."""
    stories = [story for story in _lines(scenarios) if not only_messages or has_only_messages(story)]
    given = {(row["scenario_id"], row["step"]): row for row in _lines(results)}
    held, tried, clean, tagged, misses = Counter[str](), Counter[str](), Counter[str](), Counter[str](), list[Miss]()
    for story in stories:
        checks = list(_checks(story, given))
        failed = [_miss(story["scenario_id"], check) for check in checks if not check.holds]
        misses += failed
        tried.update(check.key for check in checks)
        held.update(check.key for check in checks if check.holds)
        tags = {"", *story.get("tags", ())}
        tagged.update(tags)
        clean.update(() if failed else tags)
    by_tag = {tag: Share(clean[tag], tagged[tag]) for tag in sorted(tagged) if tag}
    by_key = {key: Share(held[key], tried[key]) for key in sorted(tried)}
    return Score(tuple(misses), Share(clean[""], len(stories)), Share(held.total(), tried.total()), by_key, by_tag)


def _miss(scenario: str, check: Check) -> Miss:
    return Miss(scenario, check.step, check.key, f"{check.want!r}"[:400], f"{check.got!r}"[:700])


def has_only_messages(scenario: Json) -> bool:
    """Whether a scenario needs nothing but customers who write."""
    return all(step["kind"] == "message" for step in scenario["steps"])


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _checks(story: Json, given: Mapping[tuple[str, int], Json]) -> Iterator[Check]:
    seen: dict[int, Seen] = {}
    secrets = Secrets(story)
    for number, step in enumerate(story["steps"]):
        result, wanted = given.get((story["scenario_id"], number)), step.get("expect") or {}
        if result is None:
            yield from [Check(number, key, False) for key in wanted] or [Check(number, "result", False)]
            continue
        now = seen[number] = Seen(result, {earlier: row.result for earlier, row in seen.items()})
        yield from expected(number, wanted, now)
        yield from ruled(number, secrets, now.visible, now, is_shadow=story.get("mode") == "shadow")
    yield from summed(story, seen)


def _report(scored: Score, misses: int) -> Iterator[str]:
    yield from (f"miss {miss}" for miss in scored.misses[:misses])
    yield f"by key: {_shares(scored.by_key)}"
    yield f"by tag: {_shares(scored.by_tag)}"
    yield str(scored)


def _shares(shares: Mapping[str, Share]) -> str:
    return ", ".join(f"{name} {share}" for name, share in shares.items())


def main(arguments: Iterable[str] | None = None) -> int:
    """Print what holds; 0 if everything does, 1 otherwise, 2 where the files cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evals.expectations", description=__doc__.split("\n")[0])
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--misses", type=int, default=20, help="how many misses to print (default 20)")
    parser.add_argument("--only", choices=["messages"], help="keep the scenarios whose steps are all messages")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    try:
        scored = score(asked.scenarios, asked.results, only_messages=asked.only is not None)
    except (OSError, ValueError, KeyError) as unusable:
        print(f"expectations: {type(unusable).__name__}: {unusable}", file=sys.stderr)
        return 2
    print("\n".join(_report(scored, asked.misses)))
    return 0 if scored.is_perfect else 1


if __name__ == "__main__":
    sys.exit(main())
