"""What customers say, as data: one file per language, loaded once, checked and compiled."""

from __future__ import annotations

from prompts.vocabulary.fold import fold
from prompts.vocabulary.loading import Vocabulary, strangers, vocabulary
from prompts.vocabulary.phrase import Phrase, PhraseError
from prompts.vocabulary.rows import Combination, Row

__all__ = ["Combination", "Phrase", "PhraseError", "Row", "Vocabulary", "fold", "strangers", "vocabulary"]
