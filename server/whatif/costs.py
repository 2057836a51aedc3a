"""Both sides of the bill as rows for people and as plain data for machines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from graph.policy import Costs
from server.whatif.comparing import WhatIf
from server.whatif.spending import Spending

Rows = list[tuple[str, str, str, str]]


def cost_rows(found: WhatIf, costs: Costs) -> Rows:
    """What, before, after and the difference."""
    before, after = found.before, found.after
    rows = [
        _row("reviews (escalations)", before.escalations, after.escalations),
        _row("messages left to a human", before.handoffs, after.handoffs),
        _row("minutes of people", before.minutes(costs), after.minutes(costs)),
        _row("messages to customers", before.messages, after.messages),
    ]
    for name in sorted({*before.done, *after.done}):
        rows.append(_row(f"{name.replace('_', ' ')}: times", before.done.get(name, 0), after.done.get(name, 0)))
    for action, currency in sorted({*before.money, *after.money}):
        sides = before.money.get((action, currency), Decimal(0)), after.money.get((action, currency), Decimal(0))
        rows.append(_row(f"{action}: value in {currency}", *sides))
    return rows


def spending_json(spending: Spending, costs: Costs) -> dict[str, Any]:
    """One side, for machines."""
    return {
        "escalations": spending.escalations,
        "handoffs": spending.handoffs,
        "minutes": spending.minutes(costs),
        "messages": spending.messages,
        "done": dict(sorted(spending.done.items())),
        "money": [{"action": action, "currency": currency, "amount": str(amount)} for (action, currency), amount in sorted(spending.money.items())],
    }


def whatif_json(found: WhatIf, costs: Costs) -> dict[str, Any]:
    """Everything that would have been otherwise; ids and labels, no texts."""
    return {
        "format": 1,
        "messages": found.messages,
        "keys": [{"key": key.name, "before": key.before, "after": key.after} for key in found.keys],
        "before": spending_json(found.before, costs),
        "after": spending_json(found.after, costs),
        "changes": [
            {
                "name": change.before.name,
                "did_before": change.did_before,
                "did_after": change.did_after,
                "because": [key.name for key in change.because],
                "differences": {name: list(sides) for name, sides in change.differences.items() if name != "text"},
                "text_changes": "text" in change.differences,
            }
            for change in found.changes
        ],
    }


def _row(what: str, before: float | Decimal, after: float | Decimal) -> tuple[str, str, str, str]:
    old, new = (Decimal(f"{side:g}") if isinstance(side, float) else Decimal(side) for side in (before, after))
    return what, str(old), str(new), f"{new - old:+}" if new != old else "±0"
