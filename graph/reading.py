"""What a message says, as the rules read it: the typed result of reading, without any knowledge of orders."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from graph.labels import Intent, Language, Tone


class Place(StrEnum):
    """The part of a message in which something stands, the most trusted first (specification, section 1)."""

    TEXT = "text"
    METADATA = "metadata"
    SUBJECT = "subject"
    QUOTED = "quoted"


class Certainty(StrEnum):
    """How surely a mention refers to an order."""

    EXPLICIT = "explicit"
    """Marked as an order or parcel: `#1042`, `order 1042`, `WEB-1042`, a tracking number with valid check digit."""
    LIKELY = "likely"
    """Unmarked, but standing where an order number stands: `where is 20411`, `20801 and 20807`, `20507 pls`."""
    BARE = "bare"
    """Some number. Counts only if it is one of the sender's own order numbers."""


class MentionKind(StrEnum):
    """What a mention looks like."""

    ORDER = "order"
    TRACKING = "tracking"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Mention(_Frozen):
    """One number or code that may name an order."""

    kind: MentionKind
    value: str
    """As written, outer marks such as `#` removed, upper-cased for comparison."""
    certainty: Certainty
    place: Place
    clause: int = 0
    """Index of the clause of the new text (or subject) in which it stands."""


class Ask(_Frozen):
    """One intent found in the message."""

    intent: Intent
    clause: int
    confidence: float
    """0 to 1. Below 0.5 an intent is not acted on."""
    because: str
    """The rule and the words that matched, for reviewers and tests; never shown to customers."""


class ToneFlag(_Frozen):
    """One tone found in the message."""

    tone: Tone
    because: str


class StatedAddress(_Frozen):
    """A postal address that the customer wrote. `lines` are the lines as written; the parts are filled when recognised."""

    name: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str
    country: str | None = None


class Reading(_Frozen):
    """What one message says."""

    new_text: str
    """The customer's new words: no HTML, quoted history, signature or forwarded mail."""
    quoted_text: str = ""
    subject: str = ""
    language: Language | None = None
    """None where not detected with confidence, or not supported."""
    automatic: bool = False
    """Out of office, bounce, delivery receipt, `Auto-Submitted`."""
    mentions: tuple[Mention, ...] = ()
    asks: tuple[Ask, ...] = ()
    tones: tuple[ToneFlag, ...] = ()
    address: StatedAddress | None = None
    """A complete new delivery address in the new words, if there is one (also without an `address_change` intent)."""
    dates: tuple[str, ...] = ()
    """Words that place the order in time, lower-case: weekday names, `last week`, `march 3`, ISO dates; see `last_order`."""
    ordered_on: tuple[date, ...] = ()
    """Calendar dates in the text that can be read without a year being guessed wrongly (year absent: the arrival's year)."""
    last_order: bool = False
    """The customer says "my last order", "the latest one"."""
    accepts: bool = False
    """A plain yes to an offer: "yes please", "happy with that", "ja gerne"."""
    refused_parcel: bool = False
    """The customer says that he refused to take the parcel."""
    says_not_received: bool = False
    """The customer says plainly that the goods are not there; a dispute if the facts say they were delivered."""
    says_part_missing: bool = False
    """The customer says that only a part came; a dispute if the facts say that everything was delivered."""

    def has(self, intent: Intent) -> bool:
        """Whether an intent is among the asks with enough confidence to act on."""
        return any(ask.intent is intent and ask.confidence >= 0.5 for ask in self.asks)

    def intents(self) -> tuple[Intent, ...]:
        """The intents to act on, in the order of their first mention, each once."""
        return tuple(dict.fromkeys(ask.intent for ask in self.asks if ask.confidence >= 0.5))
