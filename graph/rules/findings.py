"""What a rule found, and because of what."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from graph.labels import Condition, Trigger


class Because(BaseModel):
    """The rule that held and the facts that it held on, as paths into the order context."""

    model_config = ConfigDict(frozen=True)

    rule: str
    facts: tuple[str, ...] = ()
    note: str = ""


class Stage(StrEnum):
    """How far the pieces of a group have come."""

    PARCEL = "parcel"
    UNSHIPPED = "unshipped"


class Piece(BaseModel):
    """Some pieces of one line, in one group."""

    model_config = ConfigDict(frozen=True)

    line_id: str
    quantity: int


class Group(BaseModel):
    """Pieces that share a fate: one parcel, or one fulfilment state. Each group has one condition."""

    model_config = ConfigDict(frozen=True)

    stage: Stage
    pieces: tuple[Piece, ...]
    condition: Condition
    because: Because
    shipment_id: str | None = None
    fulfillment_id: str | None = None


class Side(BaseModel):
    """One side of a contradiction."""

    model_config = ConfigDict(frozen=True)

    system: str
    says: str
    as_of: AwareDatetime


class Conflict(BaseModel):
    """Two systems that contradict each other, and the question that would settle it."""

    model_config = ConfigDict(frozen=True)

    rule: str
    sides: tuple[Side, Side]
    settled_by: str
    facts: tuple[str, ...] = ()

    @property
    def newer(self) -> AwareDatetime:
        """The time of the newer of the two facts."""
        return max(side.as_of for side in self.sides)


class Assessment(BaseModel):
    """The state of the order: its condition, all conditions, the groups, and what is missing or contradictory."""

    model_config = ConfigDict(frozen=True)

    condition: Condition
    because: Because
    conditions_all: tuple[Condition, ...]
    groups: tuple[Group, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    """Needed systems whose facts are unknown."""

    def having(self, *conditions: Condition) -> tuple[Group, ...]:
        """The groups in one of these conditions."""
        return tuple(group for group in self.groups if group.condition in conditions)


class Fired(BaseModel):
    """A trigger that holds."""

    model_config = ConfigDict(frozen=True)

    trigger: Trigger
    because: Because
