"""What the customer wants of one order, with what we asked and offered before taken into account."""

from __future__ import annotations

import re

from graph.case import AskedQuestion
from graph.commit import Memory
from graph.facts import Order
from graph.labels import Action, ActionStatus, Intent, Reason, Tone
from graph.policy import Policy
from graph.reading import Ask, Reading
from graph.working import Choice, ChoiceKind, Sender, Understanding
from nodes.identify.targets import requested_here
from nodes.reading.intents import WITHDRAWAL_HINTED

INTENT_OF = {
    Action.CANCEL: Intent.CANCEL,
    Action.REFUND: Intent.REFUND,
    Action.REPLACEMENT: Intent.REPLACEMENT,
    Action.ADDRESS_CHANGE: Intent.ADDRESS_CHANGE,
    Action.ALTERNATE_ITEM: Intent.ALTERNATE_ITEM,
}
"""The intent that asks for an action."""
_BUT = re.compile(r"\b(?:no|not|but|nein|nicht|kein\w*|aber|pero|non|pas|mais)\b", re.IGNORECASE)
ACTION_OF = {intent: action for action, intent in INTENT_OF.items()}
"""The action that an intent asks for."""


def understand(reading: Reading, sender: Sender, choice: Choice | None, orders: tuple[Order, ...], memory: Memory, policy: Policy) -> Understanding:
    """The effective intents: those of the message about this order, and those that our open question or offer implies."""
    question = _open_question(memory, sender)
    order = choice.order if choice else None
    asks = tuple(ask for ask in reading.asks if ask.confidence >= policy.intake.intent_confidence)
    if order is not None and choice is not None:
        asks = tuple(ask for ask in asks if requested_here(ask.intent, reading.new_text, order, choice.order_ids, orders))
    said = tuple(dict.fromkeys(ask.intent for ask in asks))
    intents = _with_question(said, asks, reading, question)
    intents = _with_offer(intents, reading, memory)
    intents = _with_hinted_withdrawal(intents, reading, memory)
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
        unsure=() if question is not None else tuple(ask.intent for ask in asks if ask.confidence < policy.intake.action_confidence),
        language=reading.language,
        text=reading.new_text,
    )


def _open_question(memory: Memory, sender: Sender) -> AskedQuestion | None:
    """Our open question, if this very customer was asked: identity is never established by ticket."""
    question = memory.ticket.open_question if memory.ticket else None
    return question if question is not None and sender.is_known and question.customer_id == sender.customer_id else None


NUMBER_ALONE = 0.6
"""The confidence of a status question that is nothing but a number: it says nothing against an earlier request."""


def _with_question(said: tuple[Intent, ...], asks: tuple[Ask, ...], reading: Reading, question: AskedQuestion | None) -> tuple[Intent, ...]:
    if question is None or set(said) - {Intent.ORDER_STATUS} or any(ask.confidence > NUMBER_ALONE for ask in asks):
        return said
    if question.action is Action.ADDRESS_CHANGE and reading.address is not None:
        return (Intent.ADDRESS_CHANGE,)
    if question.action is Action.ALTERNATE_ITEM and not said and reading.new_text.strip():
        return (Intent.ALTERNATE_ITEM,)
    if question.reason in {Reason.ORDER_AMBIGUOUS, Reason.ORDER_NOT_FOUND, Reason.IDENTITY_UNVERIFIED}:
        return question.intents or said or (Intent.ORDER_STATUS,)
    return said


def _with_hinted_withdrawal(said: tuple[Intent, ...], reading: Reading, memory: Memory) -> tuple[Intent, ...]:
    """ "I do not want to cancel, when does it come?" takes back only a request that waits for approval."""
    waits = any(row.status == ActionStatus.PENDING_APPROVAL and row.wanted.asked for row in memory.actions)
    hinted = any(ask.intent is Intent.WITHDRAW_REQUEST and ask.confidence >= WITHDRAWAL_HINTED for ask in reading.asks)
    if not waits or not hinted or set(said) & set(ACTION_OF):
        return said
    return tuple(dict.fromkeys((*said, Intent.WITHDRAW_REQUEST)))


def _with_offer(said: tuple[Intent, ...], reading: Reading, memory: Memory) -> tuple[Intent, ...]:
    """A plain yes, and nothing else, after exactly one offer asks for what was offered."""
    offered = {action.wanted.action for action in memory.actions if action.status == ActionStatus.DRAFTED and not action.ordered}
    if not reading.accepts or len(offered) != 1 or set(said) - {Intent.THANKS_OR_CLOSING, Intent.ORDER_STATUS} or _refuses(reading):
        return said
    intent = INTENT_OF.get(next(iter(offered)))
    return tuple(dict.fromkeys((*said, intent))) if intent else said


def _refuses(reading: Reading) -> bool:
    """A yes with a no or a but in it is no plain yes."""
    return bool(_BUT.search(reading.new_text))


def asked_actions(intents: tuple[Intent, ...]) -> tuple[Action, ...]:
    """The actions that the customer asks for."""
    return tuple(ACTION_OF[intent] for intent in intents if intent in ACTION_OF)
