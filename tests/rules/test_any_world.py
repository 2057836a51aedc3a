"""What holds for every world, however odd: one condition, no guesses, no action by mistake."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.context import OrderContext
from graph.gates.verdict import Bench, Check, Wanted, conclude
from graph.labels import Action, CheckResult, Condition, Gate, System
from graph.rules.escalations import deadline, queues_of
from graph.rules.promises import promised_update
from graph.rules.triggers import Circumstances, fire_triggers
from tests.rules.building import (
    ADDRESS,
    ELSEWHERE,
    NOW,
    POLICY,
    calendar_of,
    catalog_item,
    context,
    customer,
    gated,
    hold,
    judged,
    line,
    order,
    paid,
    parcel,
    proof,
    remedy,
    reservation,
    scan,
    shelf,
    supply,
    task,
)

ORDINARY = settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SCANS = [
    "label_created", "in_transit", "out_for_delivery", "available_for_pickup", "delivery_attempted", "delivered", "return_to_sender", "exception",
    "lost", "damaged", "customs_hold", "unknown",
]  # fmt: skip
TASKS = [
    "not_started", "released", "picking", "short_pick", "quarantined", "cycle_count_mismatch", "packed", "labelled", "handed_off", "cancelled",
]  # fmt: skip
MOMENTS = st.integers(-400, 100).map(lambda hours: NOW + timedelta(hours=hours))
PAST = st.integers(0, 400).map(lambda hours: NOW - timedelta(hours=hours))
MAYBE = st.none() | MOMENTS
QUANTITIES = st.integers(1, 3)
LINES = st.sampled_from(["L1", "L2", "L3"])
PARTS = st.lists(st.tuples(LINES, QUANTITIES), min_size=1, max_size=2, unique_by=lambda part: part[0]).map(tuple)


@st.composite
def orders(draw: st.DrawFn) -> Any:
    """One to three lines, any status, payment and holds."""
    lines = [
        line(
            line_id,
            price=draw(st.sampled_from(["5.00", "80.00", "400.00"])),
            quantity=draw(QUANTITIES),
            build_critical=draw(st.booleans()),
            approved_substitutes=draw(st.sampled_from([(), ("SKU-ELSE",)])),
            item_class=draw(st.sampled_from(["standard", "hazmat"])),
        )
        for line_id in ["L1", "L2", "L3"][: draw(st.integers(1, 3))]
    ]
    if draw(st.integers(0, 3)) == 0:
        lines.append(line("L1-R1", replaces="L1", ship_by=draw(MAYBE)))
    states = ["authorized", "captured", "failed", "partially_refunded", "refunded", "voided"]
    kinds = draw(st.lists(st.sampled_from(["fraud", "payment", "address"]), max_size=2))
    return order(
        *lines,
        status=draw(st.sampled_from(["processing", "on_hold", "partially_shipped", "shipped", "delivered", "cancelled", "returned"])),
        placed_at=draw(PAST),
        updated_at=draw(st.none() | PAST),
        ship_by=draw(MAYBE),
        currency=draw(st.sampled_from(["USD", "CAD"])),
        service_level=draw(st.sampled_from(["express", "standard", "economy", "international"])),
        payment=paid(draw(st.sampled_from(states)), draw(st.sampled_from(["0", "3.00"]))),
        holds=tuple(hold(kind, released_at=draw(MAYBE)) for kind in kinds),
    )


@st.composite
def parcels(draw: st.DrawFn) -> Any:
    """Up to two parcels with any scans in any order."""
    made = []
    for number in range(1, draw(st.integers(0, 2)) + 1):
        scans = tuple(
            scan(draw(st.sampled_from(SCANS)), at=draw(PAST), reason=draw(st.sampled_from([None, "attempts_exhausted", "refused"])))
            for _ in range(draw(st.integers(0, 3)))
        )
        evidence = draw(st.sampled_from([None, proof("none"), proof("photo", matches_address=True), proof("photo")]))
        made.append(
            parcel(
                *draw(PARTS),
                number=number,
                scans=scans,
                label_created_at=draw(PAST),
                eta=draw(MAYBE),
                claim_opened_at=draw(st.none() | PAST),
                supports_redirect=draw(st.booleans()),
                proof_of_delivery=evidence,
            )
        )
    return tuple(made)


@st.composite
def worlds(draw: st.DrawFn) -> OrderContext:
    """Any order, any answers; a system that is silent has said nothing."""
    silence: dict[System, str] = {
        system: draw(st.sampled_from(["known"] * 4 + ["unknown", "not_connected"])) for system in System if system is not System.OMS
    }
    if draw(st.integers(0, 9)) == 0:
        silence[System.OMS] = "unknown"

    def heard(system: System, strategy: st.SearchStrategy[Any]) -> Any:
        return draw(strategy) if silence[system] == "known" else ()

    tasks = st.lists(st.tuples(PARTS, st.sampled_from(TASKS), MAYBE, PAST), max_size=3)
    rows = st.lists(st.tuples(st.sampled_from(["open", "delayed", "short_allocated", "stockout", "received"]), LINES, MAYBE), max_size=2)
    levels = st.lists(st.tuples(LINES, st.integers(0, 4)), max_size=2)
    reserved = st.lists(st.tuples(st.sampled_from(["allocated", "failed", "released"]), LINES), max_size=2, unique_by=lambda row: row[1])
    return context(
        draw(orders()),
        unknown=tuple(system for system, how in silence.items() if how == "unknown"),
        not_connected=tuple(system for system, how in silence.items() if how == "not_connected"),
        shipments=heard(System.CARRIER, parcels()),
        fulfillments=tuple(
            task(*parts, state=state, pick_due_at=due, updated_at=at, number=number)
            for number, (parts, state, due, at) in enumerate(heard(System.WMS, tasks), 1)
        ),
        supply=tuple(
            supply(state, sku=f"SKU-{line_id}", eta=eta, number=number)
            for number, (state, line_id, eta) in enumerate(heard(System.SUPPLIER, rows), 1)
        ),
        inventory=tuple(shelf(f"SKU-{line_id}", count) for line_id, count in heard(System.INVENTORY, levels)),
        allocations=tuple(reservation(state, line_id) for state, line_id in heard(System.INVENTORY, reserved)),
        catalog=draw(st.sampled_from([(), (catalog_item("SKU-ELSE", "5.00"),)])),
        customer=customer(prior_claims_180d=draw(st.integers(0, 3))),
        remedies=tuple(remedy(action, "L1") for action in draw(st.lists(st.sampled_from(list(Action)), max_size=1))),
        told_etas=draw(st.dictionaries(st.sampled_from(["S-1", "S-2"]), MOMENTS, max_size=1)),
    )


@ORDINARY
@given(facts=worlds(), disputed=st.booleans())
def test_every_world_has_exactly_one_condition_the_first_of_all_that_it_has(facts: OrderContext, disputed: bool) -> None:
    found = judged(facts, disputed=disputed)
    assert found.condition is found.conditions_all[0]
    assert list(found.conditions_all) == sorted(set(found.conditions_all), key=list(Condition).index)
    assert {group.condition for group in found.groups} <= set(found.conditions_all)
    assert found.because.rule


@ORDINARY
@given(facts=worlds(), disputed=st.booleans())
def test_judging_twice_says_the_same_whatever_the_order_of_the_answers(facts: OrderContext, disputed: bool) -> None:
    shuffled = OrderContext.model_validate(
        {
            **{name: getattr(facts, name) for name in OrderContext.model_fields},
            "supply": facts.supply[::-1],
            "inventory": facts.inventory[::-1],
            "shipments": tuple(each.model_copy(update={"events": each.events[::-1]}) for each in facts.shipments),
        }
    )
    first, second = judged(facts, disputed=disputed), judged(facts, disputed=disputed)
    assert first == second
    distinct = all(len({event.at for event in each.events}) == len(each.events) for each in facts.shipments)
    if distinct:
        assert judged(shuffled, disputed=disputed).conditions_all == first.conditions_all


PARCEL_CONDITIONS = {
    Condition.DELIVERED_NOT_RECEIVED, Condition.RETURN_TO_SENDER, Condition.DELIVERY_FAILED, Condition.CARRIER_EXCEPTION,
    Condition.NO_TRACKING_MOVEMENT, Condition.LABEL_CREATED_NO_PICKUP, Condition.PARTIAL_SHIPMENT, Condition.LATE_IN_TRANSIT,
    Condition.AVAILABLE_FOR_PICKUP, Condition.STANDARD_IN_TRANSIT, Condition.DELIVERED,
}  # fmt: skip
NEEDS = {
    System.CARRIER: PARCEL_CONDITIONS,
    System.WMS: {Condition.WAREHOUSE_PICK_DELAY},
    System.SUPPLIER: {Condition.SUPPLIER_BACKORDER},
    System.INVENTORY: {Condition.SUPPLIER_BACKORDER, Condition.ALLOCATION_CONFLICT},
    System.OMS: set(Condition) - {Condition.FACTS_UNAVAILABLE},
}


@ORDINARY
@given(facts=worlds(), disputed=st.booleans(), silent=st.sampled_from(list(NEEDS)))
def test_a_system_that_is_unknown_never_yields_what_only_it_could_say(facts: OrderContext, disputed: bool, silent: System) -> None:
    said = {System.CARRIER: "shipments", System.WMS: "fulfillments", System.SUPPLIER: "supply", System.INVENTORY: "inventory"}
    emptied = {said[silent]: (), **({"allocations": ()} if silent is System.INVENTORY else {})} if silent in said else {"order": None}
    kept = {name: getattr(facts, name) for name in OrderContext.model_fields if name not in {"systems", "now", "order"}}
    muted = context(facts.order, unknown=(silent,), **{**kept, **{name: value for name, value in emptied.items() if name != "order"}})
    found = judged(muted, disputed=disputed)
    assert not set(found.conditions_all) & NEEDS[silent]


@ORDINARY
@given(facts=worlds(), disputed=st.booleans(), asks=st.booleans())
def test_triggers_queues_deadlines_and_promises_never_fail(facts: OrderContext, disputed: bool, asks: bool) -> None:
    found = judged(facts, disputed=disputed)
    fired = fire_triggers(facts, found, Circumstances(asks_action=asks, facts_failed_before=True), POLICY)
    triggers = tuple(each.trigger for each in fired)
    assert len(set(triggers)) == len(triggers)
    assert (Condition.DATA_CONFLICT is found.condition) <= ("data_conflict" in triggers)
    due: datetime | None = None
    if fired:
        queues = queues_of(fired, (), claims=facts.customer.prior_claims_180d if facts.customer else 0, policy=POLICY)
        due, reminder = deadline(triggers, queues[0], NOW, POLICY, calendar_of())
        assert NOW < reminder < due
    update = promised_update(facts, found, POLICY, calendar_of(), escalation_deadline=due)
    assert update is None or update > NOW
    if due is not None:
        assert update is not None
        assert update <= max(due, calendar_of().add_days(NOW, 1))


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Any parameters of an action."""
    return {
        "asked": draw(st.booleans()),
        "recommended": draw(st.booleans()),
        "address": draw(st.sampled_from([None, ADDRESS, ELSEWHERE])),
        "sku": draw(st.sampled_from([None, "SKU-ELSE", "SKU-NONE"])),
    }


