"""Detects the language of a text from its function words and accents."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.labels import Language
from prompts.vocabulary import fold, strangers, vocabulary

_WORDS_READ = 150
_CHARACTERS_READ = 2000
_SIGNS: tuple[tuple[re.Pattern[str], str, float], ...] = (
    (re.compile("[ñ¿¡]"), Language.ES, 2.0),
    (re.compile("[äöüß]"), Language.DE, 1.0),
    (re.compile("ß"), Language.DE, 1.0),
    (re.compile("[çèêëîïœû]|qu'|[ldjnsc]'[aeiouéhy]"), Language.FR, 1.0),
    (re.compile("[óíú]"), Language.ES, 0.5),
    (re.compile("[ãõ]"), "pt", 3.0),
    (re.compile("[ìò]"), "it", 2.0),
    (re.compile("[åø]"), "sv", 2.0),
    (re.compile("[ąęłśżźćń]"), "pl", 3.0),
    (re.compile("[ğşı]"), "tr", 3.0),
)
_CLEAR_LEAD = 1.3
_ENOUGH = 2.0
_SHARE = 0.15
_SHORT = 3


def detect(text: str) -> tuple[Language | None, tuple[Language, ...]]:
    """The language if it is sure, and the languages whose vocabulary is worth trying, the likeliest first."""
    head = text[:_CHARACTERS_READ].lower()
    words = [word for word in fold(head).split() if word.isalpha()][:_WORDS_READ]
    scores = _scores(words)
    for pattern, code, weight in _SIGNS:
        if pattern.search(head):
            scores[code] = scores.get(code, 0.0) + weight
    return _surest(scores, len(words)), _worth_trying(scores)


def _scores(words: list[str]) -> dict[str, float]:
    scores: dict[str, float] = {}
    by_word = _languages_by_word()
    for word in words:
        codes = by_word.get(word, ())
        for code in codes:
            scores[code] = scores.get(code, 0.0) + 1 / len(codes)
    return scores


@lru_cache(maxsize=1)
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    lists: dict[str, frozenset[str]] = {language: vocabulary(language).function_words for language in Language} | dict(strangers())
    for code, words in lists.items():
        for word in words:
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


def _surest(scores: dict[str, float], words: int) -> Language | None:
    if not scores:
        return None
    (best, score), *others = sorted(scores.items(), key=lambda item: -item[1])
    second = others[0][1] if others else 0.0
    enough = score >= min(_ENOUGH, 1.0 if words <= _SHORT else _ENOUGH) and score >= _SHARE * words
    if best not in set(Language) or not enough or score < second * _CLEAR_LEAD:
        return None
    return Language(best)


def _worth_trying(scores: dict[str, float]) -> tuple[Language, ...]:
    known = sorted((language for language in Language if scores.get(language, 0.0) > 0), key=lambda language: -scores[language])
    if not known:
        return tuple(Language)
    best = scores[known[0]]
    likely = tuple(language for language in known if scores[language] >= best * 0.4 or best < _ENOUGH)
    return likely if Language.EN in likely or best >= _ENOUGH else (*likely, Language.EN)
