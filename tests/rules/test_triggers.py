"""When a human must look at it, and when not (specification, section 4).

`alternate_component` and `approval_required` depend on the gates and fire where the gates are judged, not here.
"""

from __future__ import annotations

from typing import Any

import pytest

from graph.case import ContactRecord
from graph.context import OrderContext
from graph.labels import Intent, System, Tone, Trigger
from graph.reading import ToneFlag
from graph.rules.triggers import Circumstances, fire_triggers, tone_triggers
from tests.rules.building import (
    INSTANT,
    POLICY,
    ago,
    ahead,
    contact,
    context,
    customer,
    delivered,
    fired,
    hold,
    judged,
    line,
    order,
    paid,
    policy_with,
    proof,
    scan,
    sent,
    shelf,
    supply,
    task,
    waiting,
)

ASKING = Circumstances(intents=(Intent.ORDER_STATUS,), ticket_id="T-NEW")


def test_a_healthy_order_and_a_first_question_need_nobody() -> None:
    assert fired(waiting(), ASKING) == set()
    assert fired(sent(scan("in_transit")), ASKING) == set()
    assert fired(delivered()) == set()


@pytest.mark.parametrize(("kind", "trigger"), [("fraud", Trigger.FRAUD_HOLD), ("payment", Trigger.PAYMENT_HOLD), ("address", Trigger.ADDRESS_HOLD)])
def test_an_unreleased_hold(kind: str, trigger: Trigger) -> None:
    assert fired(waiting(order_fields={"holds": (hold(kind),)})) == {trigger}
    assert fired(waiting(order_fields={"holds": (hold(kind, released_at=ago(1)),)})) == set()


def test_a_failed_payment_fires_like_a_payment_hold() -> None:
    assert fired(waiting(order_fields={"payment": paid("failed")})) == {Trigger.PAYMENT_HOLD}


@pytest.mark.parametrize("tone", list(Tone))
def test_what_is_said_in_the_message(tone: Tone) -> None:
    flag = ToneFlag(tone=tone, because="said so")
    assert fired(waiting(), Circumstances(tones=(flag,))) == {Trigger(tone.value)}
    assert {each.trigger for each in tone_triggers((flag,))} == {Trigger(tone.value)}


def _again(history: tuple[Any, ...] = (), records: tuple[ContactRecord, ...] = (), facts: dict[str, Any] | None = None, **more: Any) -> bool:
    circumstances = Circumstances(**{"intents": (Intent.ORDER_STATUS,), "ticket_id": "T-NEW", "contacts": records, **more})
    return Trigger.REPEAT_CONTACT in fired(waiting(contacts=history, **(facts or {})), circumstances)


def _record(hours_ago: float = 48, **more: Any) -> ContactRecord:
    return ContactRecord(**{"ticket_id": "T-1", "order_id": "O-1", "at": ago(hours_ago), "counts": True, **more})


def test_a_second_contact_about_the_same_order_is_a_repeat() -> None:
    assert _again((contact(),))
    assert _again(records=(_record(),))
    assert not _again()


@pytest.mark.parametrize(
    ("earlier", "repeats"),
    [
        ({"topic": "other"}, False),
        ({"order_id": "O-2"}, False),
        ({"direction": "outbound", "author": "human"}, False),
        ({"direction": "outbound", "author": "automation"}, False),
        ({"ticket_id": "T-NEW"}, False),
        ({"at": ago(14 * 24) - INSTANT}, False),
        ({"at": ago(14 * 24) + INSTANT}, True),
    ],
)
def test_which_earlier_contact_counts_in_the_support_history(earlier: dict[str, Any], repeats: bool) -> None:
    base = contact().model_dump()
    assert _again((type(contact()).model_validate({**base, **earlier}),)) is repeats


@pytest.mark.parametrize(
    ("earlier", "repeats"),
    [
        ({"counts": False}, False),
        ({"ticket_id": "T-NEW"}, False),
        ({"hours_ago": 14 * 24 + 1}, False),
        ({"hours_ago": 14 * 24 - 1}, True),
    ],
)
def test_which_contact_of_our_own_record_counts(earlier: dict[str, Any], repeats: bool) -> None:
    assert _again(records=(_record(**earlier),)) is repeats


