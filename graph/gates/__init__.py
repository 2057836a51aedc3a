"""Gates: one file per action, each a list of named checks with a verdict (specification, section 5)."""

from __future__ import annotations

from collections.abc import Callable

from graph.gates.address_change import gate_address_change
from graph.gates.alternate_item import gate_alternate_item
from graph.gates.cancel import gate_cancel
from graph.gates.carrier_investigation import gate_carrier_investigation
from graph.gates.refund import gate_refund
from graph.gates.replacement import gate_replacement
from graph.gates.verdict import Bench, Verdict, Wanted
from graph.labels import Action

GATES: dict[Action, Callable[[Bench, Wanted], Verdict]] = {
    Action.CANCEL: gate_cancel,
    Action.REFUND: gate_refund,
    Action.REPLACEMENT: gate_replacement,
    Action.ADDRESS_CHANGE: gate_address_change,
    Action.ALTERNATE_ITEM: gate_alternate_item,
    Action.CARRIER_INVESTIGATION: gate_carrier_investigation,
}


def judge(bench: Bench, wanted: Wanted) -> Verdict:
    """The verdict of the action's own gate."""
    return GATES[wanted.action](bench, wanted)
