"""How a customer says it: threats, the wish for a human, fury."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graph.labels import Tone
from graph.reading import ToneFlag
from nodes.reading.clauses import Clause
from nodes.reading.matching import Found

_CAPITALS = re.compile(r"[A-ZÄÖÜÀ-Þ]{2,}")
_WORDS_OF_A_SHOUT = 3
_SHOUTS = 2
_LONG_SHOUT = 12
_THREATS = frozenset({Tone.CHARGEBACK_THREAT, Tone.LEGAL_THREAT})
_OF_AN_ORDER = _THREATS | {Tone.ANGRY_CUSTOMER}


def tones_of(found: Iterable[Found], clauses: Sequence[Clause], text: str) -> tuple[ToneFlag, ...]:
    """Each tone once, with the words that show it."""
    flags: dict[Tone, ToneFlag] = {}
    for item in found:
        if item.row.tone is not None and not item.denied:
            flags.setdefault(item.row.tone, ToneFlag(tone=item.row.tone, because=f"{item.row.name}: {item.words}"))
    if Tone.ANGRY_CUSTOMER not in flags and is_shouted(clauses, text):
        flags[Tone.ANGRY_CUSTOMER] = ToneFlag(tone=Tone.ANGRY_CUSTOMER, because="shouted: capitals and exclamation marks")
    return tuple(flags[tone] for tone in Tone if tone in flags)


def is_shouted(clauses: Sequence[Clause], text: str) -> bool:
    """Whether several sentences are shouted; one short question in capitals is only a stuck key."""
    shouted = [clause for clause in clauses if _is_shout(clause.raw)]
    words = sum(len(clause.text.split()) for clause in shouted)
    return len({clause.sentence for clause in shouted}) >= _SHOUTS and words >= _LONG_SHOUT and text.count("!") >= 2


def _is_shout(raw: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", raw)
    return len(words) >= _WORDS_OF_A_SHOUT and sum(_CAPITALS.fullmatch(word) is not None for word in words) >= 0.8 * len(words)


def says_nothing_of_an_order(tones: Iterable[ToneFlag]) -> bool:
    """Whether a tone stands for itself, as the wish for a human does; threats and fury are about an order that has not come."""
    return any(flag.tone not in _OF_AN_ORDER for flag in tones)


def threatens(tones: Iterable[ToneFlag]) -> bool:
    """Whether the customer threatens with bank or court."""
    return any(flag.tone in _THREATS for flag in tones)
