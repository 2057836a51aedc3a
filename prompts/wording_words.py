"""What a reworded sentence may say, per language: `guard/wording/{language}.toml`, loaded once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from graph.labels import Language

_TOKEN = re.compile(r"\{[a-z_]+\}|[^\W\d_]+|[^\w\s]")
_JOINTS = str.maketrans({"’": " ", "'": " ", "-": " "})


def tokens_of(text: str) -> list[str]:
    """Words, placeholders and signs in lower case; an apostrophe or a hyphen divides words."""
    return _TOKEN.findall(text.translate(_JOINTS).lower())


def _phrases(text: object) -> object:
    return tuple(_phrase(entry.strip()) for entry in text.split(",") if entry.strip()) if isinstance(text, str) else text


def _phrase(entry: str) -> tuple[str, ...]:
    words = tokens_of(entry.removesuffix("*"))
    return (*words, "*") if entry.endswith("*") else tuple(words)


def _names(text: object) -> object:
    return tuple(name.strip() for name in text.split(",")) if isinstance(text, str) else text


def _endings(text: object) -> object:
    return tuple(end.strip() for end in text.split(",") if end.strip()) if isinstance(text, str) else text


Phrases = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_phrases)]
DateKind = Literal["by", "on", "since", "between", "dated"]


Words = Annotated[frozenset[str], BeforeValidator(_names)]


class Frame(BaseModel):
    """What holds a sentence together, as single words; the comment of the English file says what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    done: Words
    owned: Phrases
    opens: Words
    future: Words
    future_endings: Annotated[tuple[str, ...], BeforeValidator(_endings)]
    order: Words
    tracking: Words
    place: Words
    same: dict[str, Words]
    never: dict[str, Words]


class WordingWords(BaseModel):
    """One language's file; the comments of the English one say what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letters: str
    general: Phrases
    weak: Phrases = ()
    claims: Annotated[frozenset[str], BeforeValidator(_names)]
    denied: Phrases
    open: Phrases
    ahead: Phrases
    sure: Phrases
    reported: Phrases
    conjunctions: Phrases
    dates: dict[DateKind, Phrases]
    bars: dict[str, Phrases]
    frame: Frame
    prepositions: dict[Literal["toward"], Phrases]
    topics: dict[str, Phrases]
    small_after_greeting: Phrases = ()

    @property
    def weighty(self) -> frozenset[str]:
        """The lists whose phrases are never read word by word: claims, and what says that something is over."""
        return frozenset(f"topic.{topic}" for topic in (*self.claims, "past"))

    @model_validator(mode="after")
    def _claims_are_topics(self) -> WordingWords:
        if unknown := (self.claims | self.bars.keys()) - self.topics.keys():
            raise ValueError(f"no topic is called {', '.join(sorted(unknown))}")
        return self


class RewordedKeys(BaseModel):
    """`guard/wording/keys.toml`: which sentences may be reworded at all, and which claim speaks for which others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reworded: tuple[str, ...]
    fixed: tuple[str, ...]
    never_beside: tuple[str, ...]
    failed_by_nature: tuple[str, ...]
    covers: dict[str, tuple[str, ...]]

    def may_be_reworded(self, key: str) -> bool:
        """Whether a sentence may be reworded; all others stay as they are."""
        return key not in self.fixed and (key in self.reworded or key.partition(".")[0] in self.reworded)


@cache
def wording_words(language: Language) -> WordingWords:
    """The words of a language."""
    return WordingWords.model_validate(_read(f"{language.value}.toml"))


@cache
def reworded_keys() -> RewordedKeys:
    """The sentences that may be reworded."""
    return RewordedKeys.model_validate(_read("keys.toml"))


def longest_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word, the longest first; a phrase that ends with `*` is under its open word's first letters."""
    ordered: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        ordered.setdefault(phrase[0][:3], []).append(phrase)
    return ordered


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(files("prompts").joinpath("guard", "wording", name).read_text("utf-8"))
