"""Loads one vocabulary file and compiles its phrases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from graph.labels import Language
from prompts.vocabulary.fold import fold
from prompts.vocabulary.phrase import KEY_LENGTH, Phrase, Words, compile_phrase
from prompts.vocabulary.rows import Combination, General, Numbers, Row, VocabularyFile
from prompts.vocabulary.spelling import Spelling, speller


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a folded clause."""

    owner: int
    start: int
    end: int
    words: str
    denies: bool = False
    """Whether the phrase itself has a word of denial, so that it is not denied by it."""


@lru_cache(maxsize=1024)
def _keys_in(text: str) -> frozenset[str]:
    """The first letters of the words of a folded text, by which phrases are looked up."""
    return frozenset(word[:KEY_LENGTH] for word in text.split())


class PhraseSet:
    """Many phrases tried at once; each belongs to an owner, named by its index."""

    def __init__(self, owners: Iterable[Iterable[str]], words: Words, denials: frozenset[str] = frozenset()) -> None:
        self._phrases: list[tuple[int, Phrase]] = [
            (owner, compile_phrase(source, words)) for owner, sources in enumerate(owners) for source in sources
        ]
        plain = [" ".join(re.split(r"[\s|?]+", phrase.source)) for _, phrase in self._phrases]
        self._denying = [any(f" {cue} " in f" {source} " for cue in denials) for source in plain]
        self._by_key: dict[str, list[int]] = {}
        for place, (_, phrase) in enumerate(self._phrases):
            for key in phrase.keys:
                self._by_key.setdefault(key, []).append(place)

    def find(self, text: str) -> Iterator[Hit]:
        """Every phrase that the folded text contains, at its first place."""
        present = _keys_in(text)
        tried = {place for key in present for place in self._by_key.get(key, ())}
        for place in sorted(tried):
            owner, phrase = self._phrases[place]
            if any(present.isdisjoint(keys) for keys in phrase.needs):
                continue
            if found := phrase.pattern.search(text):
                yield Hit(owner, found.start(), found.end(), found.group().strip(), self._denying[place])

    def any_in(self, text: str) -> bool:
        """Whether the folded text contains any of the phrases."""
        return next(self.find(text), None) is not None


@dataclass(frozen=True, slots=True)
class Denial:
    """The compiled words of negation."""

    before: PhraseSet
    after: PhraseSet
    stops: PhraseSet
    final: PhraseSet
    urged: PhraseSet
    refusing: PhraseSet
    supposing: PhraseSet
    reach: int


@dataclass(frozen=True, slots=True)
class Topics:
    """The compiled words of what a question about an order is about."""

    time: PhraseSet
    travel: PhraseSet
    thing: PhraseSet
    own: PhraseSet
    lack: PhraseSet
    elsewhere: PhraseSet
    other_wishes: PhraseSet


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words, ready for use."""

    language: Language
    function_words: frozenset[str]
    rows: tuple[Row, ...]
    phrases: PhraseSet
    unless: Mapping[int, PhraseSet]
    combinations: tuple[Combination, ...]
    denial: Denial
    hedges: PhraseSet
    conditions: PhraseSet
    polite: PhraseSet
    alternatives: PhraseSet
    asking: PhraseSet
    topics: Topics
    numbers: Numbers
    spelling: Spelling


@cache
def vocabulary(language: Language) -> Vocabulary:
    """The vocabulary of a language, loaded and compiled once."""
    file = VocabularyFile.model_validate(tomllib.loads(files("prompts.vocabulary").joinpath(f"{language}.toml").read_text("utf-8")))
    words = file.words

    def phrases(*sources: tuple[str, ...]) -> PhraseSet:
        return PhraseSet(sources, words)

    negation, doubt, general = file.negation, file.doubt, _general()[language]
    return Vocabulary(
        language=language,
        function_words=frozenset(fold(word).strip() for word in file.function_words),
        rows=file.row,
        phrases=PhraseSet((row.phrases for row in file.row), words, frozenset(negation.before)),
        unless={place: phrases(row.unless) for place, row in enumerate(file.row) if row.unless},
        combinations=file.combination,
        denial=Denial(
            phrases(negation.before),
            phrases(negation.after),
            phrases(negation.stops),
            phrases(negation.final),
            phrases(negation.urged),
            phrases(negation.refusing),
            phrases(negation.supposing),
            negation.reach,
        ),
        hedges=phrases(doubt.hedges),
        conditions=phrases(doubt.conditions),
        polite=phrases(doubt.polite),
        alternatives=phrases(doubt.alternatives),
        asking=phrases(general.asking),
        topics=Topics(
            phrases(general.time),
            phrases(general.travel),
            phrases(general.thing),
            phrases(general.own),
            phrases(general.lack),
            phrases(general.elsewhere),
            phrases(general.other_wishes),
        ),
        numbers=file.numbers,
        spelling=speller(file),
    )


@lru_cache(maxsize=1)
def _general() -> Mapping[Language, General]:
    data = tomllib.loads(files("prompts.vocabulary").joinpath("general.toml").read_text("utf-8"))
    return {Language(code): General.model_validate(words) for code, words in data.items()}


@lru_cache(maxsize=1)
def strangers() -> Mapping[str, frozenset[str]]:
    """Function words of languages that are not supported, by language code, so that they are not taken for a supported one."""
    data = tomllib.loads(files("prompts.vocabulary").joinpath("strangers.toml").read_text("utf-8"))
    return {code: frozenset(re.split(r"\s+", words.strip())) for code, words in data.items()}
