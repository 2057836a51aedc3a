"""Messages that nobody tuned the rules on are read at least as well as they were when these floors were written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evals.paraphrase_eval import EVERY_LANGUAGE, Figures, Heard, confusion, measure, read_corpus, report
from graph.labels import Intent, Tone

INTENT_FLOORS: Mapping[Intent, tuple[float, float]] = {
    Intent.ORDER_STATUS: (0.85, 0.86),
    Intent.DELIVERY_DISPUTE: (0.88, 0.76),
    Intent.CANCEL: (0.90, 0.78),
    Intent.REFUND: (0.78, 0.66),
    Intent.REPLACEMENT: (0.95, 0.75),
    Intent.ADDRESS_CHANGE: (0.62, 0.70),
    Intent.ALTERNATE_ITEM: (0.80, 0.80),
    Intent.WITHDRAW_REQUEST: (0.54, 0.82),
    Intent.STOP_CONTACT: (0.82, 0.95),
    Intent.THANKS_OR_CLOSING: (0.82, 0.63),
    Intent.NOT_WISMO: (0.56, 0.65),
}
"""Precision and recall over all languages."""
TONE_FLOORS: Mapping[Tone, tuple[float, float]] = {
    Tone.CHARGEBACK_THREAT: (0.95, 0.88),
    Tone.LEGAL_THREAT: (0.59, 0.70),
    Tone.MANAGER_REQUEST: (0.87, 0.80),
    Tone.ANGRY_CUSTOMER: (0.95, 0.95),
}
EXACT_FLOORS = {EVERY_LANGUAGE: 0.74, "en": 0.71, "de": 0.70, "es": 0.76, "fr": 0.81}
MOST_FALSE_REFERENCES = 14
MOST_TRAPS = 38


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
