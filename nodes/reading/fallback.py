"""What a message is about that no rule reads: a question or complaint in the words of orders and deliveries asks for the status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from graph.labels import Intent, Language
from graph.reading import Ask
from nodes.reading.clauses import Clause
from nodes.reading.matching import is_asked
from prompts.vocabulary import Vocabulary, vocabulary

_QUESTION = 0.55
_COMPLAINT = 0.5
_MOST_CLAUSES = 40


class Topic(StrEnum):
    """What the words of a message touch."""

    TIME = "time"
    TRAVEL = "travel"
    THING = "thing"
    OWN = "own"
    LACK = "lack"


def general_question(
    clauses: Sequence[Clause], likely: Iterable[Language], *, strict: bool, threatened: bool = False, only_asked: bool = False
) -> tuple[Ask, ...]:
    """The status asked in words that no rule knows.

    `strict` wants more to go by, for a message that says something else too; where the customer threatens, any word of orders will do;
    `only_asked` takes no complaint for a question, where a wish is in doubt.
    """
    for language in likely:
        words = vocabulary(language)
        spelt = [words.spelling.text(clause.text) for clause in clauses[:_MOST_CLAUSES]]
        if any(map(words.topics.elsewhere.any_in, spelt)):
            continue
        open_places = [place for place, text in enumerate(spelt) if not words.topics.other_wishes.any_in(text)]
        topics = _topics("".join(spelt[place] for place in open_places), words)
        if any(is_asked(place, clauses, spelt[place], words) for place in open_places) and len(topics - {Topic.LACK}) > strict:
            return (_ask(_QUESTION, topics),)
        if only_asked:
            continue
        if _is_complaint(topics, strict) or (threatened and bool(topics - {Topic.OWN})):
            return (_ask(_COMPLAINT, topics),)
    return ()


def touches_orders(text: str, languages: Iterable[Language]) -> bool:
    """Whether a text has words of orders, goods or deliveries in one of these languages, and not only of time or ownership."""
    return any(_topics(words.spelling.text(text), words) - {Topic.TIME, Topic.OWN} for words in map(vocabulary, languages))


def _is_complaint(topics: frozenset[Topic], strict: bool) -> bool:
    """Whether something told is about an order that has not come: a lack, or goods at some time."""
    if Topic.LACK in topics:
        return bool(topics & {Topic.TIME, Topic.TRAVEL}) and len(topics - {Topic.OWN}) >= 2 + strict
    return not strict and Topic.TIME in topics and bool(topics & {Topic.TRAVEL, Topic.THING})


def _topics(text: str, words: Vocabulary) -> frozenset[Topic]:
    phrases = {
        Topic.TIME: words.topics.time,
        Topic.TRAVEL: words.topics.travel,
        Topic.THING: words.topics.thing,
        Topic.OWN: words.topics.own,
        Topic.LACK: words.topics.lack,
    }
    return frozenset(topic for topic, known in phrases.items() if known.any_in(text))


def _ask(confidence: float, topics: Iterable[Topic]) -> Ask:
    because = f"general_question: {', '.join(sorted(topics))}"
    return Ask(intent=Intent.ORDER_STATUS, clause=0, confidence=confidence, because=because)
