"""What a language model may be asked, what it answers, and what asking costs. It proposes; rules, the guard and people decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict


class ModelUse(StrEnum):
    """The four things that a model may help with."""

    READING = "reading"
    """Reading a message that no rule reads."""
    INVESTIGATING = "investigating"
    """Looking at facts that conflict or are missing, for the reviewer."""
    WORDING = "wording"
    """Wording the customer text from its statements."""
    REVIEWER = "reviewer"
    """Reading a reviewer's free text, to be confirmed in the thread."""


Proposal = TypeVar("Proposal", bound=BaseModel)


@dataclass(frozen=True)
class Question(Generic[Proposal]):
    """One question to a model: our instructions, the data, and the type that the answer must have."""

    use: ModelUse
    version: str
    """The version of the prompt."""
    instructions: str
    content: str
    answer: type[Proposal]
    longest: int
    """Tokens that the answer may have at most."""
    asked_by: str
    """The run that asks: the same question of the same run is asked once."""


class Spent(BaseModel):
    """What asking cost. An answer without usage counts as what it was estimated to cost."""

    model_config = ConfigDict(frozen=True)

    calls: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0

    def plus(self, other: Spent) -> Spent:
        """Both together."""
        return Spent(
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            cost=self.cost + other.cost,
            seconds=round(self.seconds + other.seconds, 3),
        )


class Trouble(StrEnum):
    """Why a question has no answer."""

    NOTHING = ""
    LIMIT = "over the limit"
    RESTING = "resting after failures"
    TIMEOUT = "no answer in time"
    FAILED = "failed"
    TRUNCATED = "answer cut off"
    DECLINED = "declined"
    MALFORMED = "answer of another form"


@dataclass(frozen=True)
class Asked(Generic[Proposal]):
    """What came of a question. There is either a value or a trouble."""

    value: Proposal | None
    spent: Spent = field(default_factory=Spent)
    trouble: Trouble = Trouble.NOTHING
    detail: str = ""
    """For the log of the operators: the kind of an error, never a text of a customer."""


class ModelCall(BaseModel):
    """One use of the model in a run, as the run's record keeps it. Carries labels only, no personal data."""

    model_config = ConfigDict(frozen=True)

    use: ModelUse
    version: str
    outcome: Literal["used", "refused", "failed"]
    because: str = ""
    spent: Spent = Spent()


def total(calls: Iterable[ModelCall]) -> Spent:
    """What some calls cost together."""
    spent = Spent()
    for call in calls:
        spent = spent.plus(call.spent)
    return spent


class NoModel:
    """The service without a model: complete, and the default."""

    def serves(self, use: ModelUse) -> bool:
        """Nothing."""
        return False

    async def ask(self, question: Question[Proposal], in_run: Spent, in_case: Spent) -> Asked[Proposal]:
        """Never asked, as it serves nothing."""
        return Asked(None, trouble=Trouble.FAILED, detail="no model")
