"""What the customer wants of one order, with what we asked and offered before taken into account."""

from __future__ import annotations

from graph.case import AskedQuestion
from graph.commit import Memory
from graph.labels import Action, ActionStatus, Intent, Reason, Tone
from graph.policy import Policy
from graph.reading import Ask, Place, Reading
from graph.working import Choice, ChoiceKind, Understanding
from nodes.identify.order_choice import comparable

_INTENT_OF = {
    Action.CANCEL: Intent.CANCEL,
    Action.REFUND: Intent.REFUND,
    Action.REPLACEMENT: Intent.REPLACEMENT,
    Action.ADDRESS_CHANGE: Intent.ADDRESS_CHANGE,
    Action.ALTERNATE_ITEM: Intent.ALTERNATE_ITEM,
}
ACTION_OF = {intent: action for action, intent in _INTENT_OF.items()}
"""The action that an intent asks for."""


def understand(reading: Reading, choice: Choice | None, memory: Memory, policy: Policy, order_number: str | None) -> Understanding:
    """The effective intents: those of the message about this order, and those that our open question or offer implies."""
    question = memory.ticket.open_question if memory.ticket else None
    asks = [ask for ask in reading.asks if ask.confidence >= policy.intake.intent_confidence]
    if choice is not None and len(choice.order_ids) > 1 and order_number is not None:
        asks = [ask for ask in asks if _concerns(ask, reading, order_number)]
    said = tuple(dict.fromkeys(ask.intent for ask in asks))
    intents = _with_question(said, reading, question)
    intents = _with_offer(intents, reading, memory)
    unreadable = not intents and not reading.tones and not reading.automatic
    return Understanding(
        intents=intents,
        answers_our_question=question is not None,
        unreadable_again=unreadable and question is not None and question.reason is Reason.INTENT_UNCLEAR,
        address=reading.address,
        disputes_delivery=Intent.DELIVERY_DISPUTE in intents,
        says_not_received=reading.says_not_received or reading.says_part_missing,
        accepts=reading.accepts,
        refused_parcel=reading.refused_parcel,
        notes_other_topic=Intent.NOT_WISMO in intents and len(set(intents) - {Intent.NOT_WISMO, Intent.THANKS_OR_CLOSING}) > 0,
        stops_contact=Intent.STOP_CONTACT in intents,
        names_foreign_order=choice is not None and choice.foreign and choice.kind is ChoiceKind.ONE,
        is_angry=any(flag.tone is Tone.ANGRY_CUSTOMER for flag in reading.tones),
        withdraws=Intent.WITHDRAW_REQUEST in intents,
        language=reading.language,
        text=reading.new_text,
    )


def _concerns(ask: Ask, reading: Reading, order_number: str) -> bool:
    """A clause that names orders speaks of those only; a clause without numbers speaks of all."""
    numbers = [mention.value for mention in reading.mentions if mention.clause == ask.clause and mention.place is Place.TEXT]
    own = comparable(order_number)
    return not numbers or any(own.endswith(comparable(number)) or comparable(number).endswith(own) for number in numbers)


def _with_question(said: tuple[Intent, ...], reading: Reading, question: AskedQuestion | None) -> tuple[Intent, ...]:
    if question is None or set(said) - {Intent.ORDER_STATUS}:
        return said
    if question.action is Action.ADDRESS_CHANGE and reading.address is not None:
        return (Intent.ADDRESS_CHANGE,)
    if question.action is Action.ALTERNATE_ITEM and not said and reading.new_text.strip():
        return (Intent.ALTERNATE_ITEM,)
    if question.reason in {Reason.ORDER_AMBIGUOUS, Reason.ORDER_NOT_FOUND, Reason.IDENTITY_UNVERIFIED}:
        return question.intents or said or (Intent.ORDER_STATUS,)
    return said


def _with_offer(said: tuple[Intent, ...], reading: Reading, memory: Memory) -> tuple[Intent, ...]:
    """A plain yes after exactly one offer asks for what was offered."""
    offered = {action.wanted.action for action in memory.actions if action.status == ActionStatus.DRAFTED}
    if not reading.accepts or len(offered) != 1 or set(said) & set(ACTION_OF):
        return said
    intent = _INTENT_OF.get(next(iter(offered)))
    return tuple(dict.fromkeys((*said, intent))) if intent else said


def asked_actions(intents: tuple[Intent, ...]) -> tuple[Action, ...]:
    """The actions that the customer asks for."""
    return tuple(ACTION_OF[intent] for intent in intents if intent in ACTION_OF)
