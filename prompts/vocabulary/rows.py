"""The shape of the vocabulary files, checked when they are loaded."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graph.labels import Intent, Language, Tone

Share = Annotated[float, Field(gt=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Frozen):
    """One rule: any of its phrases in a clause means an intent, a tone or a signal."""

    name: str
    intent: Intent | None = None
    tone: Tone | None = None
    signal: str | None = None
    confidence: Share = 0.9
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    """Phrases beside which, in the same clause, the rule says nothing."""
    voids: tuple[Intent, ...] = ()
    """Intents that other rules may not find in a clause where this one holds."""
    negatable: bool = True
    """Whether "not" beside the words turns the rule off."""
    moot_beside: tuple[Intent, ...] = ()
    """Wishes beside which the words are only their reason: who moves house and cancels wants no other address."""
    mere_mention: bool = True
    """Whether a mere mention counts beside another wish; if not, the words must be asked or asked for."""
    told_only: bool = False
    """Whether the rule holds only where something is told: "the refund is there" is no "is the refund there?"."""

    @model_validator(mode="after")
    def _means_something(self) -> Row:
        if self.intent is None and self.tone is None and self.signal is None and not self.voids:
            raise ValueError(f"rule {self.name} means nothing")
        return self


class Combination(_Frozen):
    """An intent that two signals mean together, at most `within` clauses apart."""

    name: str
    intent: Intent
    confidence: Share
    signals: tuple[str, str]
    within: int = 3


class Negation(_Frozen):
    """Words that turn what stands near them into its opposite."""

    before: tuple[str, ...]
    """Cues before the words they deny."""
    after: tuple[str, ...] = ()
    """Cues after the words they deny."""
    stops: tuple[str, ...] = ()
    """Words over which no denial reaches."""
    final: tuple[str, ...] = ()
    """Words beside a denial that make it a withdrawal: "any more", "after all"."""
    urged: tuple[str, ...] = ()
    """Words beside a denial that make it a request not to do something: "please"."""
    refusing: tuple[str, ...] = ()
    """Those of the cues that refuse something still to come: "please do not cancel" takes a request back, "did not cancel" does not."""
    supposing: tuple[str, ...] = ()
    """Denials that are only supposed: "if you do not cancel, then ..." neither takes a request back nor denies what follows."""
    reach: int = 4


class Doubt(_Frozen):
    """Words that make a request less than a request."""

    hedges: tuple[str, ...]
    """The customer is not sure, or only thinks aloud."""
    conditions: tuple[str, ...]
    """The request depends on something that has yet to happen."""
    polite: tuple[str, ...]
    """Conditions that are mere politeness."""
    alternatives: tuple[str, ...] = ()
    """Words behind which, in their sentence, stands only what happens otherwise: "or I", "or else"."""


class Numbers(_Frozen):
    """Words around numbers."""

    order: tuple[str, ...]
    """Regular expressions for the words that mark an order number."""
    tracking: tuple[str, ...]
    """Regular expressions for the words that mark a tracking number."""
    before: tuple[str, ...]
    """Words after which an unmarked number is likely an order."""
    after: tuple[str, ...]
    """Words before which an unmarked number is likely an order."""
    fillers: tuple[str, ...]
    """Words that may stand beside a number which is otherwise the whole message."""
    customers_own: tuple[str, ...] = ()
    """Regular expressions for the words that mark a number of the customer's own papers, such as a purchase order."""


class General(_Frozen):
    """What a question about an order is about, for messages that no rule reads (`general.toml`)."""

    asking: tuple[str, ...]
    """How a question begins, or what makes a sentence a request for news."""
    time: tuple[str, ...]
    travel: tuple[str, ...]
    thing: tuple[str, ...]
    own: tuple[str, ...]
    """What calls a thing the customer's own; a hint in a question, none in a statement."""
    lack: tuple[str, ...]
    """What is not there, or not as it was said."""
    elsewhere: tuple[str, ...]
    """Words of other matters: a message that has one of them is not guessed at."""
    other_wishes: tuple[str, ...]
    """Words of wishes with rules of their own: a clause that has one of them is not guessed at."""


class Typos(_Frozen):
    """Spellings to be put right before the rules are tried."""

    core: tuple[str, ...] = ()
    """Words that are recognised with one letter wrong, missing, doubled or swapped."""
    fixed: dict[str, str] = {}
    """Short forms and common misspellings."""
    joined: dict[str, str] = {}
    """Several words that the rules know as one: "has not" is "hasnt"."""
    right: tuple[str, ...] = ()
    """Words that are right although they look like a slip of a core word: "chance" is no "cancel"."""


class VocabularyFile(_Frozen):
    """One vocabulary file."""

    language: Language
    function_words: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    typos: Typos
    negation: Negation
    doubt: Doubt
    numbers: Numbers
    row: tuple[Row, ...]
    combination: tuple[Combination, ...] = ()

    @model_validator(mode="after")
    def _combines_known_signals(self) -> VocabularyFile:
        known = {row.signal for row in self.row}
        for rule in self.combination:
            if not known.issuperset(rule.signals):
                raise ValueError(f"combination {rule.name} needs an unknown signal")
        return self
