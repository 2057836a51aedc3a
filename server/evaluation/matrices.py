"""Counting labels against answers: confusion matrices, and how often each trigger is found and falsely found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from server.evaluation.judging import Judged

NONE = "none"


@dataclass(frozen=True)
class Matrix:
    """How often each label (row) got each answer (column)."""

    counts: Counter[tuple[str, str]]

    @property
    def names(self) -> tuple[str, ...]:
        """All labels and answers, the frequent labels first."""
        rows = Counter[str]()
        for (want, got), count in self.counts.items():
            rows[want] += count
            rows[got] += 0
        return tuple(name for name, _ in sorted(rows.items(), key=lambda item: (-item[1], item[0])))

    @property
    def held(self) -> int:
        """How many answers were right."""
        return sum(count for (want, got), count in self.counts.items() if want == got)

    @property
    def total(self) -> int:
        """How many were labelled."""
        return self.counts.total()

    def precision(self, name: str) -> float | None:
        """Of the answers of that name, the share that is right."""
        return _share(self.counts[name, name], sum(count for (_, got), count in self.counts.items() if got == name))

    def recall(self, name: str) -> float | None:
        """Of the labels of that name, the share that was found."""
        return _share(self.counts[name, name], sum(count for (want, _), count in self.counts.items() if want == name))


@dataclass(frozen=True)
class Found:
    """How one trigger did."""

    name: str
    right: int
    missed: int
    false: int

    @property
    def precision(self) -> float | None:
        """Of the times it fired, the share in which it should."""
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """Of the times it should fire, the share in which it did."""
        return _share(self.right, self.right + self.missed)


def condition_matrix(judged: Iterable[Judged]) -> Matrix:
    """Labelled conditions against found ones."""
    return _matrix(judged, "condition")


def disposition_matrix(judged: Iterable[Judged]) -> Matrix:
    """Labelled dispositions against those that came."""
    return _matrix(judged, "disposition")


def human_matrix(judged: Iterable[Judged]) -> Matrix:
    """What the humans did against what we do."""
    return Matrix(Counter((row.their_word.value, row.ours.value) for row in judged if row.their_word is not None))


def gate_matrix(judged: Iterable[Judged]) -> Matrix:
    """Labelled gates of all actions against what the gates said."""
    counts = Counter[tuple[str, str]]()
    for row in judged:
        got = {action["action"]: action["gate"] for action in row.result["actions"]}
        for action, want in (row.wanted.get("actions") or {}).items():
            counts[want, got.get(action, NONE)] += 1
    return Matrix(counts)


def triggers_found(judged: Iterable[Judged]) -> tuple[Found, ...]:
    """Every trigger that was labelled or fired where triggers are labelled, the most frequent first."""
    right, missed, false = Counter[str](), Counter[str](), Counter[str]()
    for row in judged:
        want, unwanted = _triggers(row)
        fired = set(row.result["triggers"])
        right.update(want & fired)
        missed.update(want - fired)
        false.update(unwanted & fired)
    names = sorted({*right, *missed, *false}, key=lambda name: (-right[name] - missed[name], name))
    return tuple(Found(name, right[name], missed[name], false[name]) for name in names)


def _triggers(row: Judged) -> tuple[set[str], set[str]]:
    """The triggers that have to fire, and those that must not."""
    wanted = row.wanted
    exact, fired = wanted.get("triggers"), set(row.result["triggers"])
    if exact is not None:
        return set(exact), fired - set(exact)
    return set(wanted.get("triggers_include") or ()), set(wanted.get("triggers_exclude") or ())


def _matrix(judged: Iterable[Judged], key: str) -> Matrix:
    counts = Counter[tuple[str, str]]()
    for row in judged:
        want, got = [each or NONE for each in row.wanted.get(key) or ()], row.result.get(key) or NONE
        if want:
            counts[got if got in want else want[0], got] += 1
    return Matrix(counts)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