def test_one_ticket_counts_once_until_we_answered_three_times_in_it() -> None:
    same = (contact(ticket_id="T-NEW"), contact(20, number=2, ticket_id="T-NEW"))
    assert not _again(same)
    assert not _again(same, answers_in_ticket=2)
    assert _again(same, answers_in_ticket=3)


def test_an_answer_to_our_own_question_does_not_count() -> None:
    assert not _again((contact(),), answers_our_question=True)


@pytest.mark.parametrize("intent", list(Intent))
def test_every_intent_counts_but_thanks_and_other_matters(intent: Intent) -> None:
    silent = {Intent.THANKS_OR_CLOSING, Intent.NOT_WISMO}
    assert _again((contact(),), intents=(intent,)) is (intent not in silent)
    assert _again((contact(),), intents=(Intent.THANKS_OR_CLOSING, Intent.ORDER_STATUS))


def test_an_event_is_no_contact() -> None:
    assert not _again((contact(), contact(30, number=2, ticket_id="T-2")), intents=(), ticket_id=None)


def test_without_support_history_a_repeat_is_unknown() -> None:
    assert not _again(facts={"unknown": (System.SUPPORT,)})


def test_the_policy_says_how_many_contacts_are_too_many() -> None:
    patient = policy_with(intake={"repeat_contact_count": 3})
    one = waiting(contacts=(contact(),))
    two = waiting(contacts=(contact(), contact(30, number=2, ticket_id="T-2")))
    assert Trigger.REPEAT_CONTACT not in fired(one, ASKING, policy=patient)
    assert Trigger.REPEAT_CONTACT in fired(two, ASKING, policy=patient)


DEAR: dict[str, Any] = {"total": "1000.00"}
NEARLY: dict[str, Any] = {"total": "999.99"}


@pytest.mark.parametrize(
    ("status", "more", "is_problem"),
    [
        ("lost", {}, True),
        ("delivery_attempted", {}, True),
        ("return_to_sender", {}, True),
        ("in_transit", {"eta": ago(1)}, True),
        ("in_transit", {}, False),
        ("available_for_pickup", {}, False),
    ],
)
def test_a_dear_order_with_a_problem(status: str, more: dict[str, Any], is_problem: bool) -> None:
    assert (Trigger.HIGH_VALUE in fired(sent(scan(status), order_fields=DEAR, parcel_fields=more))) is is_problem
    assert Trigger.HIGH_VALUE not in fired(sent(scan(status), order_fields=NEARLY, parcel_fields=more))


def test_a_dear_order_with_a_problem_before_shipping() -> None:
    assert Trigger.HIGH_VALUE in fired(waiting(state="short_pick", order_fields=DEAR))
    assert Trigger.HIGH_VALUE not in fired(waiting(order_fields=DEAR))


def test_a_dear_order_about_which_an_action_is_asked() -> None:
    assert Trigger.HIGH_VALUE in fired(waiting(order_fields=DEAR), Circumstances(asks_action=True))
    assert Trigger.HIGH_VALUE not in fired(waiting(order_fields=NEARLY), Circumstances(asks_action=True))


def _backorder(*rows: Any, critical: bool = True, **more: Any) -> OrderContext:
    return waiting(line(build_critical=critical), allocations=(), supply=rows or (supply("delayed"),), **more)


@pytest.mark.parametrize(
    ("facts", "fires"),
    [
        (_backorder(), True),
        (_backorder(supply("stockout"), supply("delayed", number=2)), True),
        (_backorder(critical=False), False),
        (_backorder(supply("delayed", eta=ahead(90))), False),
        (_backorder(supply("stockout"), supply("delayed", number=2, eta=ahead(90))), False),
        (_backorder(inventory=(shelf(available=1),)), False),
    ],
    ids=["critical", "two rows", "not critical", "with date", "one with date", "on the shelf"],
)
def test_a_critical_line_without_any_supplier_date(facts: OrderContext, fires: bool) -> None:
    assert (Trigger.NO_SUPPLIER_ETA in fired(facts)) is fires