@ORDINARY
@given(facts=worlds(), disputed=st.booleans(), wish=wishes())
def test_no_gate_is_eligible_while_a_check_is_unknown_or_failed(facts: OrderContext, disputed: bool, wish: dict[str, Any]) -> None:
    if facts.order is None:
        return
    for action in Action:
        verdict = gated(action, facts, disputed=disputed, **wish)
        results = {check.result for check in verdict.checks}
        assert verdict.checks
        assert all(check.because for check in verdict.checks)
        assert (verdict.gate is Gate.INELIGIBLE) is (CheckResult.FAIL in results)
        if verdict.gate is Gate.ELIGIBLE:
            assert results == {CheckResult.PASS}
            assert not verdict.missing
            assert not verdict.approval_because
        assert verdict.amount >= 0


CHECKS = st.lists(st.sampled_from(list(CheckResult)), min_size=1, max_size=4)


@ORDINARY
@given(results=CHECKS, missing=st.booleans(), approval=st.booleans())
def test_fail_then_missing_input_then_unknown_or_approval_then_eligible(results: list[CheckResult], missing: bool, approval: bool) -> None:
    facts = context()
    bench = Bench(context=facts, assessment=judged(facts), policy=POLICY)
    checks = tuple(Check(name=f"check_{n}", result=result, because="so") for n, result in enumerate(results))
    verdict = conclude(
        bench,
        Wanted(action=Action.CANCEL),
        checks,
        approval=("rule",) if approval else (),
        missing=("address",) if missing else (),
        amount=Decimal(5),
    )
    if CheckResult.FAIL in results:
        expected = Gate.INELIGIBLE
    elif missing:
        expected = Gate.NEEDS_INFO
    elif CheckResult.UNKNOWN in results or approval:
        expected = Gate.NEEDS_APPROVAL
    else:
        expected = Gate.ELIGIBLE
    assert verdict.gate is expected
    assert verdict.is_option is (expected is not Gate.INELIGIBLE)
