"""The modal behind a button: rationale, customer-safe message, owner, deadline, and what the action needs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.arrivals import DecisionArrived
from graph.case import EscalationRecord
from graph.gates.verdict import Wanted
from graph.labels import Mode
from graph.policy import Policy
from server.slack.blocks import Block
from server.slack.wording import cut, line

CALLBACK = "wismo_decision"
ADDRESS = {"name": "Name", "line1": "Street and number", "line2": "Second line", "city": "City", "region": "Region", "postal_code": "Postal code"}
ADDRESS_OPTIONAL = {"name", "line2", "region"}
_LINES = {"refund", "replacement", "cancel"}
_LONGEST = 3_000


@dataclass(frozen=True)
class Choice:
    """The button that was pressed, and where."""

    escalation_id: str
    decision: str
    action: str
    """The approved action, or `wait`; empty for everything but an approval."""
    channel: str
    thread_ts: str
    action_ts: str

    @classmethod
    def of(cls, action_id: str, **where: str) -> Choice:
        """From `wismo:approve:replacement` or `wismo:deny`."""
        _, decision, action = (*action_id.split(":"), "")[:3]
        return cls(decision=decision, action=action, **where)

    @classmethod
    def of_view(cls, view: dict[str, Any]) -> Choice:
        """From the modal that the button opened."""
        return cls(**json.loads(view["private_metadata"]))


def modal(choice: Choice, record: EscalationRecord) -> dict[str, Any]:
    """The view that asks for the rest of a decision."""
    what = f"{choice.decision} {choice.action}".strip().replace("_", " ")
    order = line(record.request.order_number or "unknown")
    shown = f"*{cut(line(what), 100)}*, review {record.escalation_id}, order {order}\n{cut(line(record.question), 2_000)}"
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(choice.__dict__),
        "title": _plain("Decision"),
        "submit": _plain("Decide"),
        "close": _plain("Cancel"),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}}, *_parameters(choice, record), *_always(choice)],
    }


def _always(choice: Choice) -> Iterator[Block]:
    must_say_why = choice.decision == "request_changes"
    yield _input("rationale", "Why", _typed(long=True), optional=not must_say_why)
    if choice.decision in {"approve", "deny"} and choice.action != "wait":
        hint = "Goes out only if every statement in it is proven; otherwise the usual text does."
        yield _input("customer_safe_message", "Message to the customer", _typed(long=True), hint=hint)
    yield _input("owner", "Who does the next step", {"type": "users_select", "action_id": "value"})
    yield _input("deadline", "Next update to the customer by", {"type": "datepicker", "action_id": "value"})


def _parameters(choice: Choice, record: EscalationRecord) -> Iterator[Block]:
    """What the action needs, filled in as far as it is known."""
    asked = next((wanted for wanted in record.wanted if wanted.action.value == choice.action), None)
    if choice.action == "address_change":
        known = asked.address.model_dump() if asked is not None and asked.address is not None else {}
        for name, label in ADDRESS.items():
            yield _input(f"parameter:{name}", label, _typed(known.get(name)), optional=name in ADDRESS_OPTIONAL)
        yield _input("parameter:country", "Country (two letters)", _typed(known.get("country")), optional=False)
    elif choice.action == "alternate_item":
        yield _input("parameter:sku", "SKU of the substitute", _typed(asked.sku if asked else None), optional=False)
    elif choice.action in _LINES and asked is not None and len(asked.line_ids) > 1:
        yield _input("parameter:lines", "Order lines, with commas between", _typed(", ".join(asked.line_ids)), optional=False)


def said_in(view: dict[str, Any], user: str, *, mode: Mode, at: datetime, policy: Policy) -> tuple[DecisionArrived, Choice]:
    """The decision of a submitted modal."""
    choice = Choice.of_view(view)
    values = {name: _value(state) for name, state in view["state"]["values"].items()}
    told: dict[str, Any] = {name: values.get(name) for name in ("rationale", "customer_safe_message", "owner")}
    due = values.get("deadline")
    closes = datetime.combine(date.fromisoformat(due), policy.business_hours.closes, policy.zone) if due else None
    parameters = {name.removeprefix("parameter:"): value for name, value in values.items() if name.startswith("parameter:") and value}
    return decided(choice, user, mode=mode, at=at, deadline=closes, parameters=parameters, **told), choice


def decided(choice: Choice, user: str, *, mode: Mode, at: datetime, **told: Any) -> DecisionArrived:
    """The arrival of a decision by button; the same press by the same person is the same arrival."""
    return DecisionArrived.model_validate(
        {
            "arrival_id": f"slack:{choice.action_ts}:{user}",
            "at": at,
            "mode": mode,
            "escalation_id": choice.escalation_id,
            "reviewer": user,
            "decision": choice.decision,
            "approved_action": choice.action or None,
            **told,
        }
    )


def problems_of(said: DecisionArrived, record: EscalationRecord | None, now: datetime) -> dict[str, str]:
    """What has to be corrected before the modal is taken, by field."""
    problems = {}
    if said.deadline is not None and said.deadline <= now:
        problems["deadline"] = "This day is over; choose a later one."
    country = said.parameters.get("country")
    if country is not None and not (len(country) == 2 and country.isalpha()):
        problems["parameter:country"] = "Two letters, like GB."
    known = {line_id for wanted in _asked(said, record) for line_id in wanted.line_ids}
    unknown = [part for part in said.parameters.get("lines", "").split(",") if part.strip() and part.strip() not in known]
    if unknown:
        problems["parameter:lines"] = f"These are the lines: {', '.join(sorted(known))}."
    return problems


def _asked(said: DecisionArrived, record: EscalationRecord | None) -> tuple[Wanted, ...]:
    return tuple(wanted for wanted in (record.wanted if record else ()) if wanted.action == said.approved_action)


def _value(state: dict[str, Any]) -> str | None:
    element = state["value"]
    value = element.get("value") or element.get("selected_user") or element.get("selected_date")
    return value.strip() or None if value else None


def _input(block_id: str, label: str, element: Block, *, optional: bool = True, hint: str = "") -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": _plain(label), "element": element, "optional": optional}
    return block | {"hint": _plain(hint)} if hint else block


def _typed(initial: str | None = None, *, long: bool = False) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": long, "max_length": _LONGEST}
    return element | {"initial_value": initial} if initial else element


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
