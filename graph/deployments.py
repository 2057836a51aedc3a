"""Entry points as data: what starts a run, from when on, and whether it speaks (specification, sections 1 and 8). Pure: no network, no disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field, PositiveInt, StringConstraints, model_validator

from graph.arrivals import EventArrived, MessageArrived
from graph.labels import Channel, Intent, Mode
from graph.policy_part import Part

C = TypeVar("C", bound=Collection[object])


def _some(several: C) -> C:
    """Checked after each of them, so that a mistake in one is not told as a lack."""
    if not several:
        raise ValueError("at least one is needed")
    return several


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Words = Annotated[tuple[Word, ...], AfterValidator(_some)]
Intents = Callable[[], frozenset[Intent]]
"""What a message wants; read only where an entry point asks for it."""

TAGS, GROUP, MAILBOX = "tags", "group", "mailbox"
"""The helpdesk fields of a message (`metadata`) that entry points look at."""


class TagTrigger(Part):
    """A message whose ticket has one of these tags. Several tags in the field are apart by commas, or by blanks where there is no comma."""

    kind: Literal["tag"]
    any_of: Words


class GroupTrigger(Part):
    """A message whose ticket belongs to one of these groups."""

    kind: Literal["group"]
    any_of: Words


class ChatIntentTrigger(Part):
    """A chat message that wants one of these things."""

    kind: Literal["chat_intent"]
    any_of: Annotated[frozenset[Intent], AfterValidator(_some)]


class MailboxTrigger(Part):
    """A mail to one of these addresses; a star stands for any letters."""

    kind: Literal["mailbox"]
    any_of: Words


class WebhookTrigger(Part):
    """An event of one of these sources (all, where none is named) whose type fits; a star stands for any letters."""

    kind: Literal["webhook"]
    sources: frozenset[Literal["oms", "wms", "supplier", "inventory", "carrier"]] = frozenset()
    types: Words = ("*",)


class ScheduleTrigger(Part):
    """The sweep's look at open orders that nobody asked about; the policy's `sweep.open_orders` says whether there is one."""

    kind: Literal["schedule"]


Trigger = Annotated[
    TagTrigger | GroupTrigger | ChatIntentTrigger | MailboxTrigger | WebhookTrigger | ScheduleTrigger,
    Field(discriminator="kind"),
]


class Filter(Part):
    """What a message must be besides; an absent key lets everything through."""

    channels: frozenset[Channel] = frozenset()
    intents: frozenset[Intent] = frozenset()
    without_tags: tuple[Word, ...] = ()
    metadata: dict[Word, Word] = {}

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return not (self.channels or self.intents or self.without_tags or self.metadata)


class Deployment(Part):
    """One entry point."""

    name: Name
    trigger: Trigger
    filter: Filter = Filter()
    mode: Mode = Mode.SHADOW
    enabled: bool = True
    go_live: AwareDatetime | None = None
    """What happened before is not taken."""
    cap_per_hour: PositiveInt | None = None
    """Live runs within an hour; beyond it the rest is drafted, for humans to send."""

    @model_validator(mode="after")
    def _filters_messages_only(self) -> Deployment:
        if not isinstance(self.trigger, MESSAGES) and not self.filter.is_open:
            raise ValueError("only messages are filtered; an event has sources and types in its trigger")
        return self

    def takes_message(self, message: MessageArrived, intents: Intents) -> bool:
        """Whether this message comes in here."""
        if not self._has_begun(message.at) or not _fires(self.trigger, message, intents):
            return False
        wanted, tags = self.filter, _tags(message)
        return (
            (not wanted.channels or message.channel in wanted.channels)
            and not {tag.casefold() for tag in wanted.without_tags} & tags
            and all(message.metadata.get(key, "").casefold() == value.casefold() for key, value in wanted.metadata.items())
            and (not wanted.intents or bool(wanted.intents & intents()))
        )

    def takes_event(self, event: EventArrived) -> bool:
        """Whether this event comes in here."""
        trigger = self.trigger
        if not isinstance(trigger, WebhookTrigger) or not self._has_begun(event.occurred_at):
            return False
        return (not trigger.sources or event.source in trigger.sources) and _fits_any(trigger.types, event.type)

    def sweeps(self, at: datetime) -> bool:
        """Whether the sweep comes in here."""
        return isinstance(self.trigger, ScheduleTrigger) and self._has_begun(at)

    def _has_begun(self, at: datetime) -> bool:
        return self.enabled and (self.go_live is None or at >= self.go_live)


MESSAGES = (TagTrigger, GroupTrigger, ChatIntentTrigger, MailboxTrigger)


class Deployments(Part):
    """All entry points; the first that takes an arrival has it. What none takes is kept, and starts nothing."""

    deployments: Annotated[tuple[Deployment, ...], AfterValidator(_some)]

    @model_validator(mode="after")
    def _names_differ(self) -> Deployments:
        names = [each.name for each in self.deployments]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two entry points are called {twice[0]!r}")
        return self

    def named(self, name: str) -> Deployment | None:
        """The entry point of that name."""
        return next((each for each in self.deployments if each.name == name), None)

    def for_message(self, message: MessageArrived, intents: Intents) -> Deployment | None:
        """Where a message comes in."""
        return next((each for each in self.deployments if each.takes_message(message, intents)), None)

    def for_event(self, event: EventArrived) -> Deployment | None:
        """Where an event comes in."""
        return next((each for each in self.deployments if each.takes_event(event)), None)

    def for_sweep(self, at: datetime) -> Deployment | None:
        """Where the sweep comes in."""
        return next((each for each in self.deployments if each.sweeps(at)), None)


def _fires(trigger: Trigger, message: MessageArrived, intents: Intents) -> bool:
    if isinstance(trigger, TagTrigger):
        return bool({tag.casefold() for tag in trigger.any_of} & _tags(message))
    if isinstance(trigger, GroupTrigger):
        return message.metadata.get(GROUP, "").strip().casefold() in {group.casefold() for group in trigger.any_of}
    if isinstance(trigger, ChatIntentTrigger):
        return message.channel is Channel.CHAT and bool(trigger.any_of & intents())
    if isinstance(trigger, MailboxTrigger):
        return message.channel is Channel.EMAIL and _fits_any(trigger.any_of, message.metadata.get(MAILBOX, "").strip())
    return False


def _tags(message: MessageArrived) -> set[str]:
    text = message.metadata.get(TAGS, "")
    parts = text.split(",") if "," in text else text.split()
    return {part.strip().casefold() for part in parts if part.strip()}


def _fits_any(patterns: Iterable[str], text: str) -> bool:
    return any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.IGNORECASE | re.DOTALL) for pattern in patterns)
