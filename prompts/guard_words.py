"""What the guard looks for, per language: `guard/{language}.toml`, loaded once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from graph.labels import Language

Words = Annotated[frozenset[str], BeforeValidator(lambda text: frozenset(text.split()) if isinstance(text, str) else text)]
Claim = Literal[
    "delivered", "shipped", "out_for_delivery", "cancelled", "refunded", "replaced", "address_changed", "investigation",
    "lost", "damaged", "returned", "pickup", "customs",
]  # fmt: skip


class GuardWords(BaseModel):
    """One language's file; its comments say what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    function_words: Words
    negations: Words
    numbers: Words
    near_unit_numbers: Words
    fillers: Words
    ordinals: Words
    time_units: Words
    things: Words
    money: Words
    lone_time: tuple[str, ...]
    relative: tuple[str, ...]
    promises: tuple[str, ...]
    arrival: tuple[str, ...]
    never: tuple[str, ...]
    names: tuple[str, ...] = ()
    verbs: Words
    words: Words = frozenset()
    claims: dict[Claim, tuple[str, ...]]


class ClaimKeys(BaseModel):
    """`guard/claims.toml`: the statements that allow each claim."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: dict[Claim, tuple[str, ...]]

    def allows(self, claim: Claim, key: str) -> bool:
        """Whether a bound statement allows a claim."""
        return any(key == own or (own[-1] in "._" and key.startswith(own)) for own in self.keys[claim])


@cache
def guard_words(language: Language) -> GuardWords:
    """The words of a language."""
    return GuardWords.model_validate(_read(f"{language}.toml"))


@cache
def claim_keys() -> ClaimKeys:
    """The statements that allow each claim."""
    return ClaimKeys.model_validate({"keys": _read("claims.toml")})


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(files("prompts").joinpath("guard", name).read_text("utf-8"))
