"""How well messages are read that nobody tuned the rules on.

python -m evals.paraphrase_eval [--matrix] [--misses N]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.labels import Channel, Intent, Language, Tone
from graph.reading import Certainty, Place
from nodes.reading import read_message

CORPUS = Path(__file__).parent / "paraphrases/messages.jsonl"
EVERY_LANGUAGE = "all"
_RECEIVED = datetime(2026, 3, 10, 12, tzinfo=UTC)
_OWN_PLACES = {Place.TEXT, Place.SUBJECT}


@dataclass(frozen=True)
class Hits:
    """Right, wrong and missed finds of one label."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of finds that are right."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that is found."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    @property
    def is_empty(self) -> bool:
        """Whether the label neither is there nor was found."""
        return not (self.right or self.wrong or self.missed)


@dataclass(frozen=True)
class Heard:
    """One message: what a careful human labelled, and what was read."""

    row: dict[str, Any]
    intents: frozenset[str]
    tones: frozenset[str]
    automatic: bool
    references: frozenset[str]
    """Numbers that surely name an order."""
    numbers: frozenset[str]
    """Those, and bare numbers that count if they are the sender's own."""

    @property
    def labels(self) -> frozenset[str]:
        """The intents that are there."""
        return frozenset(self.row["intents"])

    @property
    def mentioned(self) -> frozenset[str]:
        """The numbers that are there."""
        return frozenset(map(_plain, self.row["order_mentions"]))

    @property
    def false_references(self) -> frozenset[str]:
        """Numbers taken for an order that are something else."""
        return self.references & frozenset(map(_plain, self.row["not_mentions"]))

    @property
    def traps(self) -> list[str]:
        """The mistakes that the row is there to catch, made."""
        return [*sorted(self.intents & {*self.row["not_intents"]}), *sorted(self.tones & {*self.row["not_tones"]})]

    @property
    def is_right(self) -> bool:
        """Whether nothing was misread."""
        numbers = not self.mentioned - self.numbers and not self.false_references
        labels = self.intents == self.labels and self.tones == frozenset(self.row["tones"])
        return labels and numbers and self.automatic is self.row["automatic"]


@dataclass(frozen=True)
class Figures:
    """How the corpus was read."""

    messages: int
    intents: Mapping[tuple[str, str], Hits]
    """By label and language."""
    tones: Mapping[tuple[str, str], Hits]
    exact_intents: Mapping[str, float]
    """By language: the share of messages whose set of intents is exactly right."""
    exact_tones: Mapping[str, float]
    automatic: float
    mention_recall: float
    false_references: int
    traps: int


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _plain(number: str) -> str:
    return "".join(number.split()).lstrip("#").upper()


