"""What a gate is asked, and what it says (specification, section 5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from graph.context import OrderContext
from graph.facts import Address, OrderLine
from graph.labels import Action, CheckResult, Condition, Gate
from graph.policy import Policy
from graph.rules.findings import Assessment


class Wanted(BaseModel):
    """An action that the customer asks for, that a specialist recommends, or both, with its parameters."""

    model_config = ConfigDict(frozen=True)

    action: Action
    asked: bool = False
    recommended: bool = False
    line_ids: tuple[str, ...] = ()
    shipment_ids: tuple[str, ...] = ()
    address: Address | None = None
    sku: str | None = None
    """The substitute that the customer named or accepted."""
    amount: Decimal | None = None
    """How much of it a reviewer wants to give back; None: all that it is worth."""
    unsure: bool = False
    """The request is not clear enough to act on without a human: its wording, or which items it means."""
    named_unknown: bool = False
    """The customer named an item that is no approved substitute."""

    def parameters(self) -> str:
        """The action and its parameters as text: the same text is the same wish."""
        unsaid = {"amount"} if self.amount is None else set()
        return self.model_dump_json(exclude={"asked", "recommended"} | unsaid)


class Check(BaseModel):
    """One named check with its result and the fact behind it."""

    model_config = ConfigDict(frozen=True)

    name: str
    result: CheckResult
    because: str


class Verdict(BaseModel):
    """The gate of one action: every check, the approval rules that fired, and what an approval would be worth."""

    model_config = ConfigDict(frozen=True)

    wanted: Wanted
    gate: Gate
    checks: tuple[Check, ...]
    approval_because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Customer input that is missing: `address`, `item`."""
    amount: Decimal = Decimal(0)
    currency: str
    denied: bool = False
    """A reviewer denied the same demand on the same grounds before: it is answered from that denial, nobody is asked again."""

    @property
    def action(self) -> Action:
        """The action judged."""
        return self.wanted.action

    @property
    def waits(self) -> bool:
        """Whether a reviewer has to decide."""
        return self.gate is Gate.NEEDS_APPROVAL and not self.denied

    def failed(self) -> tuple[str, ...]:
        """The names of the checks that failed."""
        return tuple(check.name for check in self.checks if check.result is CheckResult.FAIL)

    @property
    def stands(self) -> bool:
        """Whether it may be done, now, after an approval or with what is missing."""
        return self.gate is not Gate.INELIGIBLE

    @property
    def is_option(self) -> bool:
        """Whether a reviewer may choose it: not ineligible, the check `exclusive` aside."""
        return self.gate is not Gate.INELIGIBLE or self.failed() == ("exclusive",)


def fingerprint(verdicts: tuple[Verdict, ...]) -> str:
    """What an approval would be given on: check results, approval rules, parameters and amount."""
    seen = [
        (
            verdict.action.value,
            verdict.wanted.parameters(),
            [(check.name, check.result.value) for check in verdict.checks],
            verdict.approval_because,
            str(verdict.amount),
            verdict.currency,
        )
        for verdict in verdicts
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Bench:
    """What every gate may look at."""

    context: OrderContext
    assessment: Assessment
    policy: Policy
    rivals: tuple[Wanted, ...] = ()
    """Refunds and replacements that wait for approval, are under way or were executed."""

    def has(self, *conditions: Condition) -> bool:
        """Whether any group or the order is in one of these conditions."""
        return any(condition in self.assessment.conditions_all for condition in conditions)

    @property
    def currency(self) -> str:
        """The order's currency."""
        return self.context.order.currency if self.context.order else "USD"

    @property
    def claims(self) -> int:
        """The customer's replacement and refund claims in 180 days."""
        return self.context.customer.prior_claims_180d if self.context.customer else 0

    def lines(self, wanted: Wanted) -> tuple[OrderLine, ...]:
        """The affected order lines."""
        return tuple(line for line in self.context.lines if line.line_id in wanted.line_ids)

    def value(self, wanted: Wanted) -> Decimal:
        """Unit price times affected quantity; the order total when every line is affected as a whole."""
        order = self.context.order
        if order is None:
            return Decimal(0)
        lines = self.lines(wanted)
        whole = {line.line_id for line in lines if affected_quantity(self.context, wanted, line) == line.quantity}
        if lines and {line.line_id for line in order.lines if line.replaces is None} <= whole:
            return order.total
        return sum((line.unit_price * affected_quantity(self.context, wanted, line) for line in lines), Decimal(0))


def affected_quantity(context: OrderContext, wanted: Wanted, line: OrderLine) -> int:
    """How many pieces of a line an action is about: those in the parcels that it names, else all of them."""
    parcels = [parcel for parcel in context.shipments if parcel.shipment_id in wanted.shipment_ids]
    inside = sum(part.quantity for parcel in parcels for part in parcel.lines if part.line_id == line.line_id)
    return min(inside, line.quantity) if inside else line.quantity


def passed(name: str, because: str) -> Check:
    """A check that holds."""
    return Check(name=name, result=CheckResult.PASS, because=because)


def failed(name: str, because: str) -> Check:
    """A check that does not hold: the action is ineligible."""
    return Check(name=name, result=CheckResult.FAIL, because=because)


def unknown(name: str, because: str) -> Check:
    """A check whose facts are unknown: a human decides."""
    return Check(name=name, result=CheckResult.UNKNOWN, because=because)


def holds(name: str, ok: bool, because: str) -> Check:
    """A check that holds or fails."""
    return passed(name, because) if ok else failed(name, because)


def conclude(
    bench: Bench,
    wanted: Wanted,
    checks: tuple[Check, ...],
    *,
    approval: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    amount: Decimal = Decimal(0),
) -> Verdict:
    """Fail beats missing input, missing input beats unknown and approval rules, and only nothing at all is eligible."""
    if wanted.unsure:
        approval = (*approval, "the request is not clear enough")
    results = {check.result for check in checks}
    if CheckResult.FAIL in results:
        gate = Gate.INELIGIBLE
    elif missing:
        gate = Gate.NEEDS_INFO
    elif CheckResult.UNKNOWN in results or approval:
        gate = Gate.NEEDS_APPROVAL
    else:
        gate = Gate.ELIGIBLE
    return Verdict(wanted=wanted, gate=gate, checks=checks, approval_because=approval, missing=missing, amount=amount, currency=bench.currency)
