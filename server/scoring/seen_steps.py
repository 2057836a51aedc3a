"""What a step is seen to have done, and every expectation that it can be held against."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """The result of a step, and those of the steps before it."""

    result: Json
    earlier: Mapping[int, Json] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The customer texts of the step, joined."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def messages(self) -> list[Json]:
        """The customer messages of the step."""
        return self.result.get("messages") or []

    @property
    def visible(self) -> list[Json]:
        """Those that a customer sees."""
        return [message for message in self.messages if message.get("visible")]

    @property
    def escalation(self) -> Json:
        """What the step did to an escalation, empty if nothing."""
        return self.result.get("escalation") or {}

    @property
    def promised(self) -> str | None:
        """When the customer hears next."""
        return (self.result.get("follow_up") or {}).get("due_at")

    @property
    def executed(self) -> list[str]:
        """The actions executed in the step."""
        return sorted(row["action"] for row in self.result.get("actions") or [] if row["status"] == "executed")

    @property
    def gates(self) -> dict[str, str]:
        """What the gates said."""
        return {row["action"]: row["gate"] for row in self.result.get("actions") or []}

    @property
    def cases(self) -> tuple[str | None, dict[int, str | None]]:
        """The case of the step, and those of the steps before."""
        return self.result.get("case_id"), {number: row.get("case_id") for number, row in self.earlier.items()}

    @property
    def has_open_promise(self) -> bool:
        """Whether a promise stands after the step."""
        return bool(self.promised) and self.result["follow_up"].get("status") == "open"


_Holds = Callable[[Any, Any], bool]


def _is_one_of(want: list[Any], got: Any) -> bool:
    return got in want


def _equals(want: Any, got: Any) -> bool:
    return bool(want == got)


def _contains(want: list[Any], got: list[Any] | None) -> bool:
    return set(want) <= set(got or ())


def _lacks(want: list[Any], got: list[Any] | None) -> bool:
    return not set(want) & set(got or ())


def _says(want: list[str], got: str) -> bool:
    return all(re.search(pattern, got, re.IGNORECASE) for pattern in want)


def _does_not_say(want: list[str], got: str) -> bool:
    return not any(re.search(pattern, got, re.IGNORECASE) for pattern in want)


def _has_items(want: Json, got: Json) -> bool:
    return want.items() <= got.items()


def _same_list(want: list[str], got: list[str]) -> bool:
    return sorted(want) == got


def _same_case(want: int, got: tuple[str | None, dict[int, str | None]]) -> bool:
    own, earlier = got
    return own is not None and own == earlier.get(want)


def _other_case(want: int, got: tuple[str | None, dict[int, str | None]]) -> bool:
    own, earlier = got
    return own is not None and earlier.get(want) is not None and own != earlier[want]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _not_after(want: str, got: str | None) -> bool:
    return got is not None and _moment(got) <= _moment(want)


def _not_before(want: str, got: str | None) -> bool:
    return got is not None and _moment(got) >= _moment(want)


def _of_result(name: str) -> Callable[[Seen], Any]:
    return lambda seen: seen.result.get(name)


def _of_escalation(name: str) -> Callable[[Seen], Any]:
    return lambda seen: seen.escalation.get(name)


EXPECTATIONS: Mapping[str, tuple[Callable[[Seen], Any], _Holds]] = {
    "disposition": (_of_result("disposition"), _is_one_of),
    "reason": (_of_result("reason"), _is_one_of),
    "condition": (_of_result("condition"), _is_one_of),
    "conditions_include": (_of_result("conditions_all"), _contains),
    "handler": (_of_result("handler"), _is_one_of),
    "order_id": (_of_result("order_id"), _equals),
    "customer_id": (_of_result("customer_id"), _equals),
    "triggers_include": (_of_result("triggers"), _contains),
    "triggers_exclude": (_of_result("triggers"), _lacks),
    "messages": (lambda seen: len(seen.messages), _equals),
    "visible_messages": (lambda seen: len(seen.visible), _equals),
    "reply_includes": (lambda seen: seen.text, _says),
    "reply_excludes": (lambda seen: seen.text, _does_not_say),
    "actions": (lambda seen: seen.gates, _has_items),
    "executed": (lambda seen: seen.executed, _same_list),
    "escalated": (lambda seen: bool(seen.escalation), _equals),
    "escalation_status": (_of_escalation("status"), _is_one_of),
    "same_case_as": (lambda seen: seen.cases, _same_case),
    "other_case_than": (lambda seen: seen.cases, _other_case),
    "queue": (_of_escalation("queue"), _is_one_of),
    "options_include": (_of_escalation("options"), _contains),
    "follow_up": (lambda seen: seen.has_open_promise, _equals),
    "due_before": (lambda seen: seen.promised, _not_after),
    "due_after": (lambda seen: seen.promised, _not_before),
}
"""Per key of a step: what is looked at, and when it holds."""


def _performs(seen: Seen) -> list[str]:
    return sorted(seen.result.get("performs") or ())


def _same_set(want: list[str], got: list[str] | None) -> bool:
    return sorted(want) == sorted(got or ())


def _first_language(seen: Seen) -> str | None:
    return seen.messages[0].get("language") if seen.messages else None


LABELS: Mapping[str, tuple[Callable[[Seen], Any], _Holds]] = {
    **EXPECTATIONS,
    "triggers": (_of_result("triggers"), _same_set),
    "intents_include": (_of_result("intents"), _contains),
    "performs": (_performs, _same_list),
    "language": (_first_language, _is_one_of),
}
"""The same for historical tickets, with what only they are labelled by."""

TOTALS: Mapping[str, tuple[Callable[[Sequence[Seen]], Any], _Holds]] = {
    "visible_messages": (lambda steps: sum(len(seen.visible) for seen in steps), _equals),
    "executed": (lambda steps: sorted(action for seen in steps for action in seen.executed), _same_list),
    "escalations": (lambda steps: len({seen.escalation["escalation_id"] for seen in steps if seen.escalation}), _equals),
}
"""The same over all steps of a scenario."""