def read_corpus(path: Path = CORPUS) -> tuple[Heard, ...]:
    """Read every message of the corpus."""
    return tuple(heard(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def heard(row: dict[str, Any]) -> Heard:
    """Read one message; automatic mail asks for nothing."""
    reading = read_message(text=row["text"], subject=row["subject"], channel=Channel(row["channel"]), metadata=row["metadata"], received_at=_RECEIVED)
    own = [mention for mention in reading.mentions if mention.place in _OWN_PLACES]
    speaks = not reading.automatic
    return Heard(
        row=row,
        intents=frozenset(intent.value for intent in reading.intents() if speaks),
        tones=frozenset(flag.tone.value for flag in reading.tones if speaks),
        automatic=reading.automatic,
        references=frozenset(_plain(mention.value) for mention in own if mention.certainty is not Certainty.BARE),
        numbers=frozenset(_plain(mention.value) for mention in own),
    )


def measure(messages: Sequence[Heard]) -> Figures:
    """The figures of a corpus that was read."""
    mentioned = [(number in one.numbers) for one in messages for number in one.mentioned]
    return Figures(
        messages=len(messages),
        intents=_hits(messages, [(one.labels, one.intents) for one in messages]),
        tones=_hits(messages, [(frozenset(one.row["tones"]), one.tones) for one in messages]),
        exact_intents=_by_language(messages, [one.intents == one.labels for one in messages]),
        exact_tones=_by_language(messages, [one.tones == frozenset(one.row["tones"]) for one in messages]),
        automatic=_share(sum(one.automatic is one.row["automatic"] for one in messages), len(messages)),
        mention_recall=_share(sum(mentioned), len(mentioned)),
        false_references=sum(len(one.false_references) for one in messages),
        traps=sum(len(one.traps) for one in messages),
    )


def _hits(messages: Sequence[Heard], pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> dict[tuple[str, str], Hits]:
    hits: dict[tuple[str, str], Hits] = {}
    for message, (there, found) in zip(messages, pairs, strict=True):
        for label in there | found:
            one = Hits(int(label in there & found), int(label in found - there), int(label in there - found))
            for language in (message.row["language"], EVERY_LANGUAGE):
                hits[label, language] = hits.get((label, language), Hits()) + one
    return hits


def _by_language(messages: Sequence[Heard], right: Sequence[bool]) -> dict[str, float]:
    languages = [message.row["language"] for message in messages]
    chosen = {name.value: [one for one, language in zip(right, languages, strict=True) if language == name.value] for name in Language}
    return {name: _share(sum(rows), len(rows)) for name, rows in {EVERY_LANGUAGE: list(right), **chosen}.items()}


def confusion(messages: Sequence[Heard]) -> Counter[tuple[str, str]]:
    """How often each set of intents was read as each other."""
    return Counter((_named(one.labels), _named(one.intents)) for one in messages)


def _named(labels: Iterable[str]) -> str:
    return " + ".join(sorted(labels)) or "–"


def report(messages: Sequence[Heard], *, matrix: bool, misses: int) -> Iterator[str]:
    """All figures as markdown."""
    figures = measure(messages)
    if matrix:
        yield from _matrix(confusion(messages))
    yield from _table("intent", [intent.value for intent in Intent], figures.intents)
    yield from _table("tone", [tone.value for tone in Tone], figures.tones)
    yield from _wrong([one for one in messages if not one.is_right], misses)
    yield f"exact sets of intents: {_percentages(figures.exact_intents)}"
    yield f"exact sets of tones: {_percentages(figures.exact_tones)}"
    yield f"automatic mail: {figures.automatic:.1%} right"
    yield f"order mentions: {figures.mention_recall:.1%} found, {figures.false_references} false references"
    yield f"{sum(one.is_right for one in messages)}/{figures.messages} messages read without a mistake, {figures.traps} traps fallen into"


def _percentages(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _table(kind: str, labels: Sequence[str], hits: Mapping[tuple[str, str], Hits]) -> Iterator[str]:
    languages = (EVERY_LANGUAGE, *(language.value for language in Language))
    yield f"| {kind} (precision / recall / F1) | {' | '.join(languages)} |"
    yield f"|---|{'---|' * len(languages)}"
    for label in labels:
        yield f"| {label} | {' | '.join(_cell(hits.get((label, language), Hits())) for language in languages)} |"
    yield ""


def _cell(hits: Hits) -> str:
    if hits.is_empty:
        return "–"
    return f"{hits.precision:.2f} / {hits.recall:.2f} / {hits.f1:.2f} ({hits.right + hits.missed})"


def _matrix(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    found = [name for name, _ in Counter(pair[1] for pair in counts.elements()).most_common()]
    yield f"| labelled \\ read | {' | '.join(found)} |"
    yield f"|---|{'---|' * len(found)}"
    for there, _ in Counter(pair[0] for pair in counts.elements()).most_common():
        yield f"| {there} | {' | '.join(str(counts[there, name] or '') for name in found)} |"
    yield ""


def _wrong(messages: Sequence[Heard], most: int) -> Iterator[str]:
    for one in messages[:most]:
        lost, false = sorted(one.mentioned - one.numbers), sorted(one.false_references)
        numbers = "".join(f"; {what} {', '.join(which)}" for what, which in (("missed", lost), ("false", false)) if which)
        sets = f"{_named(one.labels | {*one.row['tones']})} -> {_named(one.intents | one.tones)}{numbers}"
        yield f"miss {one.row['id']}: {sets}: {one.row['text'][:110]!r}"


def main(arguments: Iterable[str] | None = None) -> int:
    """Print how the corpus is read."""
    parser = argparse.ArgumentParser(prog="python -m evals.paraphrase_eval", description=__doc__.split("\n")[0])
    parser.add_argument("--matrix", action="store_true", help="also which sets of intents were read as which others")
    parser.add_argument("--misses", type=int, default=0, help="how many misread messages to print (default 0)")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    print("\n".join(report(read_corpus(), matrix=asked.matrix, misses=asked.misses)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
