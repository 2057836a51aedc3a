"""The development and training corpora: what the vocabulary was written against, so that later changes do not lose it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.labels import Channel
from nodes.reading import read_message

CORPORA = Path(__file__).parents[2] / "evals" / "paraphrases"
CORPUS = CORPORA / "development_en.jsonl"
ENOUGH_OF_TRAINING = {"en": 0.91, "de": 0.92, "es": 0.94, "fr": 0.91}
ENOUGH = 0.96
ENOUGH_OF_ONE = 0.9


def is_exact(row: dict[str, Any]) -> bool:
    reading = read_message(
        text=row["text"],
        subject=row["subject"],
        channel=Channel(row["channel"]),
        metadata=row["metadata"],
        received_at=datetime(2026, 3, 10, tzinfo=UTC),
    )
    return bool(sorted(reading.intents()) == row["intents"] and sorted(flag.tone for flag in reading.tones) == row["tones"])


def test_the_development_corpus_is_read_exactly() -> None:
    rows = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    wanted, exact = Counter[str](), Counter[str]()
    for row in rows:
        labels = [*row["intents"], *row["tones"]] or ["nothing"]
        wanted.update(labels)
        exact.update(labels if is_exact(row) else [])
    assert sum(exact.values()) / sum(wanted.values()) >= ENOUGH
    assert {label: exact[label] for label in wanted if exact[label] < ENOUGH_OF_ONE * wanted[label]} == {}


@pytest.mark.parametrize("language", sorted(ENOUGH_OF_TRAINING))
def test_the_training_corpus_is_read(language: str) -> None:
    rows = [json.loads(line) for line in (CORPORA / f"training_{language}.jsonl").read_text("utf-8").splitlines()]
    assert sum(map(is_exact, rows)) / len(rows) >= ENOUGH_OF_TRAINING[language]
