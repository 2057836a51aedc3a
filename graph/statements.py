"""What a reply is built from: statements, each bound to the facts it states.

A `Fact` can only be made from the allow-list in `graph.customer_view` (and from the promise and receipts of the run);
a text is only ever rendered from statements, and the guard proves the rendered text against their facts again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.labels import Language, Source


class FactKind(StrEnum):
    """How a fact is worded."""

    DAY = "day"
    """A calendar day on the customer's clock."""
    MOMENT = "moment"
    """A day and a time on the customer's clock."""
    MONEY = "money"
    """A `Decimal` as text, in `currency`."""
    COUNT = "count"
    NAME = "name"
    TITLE = "title"
    PLACE = "place"
    CARRIER = "carrier"
    ORDER_NUMBER = "order_number"
    TRACKING = "tracking"
    LINK = "link"
    ADDRESS = "address"
    CODE = "code"
    """A closed code such as `scan_reason.weather`, worded per language in the texts."""


class Fact(BaseModel):
    """One thing that a customer may be told, where it comes from, and how old it is."""

    model_config = ConfigDict(frozen=True)

    field: str
    """Path into the order context, e.g. `shipments[S1].eta`."""
    kind: FactKind
    value: str
    """ISO 8601 in UTC for DAY and MOMENT, decimal for MONEY and COUNT, plain text otherwise."""
    source: Source
    as_of: AwareDatetime
    zone: str = "UTC"
    currency: str | None = None

    @property
    def moment(self) -> datetime:
        """The value of a DAY or MOMENT."""
        return datetime.fromisoformat(self.value)


class Item(BaseModel):
    """Some pieces of an own item: title and quantity are facts."""

    model_config = ConfigDict(frozen=True)

    title: Fact
    quantity: Fact


class Part(StrEnum):
    """Where in a reply a statement stands; parts are paragraphs, in this order."""

    OPENING = "opening"
    KNOWN = "known"
    LIST = "list"
    DOING = "doing"
    OPTIONS = "options"
    NEXT = "next"


class Statement(BaseModel):
    """One sentence (or list row) to say: a key of the texts, with the facts of its placeholders."""

    model_config = ConfigDict(frozen=True)

    key: str
    """`section.name` in the texts of every language."""
    part: Part
    facts: dict[str, Fact] = {}
    items: tuple[Item, ...] = ()
    """Rendered at `{items}`: "2 × Title and Title"."""
    promises: bool = False
    """Whether it promises something: only sent with a follow-up in the same commit."""

    def all_facts(self) -> tuple[Fact, ...]:
        """Every fact it states, placeholders first, then items."""
        return (*self.facts.values(), *(fact for item in self.items for fact in (item.title, item.quantity)))


class Draft(BaseModel):
    """A customer text with everything that it rests on."""

    model_config = ConfigDict(frozen=True)

    language: Language
    kind: Literal["reply", "proactive"] = "reply"
    text: str
    statements: tuple[Statement, ...]
    due_at: AwareDatetime | None = None
    """The promised next update, if the text promises one."""

    def facts(self) -> tuple[Fact, ...]:
        """Every fact stated, each once."""
        unique = {(fact.field, fact.value): fact for statement in self.statements for fact in statement.all_facts()}
        return tuple(unique.values())
