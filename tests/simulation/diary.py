"""What happened between the shop and the customer of one order, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.labels import Language
from graph.statements import Fact


@dataclass(frozen=True)
class Told:
    """A message of ours that went out."""

    at: datetime
    text: str
    language: Language = Language.EN
    zone: str = "UTC"
    facts: tuple[Fact, ...] = ()
    because: str = "event"
    """What it answers: `message`, `decision`, `timer`, `event` or `look:` with its reason."""
    asked_at: datetime | None = None
    """When the customer wrote what it answers."""
    news: str = ""
    """The kind of news that it tells, if it is about news."""
    condition: str = ""
    lies: tuple[str, ...] = ()
    """What in it was not true when it went out."""

    @property
    def promised(self) -> datetime | None:
        """The next update that it promises."""
        due = [fact.moment for fact in self.facts if fact.field == "follow_up.due_at"]
        return due[0] if due else None

    @property
    def is_asked(self) -> bool:
        """Whether the customer had asked."""
        return self.because == "message"


@dataclass(frozen=True)
class TeammateAnswered:
    """A human answered the customer publicly."""

    at: datetime


@dataclass(frozen=True)
class CustomerWrote:
    """The customer wrote."""

    at: datetime


@dataclass(frozen=True)
class TakenOver:
    """From now on the open promise is a human's."""

    at: datetime


@dataclass(frozen=True)
class PromiseMoved:
    """A reviewer named another time for what was promised."""

    at: datetime
    due: datetime


Entry = Told | TeammateAnswered | CustomerWrote | TakenOver | PromiseMoved
Diary = list[Entry]
