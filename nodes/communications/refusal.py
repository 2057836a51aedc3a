"""Why a text is not proven."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class RefusalKind(StrEnum):
    """What kind of unproven thing a text holds."""

    LENGTH = "length"
    LANGUAGE = "language"
    HIDDEN = "hidden"
    MARKUP = "markup"
    NUMBER = "number"
    DATE = "date"
    WEEKDAY = "weekday"
    MONEY = "money"
    NAME = "name"
    NEVER = "never"
    CODE = "code"
    CLAIM = "claim"
    PROMISE = "promise"
    ARRIVAL = "arrival"
    FORBIDDEN = "forbidden"
    WORD = "word"


class Refusal(BaseModel):
    """One place of a text that no bound fact proves."""

    model_config = ConfigDict(frozen=True)

    kind: RefusalKind
    span_text: str
    because: str


class Proof(BaseModel):
    """Whether a text is proven by its facts, and if not, why."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    refusals: tuple[Refusal, ...] = ()