def test_a_critical_line_that_waits_for_nothing_does_not_make_another_one_critical() -> None:
    facts = waiting(line(build_critical=True), line("L2"), allocations=(), inventory=(shelf(available=1),), supply=(supply("delayed", sku="SKU-L2"),))
    assert Trigger.NO_SUPPLIER_ETA not in fired(facts)


SURE = proof("signature", matches_address=True)


@pytest.mark.parametrize(
    ("evidence", "total", "claims", "fires"),
    [
        (SURE, "249.99", 1, False),
        (proof("photo", matches_address=True), "50.00", 0, False),
        (None, "50.00", 0, True),
        (proof("none"), "50.00", 0, True),
        (proof("photo", matches_address=False), "50.00", 0, True),
        (SURE, "250.00", 0, True),
        (SURE, "50.00", 2, True),
    ],
    ids=["good proof", "photo", "no proof", "proof none", "wrong door", "dear", "claims"],
)
def test_a_disputed_delivery(evidence: Any, total: str, claims: int, fires: bool) -> None:
    facts = delivered(order_fields={"total": total}, parcel_fields={"proof_of_delivery": evidence}, customer=customer(prior_claims_180d=claims))
    assert (Trigger.DELIVERY_DISPUTED in fired(facts, disputed=True)) is fires
    assert Trigger.DELIVERY_DISPUTED not in fired(facts, disputed=False)


def test_a_policy_may_send_every_dispute_to_a_human() -> None:
    facts = delivered(parcel_fields={"proof_of_delivery": SURE})
    strict = policy_with(triggers={"every_dispute_escalates": True})
    assert fired(facts, disputed=True) == set()
    assert fired(facts, disputed=True, policy=strict) == {Trigger.DELIVERY_DISPUTED}
    assert fired(facts, policy=strict) == set()


def test_a_conflict_always_needs_a_human() -> None:
    assert fired(sent(scan("in_transit"), order_fields={"status": "delivered", "updated_at": ago(5)})) == {Trigger.DATA_CONFLICT}
    assert fired(context(order(placed_at=ago(90), ship_by=ago(9)), fulfillments=(task(state="handed_off"),))) == {Trigger.DATA_CONFLICT}


def test_facts_missing_for_the_second_time() -> None:
    missing = waiting(fulfillments=(), unknown=(System.WMS,))
    assert fired(missing, Circumstances(facts_failed_before=True)) == {Trigger.FACTS_UNAVAILABLE}
    assert fired(missing) == set()
    assert fired(waiting(), Circumstances(facts_failed_before=True)) == set()


def test_nothing_readable_after_we_asked() -> None:
    assert fired(waiting(), Circumstances(unreadable_again=True)) == {Trigger.LOW_CONFIDENCE}


def test_all_triggers_that_hold_are_listed_each_once_in_their_order() -> None:
    facts = _backorder(contacts=(contact(),), order_fields={**DEAR, "holds": (hold("address"), hold("fraud"))})
    angry = (ToneFlag(tone=Tone.ANGRY_CUSTOMER, because="!"), ToneFlag(tone=Tone.LEGAL_THREAT, because="lawyer"))
    circumstances = Circumstances(intents=(Intent.ORDER_STATUS,), tones=angry, ticket_id="T-NEW")
    found = [each.trigger for each in fire_triggers(facts, judged(facts), circumstances, POLICY)]
    expected = {
        Trigger.FRAUD_HOLD, Trigger.ADDRESS_HOLD, Trigger.LEGAL_THREAT, Trigger.ANGRY_CUSTOMER, Trigger.REPEAT_CONTACT,
        Trigger.HIGH_VALUE, Trigger.NO_SUPPLIER_ETA,
    }  # fmt: skip
    assert set(found) == expected
    assert found == sorted(found, key=list(Trigger).index)
