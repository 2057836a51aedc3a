"""Reading an unclear message with a language model: a proposal, taken only as far as the rules' own checks carry it.

It is asked only where no rule reads anything and the sender is known. It hears wishes, never what ends something; it must quote the
customer's words; the quoted words must touch orders and deliveries; and what it heard is never surer than the policy's threshold, so
that a wished-for action always goes to a human.
"""

from __future__ import annotations

import json

from graph.labels import Intent, Language
from graph.language_model import ModelCall, ModelUse
from graph.masking import masked
from graph.proposals import Heard
from graph.reading import Ask, Reading
from graph.working import Sender, Understanding
from nodes.consulting import Consulting
from nodes.reading.fallback import touches_orders
from nodes.reading.injection import without_injection

_LONGEST = 2_000
_MOST = 3
_FEWEST_WORDS = 2


def may_hear(reading: Reading, sender: Sender, understanding: Understanding, consulting: Consulting) -> bool:
    """Whether a model is to be asked what the message wants."""
    nothing_read = not understanding.intents and not reading.tones and not reading.automatic and not reading.accepts
    long_enough = len(reading.new_text.split()) >= _FEWEST_WORDS
    return nothing_read and long_enough and sender.is_known and consulting.may_ask(ModelUse.READING)


async def hear(reading: Reading, sender: Sender, confidence: float, consulting: Consulting) -> tuple[Reading, ModelCall]:
    """The reading with what a model heard, where it stands; and the record of having asked."""
    text = masked(without_injection(reading.new_text)[:_LONGEST], (sender.customer.name,) if sender.customer else ())
    content = json.dumps({"language": reading.language or "", "message": text}, ensure_ascii=False)
    heard = await consulting.consult(ModelUse.READING, content, Heard)
    if heard.value is None:
        return reading, heard.call
    asks = []
    for proposal in heard.value.asks[:_MOST]:
        if refusal := _doubt(proposal.words, text, reading.language):
            return reading, heard.refused(refusal)
        asks.append(Ask(intent=Intent(proposal.intent), clause=0, confidence=confidence, because="heard by a model"))
    if not asks:
        return reading, heard.refused("it heard nothing either")
    return reading.model_copy(update={"asks": (*reading.asks, *asks)}), heard.call


def _doubt(words: str, text: str, language: Language | None) -> str:
    """Why a proposal does not stand, or nothing."""
    quoted = _plain(words)
    if len(quoted.split()) < _FEWEST_WORDS or quoted not in _plain(text):
        return "it quotes what the customer did not write"
    if not touches_orders(words, (language,) if language else tuple(Language)):
        return "the quoted words are not about an order"
    return ""


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(" .,!?\"'")
