"""What a customer wants: the rows that hold, put together over the whole message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.labels import Intent
from graph.reading import Ask
from nodes.reading.matching import DENIED_ACTIONS, Found
from prompts.vocabulary import Combination

WITHDRAWN = 0.6
"""Confidence that a denied request ("please do not cancel") takes back an earlier one."""
ACTED_ON = 0.5
_NEVER_MIND = 0.55
"""Confidence of a mere "never mind" or "changed my mind": a farewell beside thanks, and only a hint beside the wish itself."""
WITHDRAWAL_HINTED = 0.4
"""Confidence of a withdrawal that is only hinted at: it counts where a request is open."""
_OF_SUBJECT = 0.9
_OF_REPLY_SUBJECT = 0.4
_WISHES = DENIED_ACTIONS | {Intent.DELIVERY_DISPUTE, Intent.WITHDRAW_REQUEST, Intent.STOP_CONTACT}


def asks_of(found: Sequence[Found], combinations: Iterable[Combination]) -> tuple[Ask, ...]:
    """The asks of a message, each intent once per clause, in the order of the clauses."""
    voided = {(item.clause, intent) for item in found if not item.denied for intent in item.row.voids}
    valid = [item for item in found if (item.clause, item.row.intent) not in voided]
    wished = {item.row.intent for item in valid if not item.denied and item.confidence >= ACTED_ON}
    counted = [
        item for item in valid if not wished & set(item.row.moot_beside) and (item.row.mere_mention or item.asked or not _is_beside(item, valid))
    ]
    asks = [ask for item in counted for ask in _asks_of_row(item)]
    return _settled(asks + _combined(found, combinations))


def _is_beside(item: Found, others: Iterable[Found]) -> bool:
    """Whether the message asks something of another kind, or an order's matter is wanted beside what is none."""
    return any(
        other.row.intent not in {item.row.intent, None, Intent.NOT_WISMO, Intent.THANKS_OR_CLOSING}
        and not other.denied
        and (other.asked or (item.row.intent is Intent.NOT_WISMO and other.row.intent in _WISHES))
        for other in others
        if other.clause != item.clause or item.row.intent is Intent.NOT_WISMO
    )


def without_told_state(asks: tuple[Ask, ...], found: Sequence[Found]) -> tuple[Ask, ...]:
    """The asks without status questions that only tell why something else is wanted: "it is late, refund me"."""
    wishes = [ask for ask in asks if ask.intent in _WISHES and ask.confidence >= ACTED_ON]
    if not wishes:
        return asks
    disputed = any(ask.intent is Intent.DELIVERY_DISPUTE for ask in wishes)
    asked = {item.clause for item in found if item.asked} - {ask.clause for ask in wishes}
    return tuple(ask for ask in asks if ask.intent is not Intent.ORDER_STATUS or (ask.clause in asked and not disputed))


def signals_of(found: Iterable[Found]) -> frozenset[str]:
    """The names of the signals that hold somewhere in the message."""
    return frozenset(item.row.signal for item in found if item.row.signal and not item.denied)


def with_subject(body: tuple[Ask, ...], subject: tuple[Ask, ...], *, is_reply: bool) -> tuple[Ask, ...]:
    """The asks of body and subject together; the subject of a reply is history and only hints at a status question."""
    if is_reply:
        hints = tuple(_weaker(ask, _OF_REPLY_SUBJECT) for ask in subject if ask.intent is Intent.ORDER_STATUS)
        return _closing_only_alone(body or hints)
    asked = {ask.intent for ask in body if ask.confidence >= ACTED_ON}
    takes_back = Intent.WITHDRAW_REQUEST in asked
    added = tuple(_weaker(ask, _OF_SUBJECT) for ask in subject if ask.intent not in asked and not (takes_back and ask.intent in DENIED_ACTIONS))
    return _closing_only_alone(body + added)


def _asks_of_row(item: Found) -> Iterable[Ask]:
    intent, because = item.row.intent, f"{item.row.name}: {item.words}"
    if intent is None:
        return ()
    if not item.denied:
        return (Ask(intent=intent, clause=item.clause, confidence=item.confidence, because=because),)
    if intent in DENIED_ACTIONS and item.refused:
        sure = item.final or item.urged or intent is Intent.CANCEL
        return (Ask(intent=Intent.WITHDRAW_REQUEST, clause=item.clause, confidence=WITHDRAWN if sure else 0.3, because=f"not {because}"),)
    return ()


def _combined(found: Sequence[Found], combinations: Iterable[Combination]) -> list[Ask]:
    places: dict[str, list[Found]] = {}
    for item in found:
        if item.row.signal and not item.denied:
            places.setdefault(item.row.signal, []).append(item)
    return [
        Ask(intent=rule.intent, clause=max(one.clause, two.clause), confidence=rule.confidence, because=f"{rule.name}: {one.words} + {two.words}")
        for rule in combinations
        for one in places.get(rule.signals[0], ())
        for two in places.get(rule.signals[1], ())
        if abs(one.clause - two.clause) <= rule.within
    ]


def with_mere_denials_weakened(asks: tuple[Ask, ...], found: Iterable[Found]) -> tuple[Ask, ...]:
    """What is only said not to be meant beside another wish hints at a withdrawal: "I do not want to cancel, just tell me when it comes"."""
    final = {item.clause for item in found if item.final}
    others = any(ask.intent is not Intent.WITHDRAW_REQUEST and ask.confidence >= ACTED_ON for ask in asks)
    return tuple(_hint(ask) if others and ask.clause not in final and ask.confidence <= WITHDRAWN else ask for ask in asks)


def _hint(ask: Ask) -> Ask:
    """A withdrawal that counts only where a request is open."""
    return ask.model_copy(update={"confidence": WITHDRAWAL_HINTED}) if ask.intent is Intent.WITHDRAW_REQUEST else ask


def _settled(asks: list[Ask]) -> tuple[Ask, ...]:
    taken_back = max((ask.clause for ask in asks if ask.intent is Intent.WITHDRAW_REQUEST and ask.confidence >= ACTED_ON), default=-1)
    best: dict[tuple[Intent, int], Ask] = {}
    for ask in asks:
        if ask.intent in DENIED_ACTIONS and ask.clause < taken_back:
            continue
        key = (ask.intent, ask.clause)
        if key not in best or best[key].confidence < ask.confidence:
            best[key] = ask
    return _closing_only_alone(tuple(sorted(best.values(), key=lambda ask: (ask.clause, -ask.confidence))))


def _closing_only_alone(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    if any(ask.intent is not Intent.WITHDRAW_REQUEST and ask.confidence >= ACTED_ON for ask in asks):
        asks = tuple(_hint(ask) if ask.confidence <= _NEVER_MIND else ask for ask in asks)
    others = any(ask.intent is not Intent.THANKS_OR_CLOSING and ask.confidence >= ACTED_ON for ask in asks)
    return tuple(ask for ask in asks if not (others and ask.intent is Intent.THANKS_OR_CLOSING))


def _weaker(ask: Ask, factor: float) -> Ask:
    return ask.model_copy(update={"confidence": round(ask.confidence * factor, 3)})
