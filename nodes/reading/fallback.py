"""What a message is about that no rule reads: a question or complaint in the words of orders and deliveries asks for the status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.labels import Intent, Language
from graph.reading import Ask
from nodes.reading.clauses import Clause
from nodes.reading.matching import is_asked
from prompts.vocabulary import Vocabulary, vocabulary

_QUESTION = 0.55
_COMPLAINT = 0.5
_ENOUGH_FOR_A_COMPLAINT = 2
_MOST_CLAUSES = 40


def general_question(clauses: Sequence[Clause], likely: Iterable[Language], *, strict: bool, beside_thanks: bool = False) -> tuple[Ask, ...]:
    """A question that touches time, travel or goods, or a complaint that touches them and what is lacking.

    `strict` asks for one topic more. Beside thanks only a real question mark counts.
    """
    for language in likely:
        words = vocabulary(language)
        spelt = {place: words.spelling.text(clause.text) for place, clause in enumerate(clauses[:_MOST_CLAUSES])}
        spelt = {place: text for place, text in spelt.items() if not words.topics.elsewhere.any_in(text)}
        topics = _topics("".join(spelt.values()), words)
        asks = any(clauses[place].question or (not beside_thanks and is_asked(place, clauses, text, words)) for place, text in spelt.items())
        if asks and len(topics - {"lack"}) > strict:
            return (_ask(_QUESTION, topics),)
        if not beside_thanks and len(topics) >= _ENOUGH_FOR_A_COMPLAINT + strict and topics >= {"lack"} and topics & {"time", "travel"}:
            return (_ask(_COMPLAINT, topics),)
    return ()


def _topics(text: str, words: Vocabulary) -> set[str]:
    named = {"time": words.topics.time, "travel": words.topics.travel, "thing": words.topics.thing, "lack": words.topics.lack}
    return {name for name, phrases in named.items() if phrases.any_in(text)}


def _ask(confidence: float, topics: Iterable[str]) -> Ask:
    because = f"general_question: {', '.join(sorted(topics))}"
    return Ask(intent=Intent.ORDER_STATUS, clause=0, confidence=confidence, because=because)
