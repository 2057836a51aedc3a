"""Puts common misspellings right, so that the rules need not know them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from prompts.vocabulary.fold import fold
from prompts.vocabulary.rows import VocabularyFile

_SHORTEST = 5


class Spelling:
    """Corrects the words of one language: a fixed list, and core words with one letter wrong."""

    def __init__(self, core: frozenset[str], fixed: dict[str, str], joined: dict[str, str], known: frozenset[str]) -> None:
        self._core = core
        self._fixed = fixed
        self._joined = joined
        self._apart = re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, joined))})(?= )") if joined else None
        self._known = known
        self._shortened = {short: word for word in sorted(core) for short in _deletions(word)}
        self.word = lru_cache(maxsize=4096)(self._word)

    def text(self, folded: str) -> str:
        """The folded text with its misspelt words put right."""
        spelt = f" {' '.join(map(self.word, folded.split()))} "
        return self._apart.sub(lambda found: self._joined[found.group()], spelt) if self._apart else spelt

    def _word(self, word: str) -> str:
        if word in self._fixed:
            return self._fixed[word]
        if not _SHORTEST <= len(word) <= 20 or word in self._known or not word.isalpha():
            return word
        return next((near for near in self._near(word) if _is_slip(word, near)), word)

    def _near(self, word: str) -> Iterator[str]:
        if word in self._shortened:
            yield self._shortened[word]
        for short in _deletions(word):
            if short in self._core:
                yield short
            if short in self._shortened:
                yield self._shortened[short]


def speller(file: VocabularyFile) -> Spelling:
    """The spelling of a vocabulary file; every word that its phrases use is known as right."""
    sources = [phrase for row in file.row for phrase in row.phrases + row.unless]
    sources += [entry for listed in file.words.values() for entry in listed]
    known = {fold(word).strip() for source in sources for word in re.split(r"[\s|{}?*]+", source)} | set(map(_plain, file.function_words))
    core = frozenset(map(_plain, file.typos.core))
    fixed = {_plain(wrong): fold(right).strip() for wrong, right in file.typos.fixed.items()}
    joined = {_plain(apart): _plain(one) for apart, one in file.typos.joined.items()}
    return Spelling(core, fixed, joined, frozenset(known) | core | set(map(_plain, file.typos.right)))


def _is_slip(word: str, near: str) -> bool:
    """Whether one letter went wrong, and not an ending was added."""
    return near[0] == word[0] and abs(len(near) - len(word)) <= 1 and not word.startswith(near) and not near.startswith(word)


def _plain(word: str) -> str:
    return fold(word).strip()


def _deletions(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))
