"""What a reworded sentence may say, per language: `guard/wording/{language}.toml`, loaded once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from graph.labels import Language

Words = Annotated[frozenset[str], BeforeValidator(lambda text: frozenset(text.split()) if isinstance(text, str) else text)]


class WordingWords(BaseModel):
    """One language's file; its comments say what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    general: Words
    claims: Words
    denied: Words
    open: Words
    ahead: Words
    conjunctions: Words
    dates: dict[str, tuple[str, ...]]
    topics: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _claims_are_topics(self) -> WordingWords:
        if unknown := self.claims - self.topics.keys():
            raise ValueError(f"no topic is called {', '.join(sorted(unknown))}")
        return self


@cache
def wording_words(language: Language) -> WordingWords:
    """The words of a language."""
    path = files("prompts").joinpath("guard", "wording", f"{language.value}.toml")
    return WordingWords.model_validate(tomllib.loads(path.read_text("utf-8")))
