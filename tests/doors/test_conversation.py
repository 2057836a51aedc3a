"""Several messages: questions and answers, offers, second thoughts, and what counts as asking again."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import Scene, ago, item, later, scan
from tests.doors.states import backorder, delivered, held, lost, moving, processing, returning, stalled

ADDRESS = "Ava Lindqvist, 500 Cargo Way Unit 9, Newark, NJ 07114"


def dear(**more: str) -> Scene:
    """An order whose cancellation is above the limit."""
    return Scene().order("1042", item("Big Sofa", "400.00"), **more).task().reserved()


def test_a_new_address_is_asked_for_and_taken_when_it_comes(opens: Opens) -> None:
    shop = opens(processing())
    first = shop.hears("Please change the delivery address of order 1042.")
    second = shop.hears(ADDRESS, at=later(1))

    assert (first.disposition, first.reason, first.gates) == ("ask", "action_info_missing", {"address_change": "needs_info"})
    assert "address" in first.text
    assert first.executed == []
    assert (second.intents, second.gates, second.executed) == (["address_change"], {"address_change": "eligible"}, ["address_change"])
    assert shop.now()["orders"][0]["ship_to"]["postal_code"] == "07114"
    assert "07114" in second.text


def test_a_number_after_the_question_which_order_inherits_the_request(opens: Opens) -> None:
    shop = opens(Scene().order("1001", item()).task().reserved().order("1002", item("Wall Clock")).task().reserved())
    first = shop.hears("Please cancel my order")
    second = shop.hears("1002", at=later(1))

    assert (first.reason, first.actions) == ("order_ambiguous", [])
    assert (second.order_id, second.intents, second.executed) == ("O-1002", ["cancel"], ["cancel"])
    assert {row["order_id"]: row["status"] for row in shop.now()["orders"]} == {"O-1001": "processing", "O-1002": "cancelled"}


def test_a_status_question_is_inherited_too(opens: Opens) -> None:
    shop = opens(Scene().order("1001", item()).task().reserved().order("1002", item("Wall Clock")).task().reserved())
    shop.hears("where is my order?")

    step = shop.hears("the clock", at=later(1))

    assert (step.order_id, step.disposition, step.triggers) == ("O-1002", "answer", [])


def test_what_a_stranger_asked_for_is_not_done_for_whoever_logs_in_next(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears("please cancel 1042", sender="other@nowhere.example")

    step = shop.hears("logged in now, it is 1042", sender=None, login="C-1", at=later(1))

    assert (step.customer_id, step.executed) == ("C-1", [])
    assert "cancel" not in step.intents
    assert shop.now()["orders"][0]["status"] == "processing"


@pytest.mark.parametrize("yes", ["yes", "Yes please!", "ok, do that", "sure, go ahead", "yes, please send me the replacement"])
def test_yes_to_an_offered_replacement_has_it_sent_once(opens: Opens, yes: str) -> None:
    shop = opens(returning())
    first = shop.hears("where is 1042?")
    second = shop.hears(yes, at=later(1))
    third = shop.hears("yes please", at=later(2))

    assert first.statuses == {"replacement": "drafted"}
    assert "replacement" in first.text
    assert second.executed == ["replacement"]
    assert "replacement" in second.text
    assert third.executed == []
    assert [row["line_id"] for row in shop.now()["orders"][0]["lines"]] == ["L1", "L1-R1"]


def test_no_to_an_offered_replacement_has_nothing_sent(opens: Opens) -> None:
    shop = opens(returning())
    shop.hears("where is 1042?")

    step = shop.hears("No thanks, I don't want a replacement.", at=later(1))

    assert step.executed == []
    assert [row["line_id"] for row in shop.now()["orders"][0]["lines"]] == ["L1"]


def test_a_withdrawal_ends_the_pending_approval(opens: Opens) -> None:
    shop = opens(dear())
    first = shop.hears("Please cancel order 1042.")
    second = shop.hears("Sorry, I changed my mind. Please do not cancel 1042, keep the order as it is.", at=later(1))

    assert (first.disposition, first.statuses) == ("escalate", {"cancel": "pending_approval"})
    assert second.statuses == {"cancel": "not_executed"}
    assert (second.escalation["escalation_id"], second.escalation["status"]) == (first.escalation["escalation_id"], "answered")
    assert second.disposition == "answer"
    assert second.due is None
    assert [(row.due_at == first.due, row.status) for row in shop.follow_ups() if row.due_at] == [(True, "superseded")]
    assert second.case.next_follow_up_due_at is None
    assert second.resolution == "monitored"
    assert shop.now()["orders"][0]["status"] == "processing"


def test_a_withdrawal_leaves_the_promise_of_the_condition(opens: Opens) -> None:
    scene = Scene().order("1042", item("Big Sofa", "400.00"), ship_by=ago(4)).task("not_started").reserved()
    shop = opens(scene)
    shop.hears("Please cancel order 1042.")

    step = shop.hears("Scratch that, please keep my order 1042.", at=later(1))

    assert step.condition == "warehouse_pick_delay"
    assert step.due == later(25)
    assert [row.status for row in shop.follow_ups() if row.status == "open"] == ["open"]


@pytest.mark.parametrize(
    "threat",
    [
        "if you do not cancel it today my lawyer will write to you",
        "If it isn't cancelled today, I'm going to my lawyer",
        "wenn Sie die Bestellung heute nicht stornieren schreibt Ihnen mein Anwalt",
        "si no cancelan el pedido hoy mi abogado les escribirá",
        "si vous n'annulez pas la commande aujourd'hui mon avocat vous écrira",
    ],
)
def test_what_happens_if_nothing_is_done_takes_no_request_back(opens: Opens, threat: str) -> None:
    shop = opens(dear())
    first = shop.hears("Please cancel order 1042.")

    step = shop.hears(threat, at=later(1))

    assert (step.disposition, step.triggers) == ("escalate", ["legal_threat"])
    assert step.escalation["escalation_id"] == first.escalation["escalation_id"]
    assert step.escalation["status"] == "open"
    assert step.statuses.get("cancel") != "not_executed"


def test_a_withdrawal_of_nothing_changes_nothing(opens: Opens) -> None:
    step = opens(dear()).hears("Please keep order 1042 as it is, do not cancel it.")

    assert (step.actions, step.escalation) == ([], None)


def test_a_withdrawal_ends_the_request_also_where_the_review_has_another_reason(opens: Opens) -> None:
    shop = opens(dear())
    shop.hears("Cancel order 1042, or my lawyer will sue you.")

    step = shop.hears("Sorry, do not cancel 1042, keep the order please.", at=later(1))

    assert step.statuses.get("cancel") == "not_executed"
    assert "cancel" not in step.review.recommended_action
    assert step.review.wanted == ()


def test_the_withdrawn_request_can_be_made_again(opens: Opens) -> None:
    shop = opens(dear())
    first = shop.hears("Please cancel order 1042.")
    shop.hears("Scratch that, please keep my order 1042.", at=later(1))

    step = shop.hears("No, on second thought please cancel order 1042 after all.", at=later(2))

    assert step.statuses["cancel"] == "pending_approval"
    assert step.escalation["status"] == "open"
    assert step.escalation["escalation_id"] != first.escalation["escalation_id"]


# Repeat contact


def test_a_second_ticket_about_the_same_order_is_a_repeat_contact(opens: Opens) -> None:
    shop = opens(moving())
    first = shop.hears("where is 1042?", ticket="T-1")
    second = shop.hears("where is 1042?", ticket="T-2", at=later(24))

    assert first.triggers == []
    assert (second.triggers, second.disposition, second.handler) == (["repeat_contact"], "escalate", "priority_escalation")
    assert second.condition == "standard_in_transit"
    assert second.escalation["queue"] == "cx"


@pytest.mark.parametrize(("days", "fires"), [(13.9, True), (14.1, False)])
def test_only_contacts_of_the_last_fourteen_days_count(opens: Opens, days: float, fires: bool) -> None:
    step = opens(moving().contact(24 * days)).hears("where is 1042?")

    assert ("repeat_contact" in step.triggers) is fires


@pytest.mark.parametrize(
    "contact",
    [
        {"topic": "other"},
        {"order_id": "O-1043"},
        {"direction": "outbound", "author": "human"},
        {"direction": "outbound", "author": "automation"},
    ],
)
def test_other_topics_other_orders_and_our_own_messages_do_not_count(opens: Opens, contact: dict[str, str]) -> None:
    scene = moving().order("1043").task().order("1044").task()
    scene.contact(48, **{"order_id": "O-1042", **contact})

    assert opens(scene).hears("where is 1042?").triggers == []


def test_thanks_and_other_topics_count_as_no_contact(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears("Thanks a lot for 1042!", ticket="T-1")
    shop.hears("Could you send me the invoice for order 1042?", ticket="T-2", at=later(1))

    assert shop.hears("where is 1042?", ticket="T-3", at=later(2)).triggers == []


def test_thanks_in_a_second_ticket_do_not_fire(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears("where is 1042?", ticket="T-1")

    step = shop.hears("Thank you very much!", ticket="T-2", at=later(1))

    assert (step.disposition, step.triggers) == ("none", [])


def test_a_ticket_counts_once_until_we_answered_three_times(opens: Opens) -> None:
    shop = opens(moving())
    said = [shop.hears("where is 1042?", at=later(hour)) for hour in range(4)]

    assert [step.triggers for step in said] == [[], [], [], ["repeat_contact"]]


def test_an_answer_to_our_own_question_does_not_count(opens: Opens) -> None:
    shop = opens(Scene().order("1001", item()).task().order("1002", item("Wall Clock")).task())
    shop.hears("where is my order?", ticket="T-1")
    step = shop.hears("1002", ticket="T-1", at=later(1))
    other = shop.hears("where is 1001?", ticket="T-2", at=later(2))

    assert step.triggers == []
    assert other.triggers == []


def test_the_question_and_the_answer_together_are_one_contact(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears("Please change the delivery address of order 1042.", ticket="T-1")

    assert shop.hears(ADDRESS, ticket="T-1", at=later(1)).triggers == []


def test_a_request_counts_as_a_contact_like_a_question(opens: Opens) -> None:
    step = opens(backorder().contact(30)).hears("please cancel 1042")

    assert "repeat_contact" in step.triggers


def test_contacts_of_another_order_do_not_count(opens: Opens) -> None:
    shop = opens(moving().order("1043", item("Wall Clock")).task())
    shop.hears("where is 1043?", ticket="T-1")

    assert shop.hears("where is 1042?", ticket="T-2", at=later(1)).triggers == []


def test_without_support_history_the_reply_goes_out_and_repeat_contact_is_unknown(opens: Opens) -> None:
    step = opens(moving().contact(30).fault("support")).hears("where is 1042?")

    assert (step.disposition, step.triggers, len(step.visible)) == ("answer", [], 1)


# A dispute, a hold, a stall: the conversation goes on


def test_a_dispute_stays_one_until_the_case_closes(opens: Opens) -> None:
    shop = opens(delivered())
    shop.hears("1042 says delivered, but I never received it.")

    step = shop.hears("any news on 1042?", at=later(2))

    assert step.condition == "delivered_not_received"


def test_asked_again_on_a_hold_the_holding_reply_comes_with_the_same_promise(opens: Opens) -> None:
    shop = opens(held())
    first = shop.hears("where is 1042?")
    second = shop.hears("any news?", at=later(1))

    assert (second.disposition, second.escalation) == ("answer", None)
    assert second.due == first.due
    assert len([row for row in shop.follow_ups() if row.status == "open"]) == 1
    assert "4:00 PM" in second.text


def test_a_second_claim_is_not_opened_for_the_same_parcel(opens: Opens) -> None:
    shop = opens(stalled())
    first = shop.hears("where is 1042?")
    second = shop.hears("any movement on 1042?", at=later(2))

    assert first.executed == ["carrier_investigation"]
    assert second.executed == []
    assert second.checks("carrier_investigation")["duplicate_claim"] == "fail"


def test_after_a_refund_there_is_no_replacement_and_no_second_refund(opens: Opens) -> None:
    shop = opens(lost())
    first = shop.hears("1042 is lost. Please refund me.")
    again = shop.hears("please refund order 1042", at=later(1))
    other = shop.hears("please send me another one for 1042", at=later(2))

    assert "refund" in first.executed
    assert again.executed == []
    assert other.executed == []
    assert shop.now()["orders"][0]["payment"]["refunded_amount"] in {"40.00", "40", "40.0000"}


def test_another_scan_changes_the_answer(opens: Opens) -> None:
    shop = opens(stalled())
    shop.hears("where is 1042?")
    shop.change("shipments", "S-1", events=[scan("in_transit", 110), {"at": later(1).isoformat(), "status": "out_for_delivery"}])

    step = shop.hears("any news on 1042?", at=later(2))

    assert step.condition == "standard_in_transit"
    assert step.due is None
