"""No hostile or subtly wrong wording passes, in four languages; good ones do."""

from __future__ import annotations

import pytest

from graph.labels import Language
from graph.statements import Part
from nodes.communications.guard import prove
from nodes.communications.rewording import unproven
from nodes.communications.wording import refused_still
from prompts.reviewed_wordings import may_be_reworded, wording_file
from tests.communications.plausible import NAME, draft, statement
from tests.guard.wordings import BOOK, SOURCES, Row, mutations, rows

HOSTILE, GOOD = rows("hostile"), rows("good")
SAYS_NO_MORE = {
    ("late.eta", "transit.eta"), ("transit.eta", "late.eta"), ("dispute.recorded_plain", "delivered.recorded"),
    ("delivered.recorded", "dispute.recorded_plain"), ("delivered.when", "dispute.recorded"), ("delivered.when_place", "dispute.recorded_place"),
}  # fmt: skip
"""The second may stand for the first: it says the same, or less."""


def passes(row: Row) -> bool:
    """Whether a wording would go out: it is proven against its sentence, and the finished text is proven."""
    if not may_be_reworded(row.language, row.key, row.source) or any(unproven(row.language, row.key, row.source, row.text)):
        return False
    part = Part.NEXT if row.key.startswith("next.") else Part.KNOWN
    bound = statement(row.key, part)
    own = draft(row.language, bound.model_copy(update={"promises": row.key.startswith("next.")}))
    text = BOOK.render(row.language, own.statements, name=NAME, signature=True, reworded={0: row.text})
    return not any(refused_still(prove(own, text, BOOK, name=NAME).refusals))


def test_there_are_enough_of_them() -> None:
    for language in Language:
        assert sum(row.language is language for row in HOSTILE) >= 1_000
        assert sum(row.language is language for row in GOOD) >= 150


def test_no_hostile_wording_passes() -> None:
    assert [str(row) for row in HOSTILE if passes(row)] == []


def test_no_mutation_of_a_true_sentence_passes() -> None:
    wrong = list(mutations())
    assert len(wrong) > 3_000
    assert [str(row) for row in wrong if passes(row)] == []


def test_good_wordings_pass() -> None:
    """Written by authors who knew what a model is asked for, and nothing of the proof."""
    refused = [row for row in GOOD if not passes(row)]
    assert len(refused) <= 0.05 * len(GOOD), "\n".join(map(str, refused))
    for language in Language:
        assert sum(row.language is language for row in refused) <= 0.08 * sum(row.language is language for row in GOOD)


@pytest.mark.parametrize("language", Language)
def test_every_reviewed_wording_goes_out(language: Language) -> None:
    reviewed = [Row(language, key, text) for key, sentence in wording_file(language).sentences.items() for text in sentence.reviewed]
    assert len(reviewed) > 1_000
    assert [str(row) for row in reviewed if not passes(row)] == []


@pytest.mark.parametrize("language", Language)
def test_what_was_reviewed_is_what_is_shipped(language: Language) -> None:
    """A sentence that is written anew has to be reviewed anew: until then no model rewords it."""
    sentences = wording_file(language).sentences
    assert list(sentences) == list(wording_file(Language.EN).sentences)
    assert [key for key, sentence in sentences.items() if sentence.source != BOOK.texts[language][key].source] == []
    assert all(other in sentences for sentence in sentences.values() for other in sentence.like)


def test_a_sentence_in_a_shops_own_words_is_not_reworded() -> None:
    assert may_be_reworded(Language.EN, "opening.thanks", "Thanks for your message.")
    assert not may_be_reworded(Language.EN, "opening.thanks", "Cheers for writing in.")


@pytest.mark.parametrize("language", Language)
def test_money_decisions_holds_and_identity_are_never_reworded(language: Language) -> None:
    sections = {key.partition(".")[0] for key in wording_file(language).sentences}
    assert not sections & {"ask", "cancelled", "codes", "conflict", "decided", "delayed", "done", "hold", "item", "offer", "pending", "refused"}
    about_money = [key for key in wording_file(language).sentences if "{amount}" in BOOK.texts[language][key].source]
    assert about_money == []


def test_every_sentence_may_stay_as_it_is() -> None:
    assert [
        (str(row), *unproven(row.language, row.key, row.text, row.text))
        for row in SOURCES
        if any(unproven(row.language, row.key, row.text, row.text))
    ] == []


@pytest.mark.parametrize("language", Language)
def test_no_sentence_passes_for_another(language: Language) -> None:
    """Two sentences of different matters are never taken for each other."""
    own = [row for row in SOURCES if row.language is language]
    wrong = [
        (row.key, other.key)
        for row in own
        for other in own
        if (row.key, other.key) not in SAYS_NO_MORE
        and row.key.partition(".")[0] != other.key.partition(".")[0]
        and not any(unproven(language, row.key, row.text, other.text))
    ]
    assert wrong == []
