"""What a trace may show: labels, times, amounts and our own ids. Names, addresses, numbers and customers' words are masked before they leave.

Traces mask by place first (the fields that hold personal data are known by name) and by pattern second, so that what stands in a
text of ours is masked too. Names that were seen in their fields are masked wherever else they stand.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from graph.masking import ADDRESS, EMAIL, LINK, NAME, NUMBER, PHONE, masked

TEXT = "<text>"
_MASKS = {
    **dict.fromkeys(("name", "full_name", "first_name", "last_name", "from_name", "display_name"), NAME),
    **dict.fromkeys(("email", "emails", "from_email", "sender_email", "authenticated_email"), EMAIL),
    **dict.fromkeys(("phone", "phones"), PHONE),
    **dict.fromkeys(("line1", "line2", "city", "region", "postal_code", "ship_to", "address", "new_address"), ADDRESS),
    **dict.fromkeys(("order_number", "tracking_number", "order_ids", "order_id", "about_order_id"), NUMBER),
    **dict.fromkeys(("tracking_url",), LINK),
    **dict.fromkeys(
        ("new_text", "quoted_text", "subject", "words", "customer_safe_message", "rationale", "internal_note", "internal", "notes", "prior_updates"),
        TEXT,
    ),
}
_BY_KIND = {"name": NAME, "address": ADDRESS, "order_number": NUMBER, "tracking": NUMBER, "link": LINK, "order": NUMBER, "title": None}
"""Facts and mentions say what they are in their `kind`."""
_OWN_TEXT = ("statements", "facts", "message_kind")
"""A text beside one of these is ours; every other one was written by somebody else."""
_REMEMBERED = 2_000
_DEEPEST = 40


class TraceMask:
    """Masks payload after payload, and remembers the newest names of this process."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()

    def __call__(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload as it may leave."""
        for name in _names_in(payload, 0):
            self._names[name] = None
            self._names.move_to_end(name)
        while len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)
        names = tuple(self._names)
        return {key: self._value(key, value, payload, names, 0) for key, value in payload.items()}

    def _value(self, key: str, value: Any, beside: dict[str, Any], names: tuple[str, ...], depth: int) -> Any:
        if depth > _DEEPEST:
            return TEXT
        if value is None or isinstance(value, bool | int | float):
            return value
        if key in _MASKS:
            return _MASKS[key] if value else value
        if key == "value" and (mask := _BY_KIND.get(str(beside.get("kind")))):
            return mask
        if key == "text" and isinstance(value, str) and not any(mark in beside for mark in _OWN_TEXT):
            return TEXT
        if isinstance(value, dict):
            return {inner: self._value(inner, row, value, names, depth + 1) for inner, row in value.items()}
        if isinstance(value, list | tuple):
            return [self._value("", row, beside, names, depth + 1) for row in value]
        return masked(str(value), names)


def _names_in(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if value.get("kind") == "name" and isinstance(value.get("value"), str):
            yield value["value"]
        for key, inner in value.items():
            if _MASKS.get(key) == NAME and isinstance(inner, str) and inner.strip():
                yield inner
            else:
                yield from _names_in(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names_in(inner, depth + 1)
