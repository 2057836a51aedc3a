"""The door of reading: one message in, one typed reading out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from graph.labels import Channel, Intent, Language
from graph.reading import Ask, Certainty, Mention, Place, Reading
from nodes.reading.address import stated_address
from nodes.reading.automatic import is_automatic
from nodes.reading.clauses import Clause, split_clauses
from nodes.reading.dates import calendar_dates, date_words
from nodes.reading.fallback import general_question
from nodes.reading.injection import without_injection
from nodes.reading.intents import ACTED_ON, asks_of, signals_of, with_mere_denials_weakened, with_subject, without_told_state
from nodes.reading.language import detect
from nodes.reading.mail import clean, split_message
from nodes.reading.matching import DENIED_ACTIONS, Found, find_rows
from nodes.reading.numbers import mentions_in, mentions_of_metadata
from nodes.reading.tones import says_nothing_of_an_order, threatens, tones_of
from prompts.vocabulary import vocabulary

_LONGEST_READ = 12_000
_REPLY = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|antw|wg|sv|rv|tr|ré|rép|r|fw|fwd|vs)\s?(?:\[\d+\])?\s?:\s*", re.IGNORECASE)
_NUMBER_ALONE = 0.6
_NUMBER_AND_QUESTION = 0.55
_ADDRESS_STATED = 0.8
_WORDS_OF_AN_ADDRESS = 20
_WORDS_OF_A_QUESTION = 3
"""A question of so many words beside thanks is no farewell, even where no rule reads it."""
_NOD = re.compile(r"\s*(?:[👍🙏👌❤🙂😊🎉💯✅]\s*)+")
_QUESTION_MARKS = re.compile(r"[\s?¿!.]*\?[\s?¿!.]*")


def read_message(*, text: str, subject: str | None, channel: Channel, metadata: Mapping[str, str], received_at: datetime) -> Reading:
    """Read one message: what it asks, how, about which numbers, in which language."""
    parts = split_message(text, channel)
    topic = clean((subject or "")[:500]).replace("\n", " ")
    own = without_injection(parts.new[:_LONGEST_READ])
    title = without_injection(_REPLY.sub("", topic))
    is_reply = _REPLY.match(topic) is not None
    clauses = split_clauses(own)
    title_clauses = split_clauses(title, first_index=len(clauses))
    language, likely = detect(f"{own}\n{title}" if not is_reply and len(own) < 80 else own)
    found = find_rows(clauses, map(vocabulary, likely))
    found_title = find_rows(title_clauses, map(vocabulary, likely))
    mentions = _mentions(own, clauses, title, title_clauses, parts.quoted, metadata)
    address = stated_address(own)
    asks = _asks(found, found_title, likely, is_reply)
    asks = _with_address(asks, found, len(own.split())) if address else asks
    asks = asks if _names_several(mentions) else without_told_state(asks, found)
    asks = with_mere_denials_weakened(asks, found)
    asks = asks or _asks_of_number(own, title, clauses, mentions, is_reply)
    shown = found if is_reply else [*found, *found_title]
    tones = tones_of(shown, clauses, own)
    sure = [ask for ask in asks if ask.confidence >= ACTED_ON]
    if all(ask.intent is Intent.THANKS_OR_CLOSING for ask in sure):
        others = [clause for clause in clauses if clause.index not in {ask.clause for ask in asks if ask.intent is not Intent.WITHDRAW_REQUEST}]
        asks_besides = bool(sure) and any(clause.question and len(clause.text.split()) >= _WORDS_OF_A_QUESTION for clause in others)
        strict = (says_nothing_of_an_order(tones) or bool(sure)) and not asks_besides
        doubted = any(ask.intent in DENIED_ACTIONS for ask in asks)
        status = general_question(others, likely, strict=strict, threatened=threatens(tones), only_asked=doubted)
        asks = (*status, *(ask for ask in asks if ask not in sure)) if status or asks_besides else asks
    return Reading(
        new_text=parts.new,
        quoted_text=parts.quoted,
        subject=topic,
        language=language,
        automatic=is_automatic(new_text=parts.new, subject=topic, metadata=metadata),
        mentions=mentions,
        asks=asks,
        tones=tones,
        address=address,
        dates=date_words(own),
        ordered_on=calendar_dates(own, received_at),
        **_signals(found),
    )


def _mentions(
    own: str, clauses: Sequence[Clause], title: str, title_clauses: Sequence[Clause], quoted: str, metadata: Mapping[str, str]
) -> tuple[Mention, ...]:
    return (
        *mentions_in(own, clauses, Place.TEXT),
        *mentions_of_metadata(metadata),
        *mentions_in(title, title_clauses, Place.SUBJECT),
        *mentions_in(quoted[:_LONGEST_READ], (), Place.QUOTED),
    )


def _asks(found: Sequence[Found], found_title: Sequence[Found], likely: Sequence[Language], is_reply: bool) -> tuple[Ask, ...]:
    combinations = [rule for language in likely for rule in vocabulary(language).combinations]
    body = asks_of([*found, *(() if is_reply else found_title)], combinations)
    title_indexes = {item.clause for item in found_title}
    own = tuple(ask for ask in body if ask.clause not in title_indexes)
    return with_subject(own, asks_of(found_title, combinations), is_reply=is_reply)


def _with_address(asks: tuple[Ask, ...], found: Sequence[Found], words: int) -> tuple[Ask, ...]:
    """The asks, and a change of address where a whole address stands behind "send it to" or alone."""
    if any(ask.intent is Intent.ADDRESS_CHANGE for ask in asks):
        return asks
    clause = next((item.clause for item in found if item.row.signal == "send_to" and not item.denied), None)
    if clause is not None:
        return (*asks, Ask(intent=Intent.ADDRESS_CHANGE, clause=clause, confidence=_ADDRESS_STATED, because="send_to: a complete address"))
    if not asks and words <= _WORDS_OF_AN_ADDRESS:
        return (Ask(intent=Intent.ADDRESS_CHANGE, clause=0, confidence=_NUMBER_ALONE, because="only an address"),)
    return asks


def _asks_of_number(own: str, title: str, clauses: Sequence[Clause], mentions: Sequence[Mention], is_reply: bool) -> tuple[Ask, ...]:
    """A message that names an order and says nothing else asks for its status."""
    places = (Place.TEXT,) if is_reply else (Place.TEXT, Place.SUBJECT)
    sure = any(one.place in places and one.certainty is not Certainty.BARE for one in mentions)
    words = sum(word.isalpha() for clause in clauses for word in clause.text.split())
    if _NOD.fullmatch(own):
        return (Ask(intent=Intent.THANKS_OR_CLOSING, clause=0, confidence=_NUMBER_ALONE, because="a nod"),)
    if _QUESTION_MARKS.fullmatch(own):
        return (Ask(intent=Intent.ORDER_STATUS, clause=0, confidence=ACTED_ON, because="only a question mark"),)
    if sure and words <= 4:
        return (Ask(intent=Intent.ORDER_STATUS, clause=0, confidence=_NUMBER_ALONE, because="only an order number"),)
    if sure and any(clause.question for clause in clauses):
        return (Ask(intent=Intent.ORDER_STATUS, clause=0, confidence=_NUMBER_AND_QUESTION, because="a question beside an order number"),)
    return ()


def _names_several(mentions: Sequence[Mention]) -> bool:
    """Whether the customer speaks of several orders, so that what is told of one may be the wish about another."""
    return len({one.value for one in mentions if one.place is Place.TEXT and one.certainty is not Certainty.BARE}) > 1


def _signals(found: Sequence[Found]) -> dict[str, bool]:
    names = signals_of(found)
    return {
        "last_order": "last_order" in names,
        "accepts": "accepts" in names,
        "refused_parcel": "refused_parcel" in names,
        "says_not_received": "plainly_not_received" in names,
        "says_part_missing": "part_missing" in names,
    }
