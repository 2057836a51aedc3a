"""What answering costs: money of the actions that are done, minutes of people, messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from graph.labels import Action, ActionStatus, Disposition, Gate
from graph.policy import Costs
from server.evaluation.playing import Played
from server.timeline import ArrivalStory

_COSTS_MONEY = (Action.REFUND, Action.REPLACEMENT, Action.CANCEL)
"""Actions whose value is money that leaves, or does not come in."""


@dataclass(frozen=True)
class Spending:
    """What a number of messages cost."""

    done: Mapping[str, int] = field(default_factory=dict)
    """How often each action is done."""
    money: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """Per action and currency."""
    escalations: int = 0
    handoffs: int = 0
    messages: int = 0

    def minutes(self, costs: Costs) -> float:
        """Minutes of people: reviews, and messages that a human has to answer."""
        return self.escalations * costs.minutes_per_escalation + self.handoffs * costs.minutes_per_contact


def spending_of(played: Iterable[Played]) -> Spending:
    """The sum over all judged steps."""
    done: dict[str, int] = {}
    money: dict[tuple[str, str], Decimal] = {}
    escalations = handoffs = messages = 0
    for each in played:
        reviews = set()
        for number in each.question.expectations:
            result = each.results[number]
            handoffs += result["disposition"] == Disposition.HANDOFF
            messages += len(result["messages"])
            reviews |= {result["escalation"]["escalation_id"]} if result["escalation"] else set()
            for action, amount, currency in _done(each.stories.get(number)):
                done[action] = done.get(action, 0) + 1
                if Action(action) in _COSTS_MONEY:
                    money[action, currency] = money.get((action, currency), Decimal(0)) + amount
        escalations += len(reviews)
    return Spending(done, money, escalations, handoffs, messages)


def _done(story: ArrivalStory | None) -> list[tuple[str, Decimal, str]]:
    """Executed, or in shadow what would be executed at once."""
    found: dict[str, tuple[str, Decimal, str]] = {}
    for acted in story.acted if story else ():
        record, wanted = acted.record, acted.record.wanted
        at_once = record.gate == Gate.ELIGIBLE and (wanted.asked or wanted.action is Action.CARRIER_INVESTIGATION)
        if at_once or record.status == ActionStatus.EXECUTED:
            found[record.action_id] = (wanted.action.value, Decimal(record.amount or 0), record.currency)
    return list(found.values())
