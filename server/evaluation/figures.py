"""The figures of an evaluation: shares per area, agreement with the humans, stability, and the thresholds they are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.evaluation.judging import AREA_OF, AREAS, Agreement, Judged
from server.evaluation.matrices import Found, Matrix, condition_matrix, disposition_matrix, gate_matrix, human_matrix, triggers_found


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    held: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None where there is nothing to hold."""
        return self.held / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.held}/{self.of}"


@dataclass(frozen=True)
class Figures:
    """What an evaluation came to."""

    shares: Mapping[str, Share]
    """`tickets`, `checks`, one per area, `agreement` and `repeat`."""
    conditions: Matrix
    dispositions: Matrix
    gates: Matrix
    humans: Matrix
    triggers: tuple[Found, ...]
    agreement: Mapping[Agreement, int]
    automated: Share
    """Answered or done without a human."""
    errors: int
    unsteady: tuple[str, ...] = ()
    by_condition: Mapping[str, Share] = field(default_factory=dict)
    by_language: Mapping[str, Share] = field(default_factory=dict)


def figures_of(judged: Sequence[Judged], *, repeats: int = 1, missed: Iterable[str] = (), unsteady: Iterable[str] = ()) -> Figures:
    """The figures of the first repetition; `missed` are the questions that any repetition got wrong, `unsteady` those that came out differently."""
    agreement = Counter(row.agreement for row in judged)
    known = sum(agreement.values()) - agreement[Agreement.UNKNOWN]
    shares = {
        "tickets": Share(sum(not row.misses for row in judged), len(judged)),
        "checks": Share(sum(check.holds for row in judged for check in row.checks), sum(len(row.checks) for row in judged)),
        **{area: _area(judged, area) for area in AREAS},
        "agreement": Share(agreement[Agreement.SAME], known),
    }
    if repeats > 1:
        names = {row.question_id for row in judged}
        right = names - set(missed)
        shares["repeat"] = Share(len(right), len(names))
    return Figures(
        shares=shares,
        conditions=condition_matrix(judged),
        dispositions=disposition_matrix(judged),
        gates=gate_matrix(judged),
        humans=human_matrix(judged),
        triggers=triggers_found(judged),
        agreement=agreement,
        automated=Share(sum(row.result["disposition"] in {"answer", "monitor", "none", "ask"} for row in judged), len(judged)),
        errors=sum(bool(row.result["error"]) for row in judged),
        unsteady=tuple(unsteady),
        by_condition=_by(judged, [str(row.result["condition"] or row.result["reason"] or "none") for row in judged]),
        by_language=_by(judged, [_language(row) for row in judged]),
    )


def _area(judged: Iterable[Judged], area: str) -> Share:
    checks = [check for row in judged for check in row.checks if AREA_OF.get(check.key) == area]
    return Share(sum(check.holds for check in checks), len(checks))


def _by(judged: Sequence[Judged], names: Sequence[str]) -> dict[str, Share]:
    total, clean = Counter(names), Counter(name for row, name in zip(judged, names, strict=True) if not row.misses)
    return {name: Share(clean[name], count) for name, count in sorted(total.items(), key=lambda item: (-item[1], item[0]))}


def _language(row: Judged) -> str:
    messages = row.result["messages"]
    return str(messages[0]["language"]) if messages else "no reply"


@dataclass(frozen=True)
class Threshold:
    """A share that has to be reached."""

    metric: str
    least: float

    def is_met(self, figures: Figures) -> bool:
        """Whether it is reached; where nothing is labelled it is not."""
        value = figures.shares[self.metric].value if self.metric in figures.shares else None
        return value is not None and value >= self.least

    def told(self, figures: Figures) -> str:
        """The threshold beside what came."""
        share = figures.shares.get(self.metric)
        got = "nothing to hold" if share is None or share.value is None else f"{share.value:.3f} ({share})"
        return f"{self.metric} {got}, at least {self.least:g} is asked for"


METRICS = ("tickets", "checks", *AREAS, "agreement", "repeat")


def threshold_of(text: str) -> Threshold:
    """`0.95` for all checks, or `condition=0.98`. Raises `ValueError` for anything else."""
    metric, separator, number = text.rpartition("=")
    metric = metric.strip() if separator else "checks"
    if metric not in METRICS:
        raise ValueError(f"there is no figure {metric!r}; there are {', '.join(METRICS)}")
    try:
        least = float(number)
    except ValueError:
        raise ValueError(f"{number!r} is no number between 0 and 1") from None
    if not 0 <= least <= 1:
        raise ValueError(f"{number} is not between 0 and 1")
    return Threshold(metric, least)
