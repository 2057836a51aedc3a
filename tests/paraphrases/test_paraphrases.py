"""Messages that nobody tuned the rules on are read at least as well as they were when these floors were written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evals.paraphrase_eval import EVERY_LANGUAGE, Figures, Heard, confusion, measure, read_corpus, report
from graph.labels import Intent, Tone

INTENT_FLOORS: Mapping[Intent, tuple[float, float]] = {
    Intent.ORDER_STATUS: (0.77, 0.83),
    Intent.DELIVERY_DISPUTE: (0.91, 0.58),
    Intent.CANCEL: (0.78, 0.57),
    Intent.REFUND: (0.69, 0.48),
    Intent.REPLACEMENT: (0.87, 0.63),
    Intent.ADDRESS_CHANGE: (0.58, 0.58),
    Intent.ALTERNATE_ITEM: (0.76, 0.58),
    Intent.WITHDRAW_REQUEST: (0.48, 0.69),
    Intent.STOP_CONTACT: (0.77, 0.89),
    Intent.THANKS_OR_CLOSING: (0.67, 0.59),
    Intent.NOT_WISMO: (0.46, 0.63),
}
"""Precision and recall over all languages."""
TONE_FLOORS: Mapping[Tone, tuple[float, float]] = {
    Tone.CHARGEBACK_THREAT: (0.96, 0.75),
    Tone.LEGAL_THREAT: (0.58, 0.79),
    Tone.MANAGER_REQUEST: (0.96, 0.73),
    Tone.ANGRY_CUSTOMER: (0.96, 0.96),
}
EXACT_FLOORS = {EVERY_LANGUAGE: 0.60, "en": 0.47, "de": 0.65, "es": 0.68, "fr": 0.68}
MOST_FALSE_REFERENCES = 14
MOST_TRAPS = 49


@pytest.fixture(scope="module")
def heard() -> tuple[Heard, ...]:
    """The whole corpus, read."""
    return read_corpus()


@pytest.fixture(scope="module")
def figures(heard: tuple[Heard, ...]) -> Figures:
    """How well."""
    return measure(heard)


def test_the_corpus_is_whole(heard: tuple[Heard, ...]) -> None:
    labels = {label for one in heard for label in (*one.row["intents"], *one.row["tones"])}
    assert len({one.row["id"] for one in heard}) == len(heard) >= 400
    assert labels == {*Intent, *Tone}
    assert {one.row["language"] for one in heard} == {"en", "de", "es", "fr"}


@pytest.mark.parametrize("intent", INTENT_FLOORS)
def test_intents(intent: Intent, figures: Figures) -> None:
    hits, (precision, recall) = figures.intents[intent, EVERY_LANGUAGE], INTENT_FLOORS[intent]
    assert (hits.precision >= precision, hits.recall >= recall) == (True, True), hits


@pytest.mark.parametrize("tone", TONE_FLOORS)
def test_tones(tone: Tone, figures: Figures) -> None:
    hits, (precision, recall) = figures.tones[tone, EVERY_LANGUAGE], TONE_FLOORS[tone]
    assert (hits.precision >= precision, hits.recall >= recall) == (True, True), hits


@pytest.mark.parametrize("language", EXACT_FLOORS)
def test_exact_sets(language: str, figures: Figures) -> None:
    assert figures.exact_intents[language] >= EXACT_FLOORS[language]


def test_numbers_automatic_mail_and_traps(figures: Figures) -> None:
    assert figures.automatic >= 0.99
    assert figures.mention_recall >= 0.94
    assert figures.false_references <= MOST_FALSE_REFERENCES
    assert figures.traps <= MOST_TRAPS


def test_the_report_adds_up(heard: tuple[Heard, ...]) -> None:
    assert confusion(heard).total() == len(heard)
    lines = list(report(heard, matrix=True, misses=2))
    assert sum(line.startswith("miss ") for line in lines) <= 2
    tables = [line for line in lines if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)
    assert f"/{len(heard)} messages read without a mistake" in lines[-1]
