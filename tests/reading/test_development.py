"""The development corpus: what the English vocabulary was written against, so that later changes do not lose it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.labels import Channel
from nodes.reading import read_message

CORPUS = Path(__file__).parents[2] / "evals" / "paraphrases" / "development_en.jsonl"
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
