"""Reviewed rewordings, per language and sentence: `guard/wording/{language}.toml`, loaded once. They prove what a model rewords."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, reduce
from importlib.resources import files
from itertools import pairwise
from operator import or_
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from graph.labels import Language

_TOKEN = re.compile(r"\{[a-z_]+\}|[^\W\d_]+|[^\w\s]")
_WORD = re.compile(r"[^\W\d_]+")
_JOINTS = str.maketrans({"’": " ", "'": " ", "-": " "})
_SILENT = frozenset(",()¿¡")
"""Signs that change nothing of what is said."""
_STOPS = frozenset(".;:!–")
"""Signs between two clauses: which one it is says nothing."""
STOP = "."
Phrase = tuple[str, ...]
Pair = tuple[str, str]


def tokens_of(text: str) -> list[str]:
    """Words, placeholders and signs in lower case; an apostrophe or a hyphen divides words."""
    return _TOKEN.findall(text.translate(_JOINTS).lower())


def _words(text: object) -> object:
    return tuple(word.strip() for word in text.split(",") if word.strip()) if isinstance(text, str) else text


def _phrases(text: object) -> object:
    return tuple(tuple(tokens_of(phrase)) for phrase in text.split(",") if phrase.strip()) if isinstance(text, str) else text


def _lines(text: object) -> object:
    return tuple(line.strip() for line in text.splitlines() if line.strip()) if isinstance(text, str) else text


def _groups(text: object) -> object:
    return tuple(frozenset(word.strip() for word in group.split("|")) for group in text.split(",")) if isinstance(text, str) and text else ()


Words = Annotated[frozenset[str], BeforeValidator(_words)]
Phrases = Annotated[tuple[Phrase, ...], BeforeValidator(_phrases)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sentence(_Part):
    """One sentence and its reviewed rewordings."""

    source: str
    must: Annotated[tuple[frozenset[str], ...], BeforeValidator(_groups)] = ()
    """Of each group one word is in every rewording: what may not be left out."""
    like: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    """Sentences that say the same with more or fewer facts: what follows each other there may do so here."""
    reviewed: Annotated[tuple[str, ...], BeforeValidator(_lines)] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """All that may be said."""
        return (self.source, *self.reviewed)


class WordingFile(_Part):
    """One language's file; the comments of the English one say what each list is for."""

    letters: str
    small_after_greeting: Words = frozenset()
    formal: Words = frozenset()
    idle: Phrases = ()
    alike: dict[str, Phrases]
    denied: Words
    markers: dict[str, Words]
    sentences: dict[str, Sentence]

    def turns(self, tokens: Sequence[str]) -> tuple[int, frozenset[str]]:
        """What turns what is said: how often a text denies, and which markers it has."""
        return sum(token in self.denied for token in tokens), frozenset(name for name, words in self.markers.items() if not words.isdisjoint(tokens))

    def small(self, text: str) -> Counter[str]:
        """How often a text writes the words of formal address with a small letter, where they mean somebody else."""
        return Counter(word for word in _WORD.findall(text) if word in self.formal)

    @cached_property
    def by_first(self) -> dict[str, list[tuple[Phrase, Phrase]]]:
        """What says the same as other words, and those, by its first word; the longest first."""
        pairs = [(phrase, tuple(tokens_of(said))) for said, phrases in self.alike.items() for phrase in phrases]
        pairs += [(phrase, ()) for phrase in self.idle]
        ordered: dict[str, list[tuple[Phrase, Phrase]]] = {}
        for phrase, said in sorted(pairs, key=lambda pair: len(pair[0]), reverse=True):
            ordered.setdefault(phrase[0], []).append((phrase, said))
        return ordered


class Known:
    """What is known of one sentence: which words follow each other, how often each is said, what turns it, what must be in it, how long it is."""

    def __init__(self, file: WordingFile, sentence: Sentence) -> None:
        self.must = sentence.must
        told = [flat(file, text) for text in sentence.told]
        alike = [flat(file, text) for key in sentence.like for text in file.sentences[key].told]
        self.pairs: frozenset[Pair] = frozenset(pair for tokens in (*told, *alike) for pair in pairwise(tokens))
        self._triples = frozenset(triple for tokens in (*told, *alike) for triple in triples_of(tokens))
        self.shortest, self.longest = min(map(len, told)), max(map(len, told))
        self.most: Counter[str] = reduce(or_, map(Counter, (*told, *alike)))
        self.small: Counter[str] = reduce(or_, (file.small(text) for text in sentence.told))
        self.turns = file.turns(told[0])

    def seams(self, tokens: Sequence[str]) -> int:
        """At how many words pieces of different rewordings meet; not counted where a fact or a stop stands between them."""
        return sum(triple not in self._triples for triple in triples_of(tokens) if triple[1] != STOP and not triple[1].startswith("{"))


def triples_of(tokens: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each word between its neighbours."""
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


def flat(file: WordingFile, text: str) -> list[str]:
    """The words of a text between stops, those that say the same as one of them."""
    tokens, told, place = [token for token in tokens_of(text) if token not in _SILENT], [STOP], 0
    while place < len(tokens):
        phrase, length = _alike(file, tokens, place)
        told += [word for word in phrase if not (word == STOP and told[-1] == STOP)]
        place += length
    return told if told[-1] == STOP else [*told, STOP]


def _alike(file: WordingFile, tokens: list[str], place: int) -> tuple[Phrase, int]:
    for phrase, said in file.by_first.get(tokens[place], ()):
        if tuple(tokens[place : place + len(phrase)]) == phrase:
            return said, len(phrase)
    return (STOP if tokens[place] in _STOPS else tokens[place],), 1


@cache
def wording_file(language: Language) -> WordingFile:
    """The file of a language."""
    text = files("prompts").joinpath("guard", "wording", f"{language.value}.toml").read_text("utf-8")
    return WordingFile.model_validate(tomllib.loads(text))


@cache
def known(language: Language, key: str) -> Known | None:
    """What is known of a sentence; None where it has no reviewed rewordings."""
    file = wording_file(language)
    return Known(file, file.sentences[key]) if key in file.sentences else None


def may_be_reworded(language: Language, key: str, source: str) -> bool:
    """Whether a sentence may be reworded: only where these very words were reviewed, not where a shop says it in its own."""
    sentence = wording_file(language).sentences.get(key)
    return sentence is not None and sentence.source == source
