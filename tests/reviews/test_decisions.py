"""What reviewers' decisions do: approve, deny, request changes, take over, hand back, wait (specification, section 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.doors.shop import Scene, ahead, item, later, scan
from tests.doors.states import delivered, held, moving
from tests.reviews.conftest import Opens
from tests.reviews.desk import (
    AGENT,
    CANCEL,
    CX,
    FRAUD,
    NEW_ADDRESS,
    READDRESS,
    REFUND,
    REPLACE,
    SHIPPING,
    SUPPLY,
    SWAP,
    dear,
    gone,
    labelled,
    swappable,
)

MANAGER = "where is 1042? I want to speak to a manager."

# Approve


@pytest.mark.parametrize(
    ("make", "text", "action", "by"),
    [
        (dear, CANCEL, "cancel", CX),
        (gone, REFUND, "refund", AGENT),
        (lambda: gone("160.00", 9), REPLACE, "replacement", SHIPPING),
        (labelled, READDRESS, "address_change", CX),
        (swappable, SWAP, "alternate_item", SUPPLY),
    ],
)
def test_an_approval_executes_the_recommended_action_and_the_customer_hears_once(opens: Opens, make: object, text: str, action: str, by: str) -> None:
    desk = opens(make())  # type: ignore[operator]
    asked = desk.hears(text)
    done = desk.decides("approve", by=by)

    assert (asked.disposition, asked.escalation["recommended_action"]) == ("escalate", action)
    assert (done.disposition, done.reason, done.executed) == ("resume", "approved", [action])
    assert (done.escalation["status"], done.escalation["escalation_id"]) == ("answered", asked.escalation["escalation_id"])
    assert len(done.visible) == 1
    assert len(desk.said()) == 2
    assert [row.wanted.action for row in desk.actions("executed") if row.wanted.action != "carrier_investigation"] == [action]
    assert desk.effects("perform_action", done.root)[0]["state"] == "delivered"
    assert done.case_id == asked.case_id


def test_what_was_approved_is_what_the_backend_did(opens: Opens) -> None:
    cancelled, refunded, readdressed, swapped = opens(dear()), opens(gone()), opens(labelled()), opens(swappable())
    for desk, text, by in ((cancelled, CANCEL, CX), (refunded, REFUND, CX), (readdressed, READDRESS, CX), (swapped, SWAP, SUPPLY)):
        desk.hears(text)
        desk.decides("approve", by=by)

    assert cancelled.order()["status"] == "cancelled"
    assert (refunded.order()["payment"]["state"], refunded.order()["payment"]["refunded_amount"]) == ("refunded", "60.00")
    assert readdressed.order()["ship_to"]["line1"] == "500 Cargo Way"
    assert swapped.order()["lines"][0]["sku"] == "FLOOR-LAMP"


def test_another_option_may_be_approved(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    asked = desk.hears(f"{REPLACE} I want to speak to a manager.")
    done = desk.decides("approve", by=SHIPPING, approved_action="refund")

    assert "refund" in asked.escalation["options"]
    assert (done.reason, done.executed) == ("approved", ["refund"])
    assert [row.wanted.action.value for row in desk.actions("pending_approval")] == []
    assert "refund" in done.text
    assert len(desk.order()["lines"]) == 1


def test_another_option_that_was_never_gated_before(opens: Opens) -> None:
    desk = opens(dear().contact(30))
    desk.hears("where is 1042? I want to speak to a manager.")
    done = desk.decides("approve", approved_action="cancel")

    assert (done.reason, done.executed, desk.order()["status"]) == ("approved", ["cancel"], "cancelled")


@pytest.mark.parametrize("action", ["address_change", "alternate_item"])
def test_an_approval_without_the_parameters_that_it_needs_is_unclear(opens: Opens, action: str) -> None:
    desk = opens(swappable())
    desk.hears("where is 1042? I want to speak to a manager.")
    before = desk.now()
    step = desk.decides("approve", by=SUPPLY, approved_action=action)

    assert (step.disposition, step.reason, step.executed) == ("none", "unclear_decision", [])
    assert desk.now() == before
    assert desk.the_review().is_open


def test_an_address_may_be_given_with_the_approval(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(MANAGER)
    done = desk.decides("approve", approved_action="address_change", parameters=NEW_ADDRESS)

    assert (done.reason, done.executed) == ("approved", ["address_change"])
    assert desk.order()["ship_to"]["postal_code"] == "07114"
    assert "500 Cargo Way" in done.text


def test_another_address_than_the_asked_one_may_be_approved(opens: Opens) -> None:
    desk = opens(labelled())
    desk.hears(READDRESS)
    done = desk.decides("approve", parameters={**NEW_ADDRESS, "line1": "502 Cargo Way"})

    assert (done.reason, done.executed) == ("approved", ["address_change"])
    assert desk.order()["ship_to"]["line1"] == "502 Cargo Way"


def test_a_sku_may_be_given_with_the_approval(opens: Opens) -> None:
    desk = opens(swappable())
    desk.hears("where is 1042?")
    done = desk.decides("approve", by=SUPPLY, approved_action="alternate_item", parameters={"sku": "FLOOR-LAMP"})

    assert (done.reason, done.executed) == ("approved", ["alternate_item"])
    assert desk.order()["lines"][0]["sku"] == "FLOOR-LAMP"


def test_a_sku_that_is_no_approved_substitute_fails_its_own_gate(opens: Opens) -> None:
    desk = opens(swappable().stock("BED"))
    desk.hears("where is 1042?")
    step = desk.decides("approve", by=SUPPLY, approved_action="alternate_item", parameters={"sku": "BED"})

    assert (step.executed, desk.order()["lines"][0]["sku"]) == ([], "DESK-LAMP")
    assert desk.the_review().is_open


# Deny


def test_a_denial_is_told_once_and_executes_nothing(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("deny", rationale="Ships tonight, no.")

    assert (step.disposition, step.reason, step.executed) == ("resume", "denied", [])
    assert (step.escalation["status"], step.statuses) == ("answered", {"cancel": "denied"})
    assert len(step.visible) == 1
    assert "can't be cancelled" in step.text
    assert "tonight" not in step.text
    assert desk.order()["status"] == "processing"
    assert desk.performed() == []


def test_after_a_denial_the_text_does_not_offer_what_was_denied(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)

    assert "or cancel" not in desk.decides("deny").text


def test_after_a_denied_refund_the_customer_gets_the_next_safe_option(opens: Opens) -> None:
    desk = opens(gone("60.00", 9))
    desk.hears(REFUND)
    step = desk.decides("deny")

    assert step.statuses["refund"] == "denied"
    assert "we're not paying it back" in step.text
    assert step.due is not None
    assert "UPS" in step.text


def test_the_recorded_denial_answers_the_same_demand(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny")
    again = desk.hears("please cancel 1042", at=later(2))

    assert (again.disposition, again.triggers, again.escalation) == ("answer", [], None)
    assert len(desk.rows("select * from escalations")) == 1
    assert "can't be cancelled" in again.text
    assert "will decide" not in again.text


def test_a_demand_that_is_answered_from_a_denial_waits_for_nobody(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny")
    again = desk.hears("please cancel 1042", at=later(2))

    assert again.statuses["cancel"] in {"denied", "not_executed"}
    assert desk.actions("pending_approval") == []


def test_after_a_denial_another_address_is_another_demand(opens: Opens) -> None:
    desk = opens(labelled())
    desk.hears(READDRESS)
    desk.decides("deny")
    again = desk.hears("change the address of 1042 to 12 Main Street, Springfield, IL 62701", at=later(2))

    assert (again.disposition, again.triggers) == ("escalate", ["approval_required"])


def test_a_gate_with_another_check_result_asks_again(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny")
    desk.patch(faults={"wms": "error"})
    again = desk.hears("please cancel 1042", at=later(2))

    assert again.checks("cancel")["not_handed_off"] == "unknown"
    assert "approval_required" in again.triggers


def test_a_gate_with_another_approval_rule_asks_again(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny")
    desk.change("fulfillments", "F-1", state="picking")
    again = desk.hears("please cancel 1042", at=later(2))

    assert "approval_required" in again.triggers


def test_a_gate_that_became_eligible_executes_after_a_denial(opens: Opens) -> None:
    desk = opens(Scene().order("1042", item()).task("picking").reserved().stock())
    desk.hears(CANCEL)
    desk.decides("deny")
    desk.change("fulfillments", "F-1", state="released")
    again = desk.hears("please cancel 1042", at=later(2))

    assert (again.gates["cancel"], again.executed) == ("eligible", ["cancel"])


def test_a_denial_of_one_action_says_nothing_of_another(opens: Opens) -> None:
    desk = opens(dear(holds=[{"kind": "address", "placed_at": "2026-03-11T00:00:00Z"}], status="on_hold"))
    desk.hears(CANCEL)
    desk.decides("deny")
    again = desk.hears(READDRESS, at=later(2))

    assert again.disposition == "escalate"
    assert "approval_required" in again.triggers


# Request changes


def test_requested_changes_are_asked_again_with_the_reviewers_words(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.decides("request_changes", rationale="Ask the warehouse first.")

    assert (step.disposition, step.reason, step.executed, step.visible) == ("escalate", "request_changes", [], [])
    assert step.escalation["escalation_id"] == asked.escalation["escalation_id"]
    assert step.escalation["status"] in {"open", "reminded"}
    assert {"gather", "detect", "route"} <= set(step.path)
    assert "Ask the warehouse first." in " ".join(desk.the_review().notes)
    assert "Ask the warehouse first." in "\n".join(step.posts[0]["post"]["posts"])
    assert (step.statuses, desk.performed()) == ({"cancel": "pending_approval"}, [])
    assert desk.decides("approve", at=later(2)).executed == ["cancel"]


def test_requested_changes_do_not_move_the_deadline_or_the_promise(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.decides("request_changes", rationale="Once more, please.")

    assert (step.deadline, step.due) == (asked.deadline, asked.due)


# Take over and hand back


def test_a_takeover_silences_automation(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    taken = desk.decides("manual_takeover", rationale="I call them.")
    step = desk.hears("any news on 1042? please cancel it", at=later(2))

    assert (taken.disposition, taken.reason, taken.visible) == ("resume", "manual_takeover", [])
    assert (taken.escalation["status"], taken.case.taken_over, taken.resolution) == ("taken_over", True, "escalated")
    assert (step.disposition, step.reason, step.visible, step.executed) == ("none", "manual_takeover", [], [])
    assert len(desk.said()) == 1
    assert any("taken" in note for note in taken.internal_notes)


def test_a_takeover_hands_the_ticket_to_the_queues_group(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    ticket = desk.the_review().request.ticket_id
    taken = desk.decides("manual_takeover")

    assert [(row["ticket_id"], row["group"]) for row in desk.effects("assign_ticket")] == [(ticket, "Customer experience")]
    assert desk.effects("assign_ticket", taken.root)[0]["state"] == "delivered"


def test_a_takeover_ends_what_waited_for_approval(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("manual_takeover")
    step = desk.decides("approve", at=later(2))

    assert (step.disposition, step.reason, step.executed) == ("none", "already_decided", [])
    assert desk.performed() == []


@pytest.mark.parametrize(("by", "owner"), [(CX, None), (AGENT, "dana"), ("dana", "dana"), (CX, "dana")])
def test_a_reviewer_of_the_queue_or_the_owner_hands_back(opens: Opens, by: str, owner: str | None) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("manual_takeover", owner=owner)
    step = desk.says("hand back", by=by, at=later(2))
    answer = desk.hears("where is 1042?", at=later(3))

    assert (step.disposition, step.reason, step.visible) == ("resume", "hand_back", [])
    assert (step.escalation["status"], step.case.taken_over) == ("answered", False)
    assert answer.reason != "manual_takeover"
    assert len(answer.visible) == 1


@pytest.mark.parametrize("by", [SHIPPING, SUPPLY, FRAUD, "U0NOBODY", "dana"])
def test_others_do_not_hand_back(opens: Opens, by: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("manual_takeover")
    step = desk.says("hand back", by=by, at=later(2))

    assert (step.disposition, step.reason) == ("none", "not_authorised")
    assert (desk.the_review().status, step.case.taken_over) == ("taken_over", True)


def test_conditions_are_judged_anew_after_a_hand_back(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("manual_takeover")
    desk.change("fulfillments", "F-1", state="short_pick")
    step = desk.decides("hand_back", at=later(2))

    assert {"gather", "detect"} <= set(step.path)
    assert step.case.condition_type == "warehouse_pick_delay"


def test_what_was_never_taken_over_cannot_be_handed_back(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("hand_back")

    assert (step.disposition, step.reason) == ("none", "unclear_decision")
    assert desk.the_review().is_open


def test_after_a_hand_back_a_new_demand_is_asked_as_a_new_review(opens: Opens) -> None:
    desk = opens(dear())
    first = desk.hears(CANCEL)
    desk.decides("manual_takeover")
    desk.decides("hand_back", at=later(2))
    again = desk.hears("please cancel 1042", at=later(3))

    assert again.disposition == "escalate"
    assert again.escalation["escalation_id"] != first.escalation["escalation_id"]
    assert desk.decides("approve", at=later(4)).executed == ["cancel"]


# Wait


def test_to_wait_is_no_message_and_the_promise_stands(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.decides("approve", approved_action="wait")

    assert (step.disposition, step.reason, step.executed, step.messages) == ("resume", "approved", [], [])
    assert (step.escalation["status"], step.due) == ("answered", asked.due)
    assert desk.performed() == []
    assert len(desk.said()) == 1


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_deadline_becomes_the_due_time(opens: Opens, decision: str) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    step = desk.decides(decision, deadline=later(52))

    assert step.due == later(52)
    assert step.case.next_follow_up_due_at == later(52)


def test_a_deadline_becomes_the_due_time_also_with_wait(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve", approved_action="wait", deadline=later(52))

    assert step.due == later(52)
    assert step.case.next_follow_up_due_at == later(52)


def test_the_owner_is_kept(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("approve", approved_action="wait", owner="dana")

    assert (desk.the_review().owner, desk.the_review().decided_by) == ("dana", CX)


# Who may, and when


@pytest.mark.parametrize("by", [SHIPPING, SUPPLY, FRAUD, "U0NOBODY", ""])
@pytest.mark.parametrize("decision", ["approve", "deny", "request_changes", "manual_takeover", "hand_back", None])
def test_nobody_else_decides(opens: Opens, by: str, decision: str | None) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    before, review = desk.now(), desk.the_review()
    step = desk.decides(decision, by=by, text=None if decision else "approved, cancel the order")

    assert (step.disposition, step.reason, step.executed, step.messages) == ("none", "not_authorised", [], [])
    assert (desk.now(), desk.the_review()) == (before, review)


def test_a_reviewer_of_another_queue_does_not_decide_the_stricter_one(opens: Opens) -> None:
    desk = opens(held("fraud"))
    desk.hears(CANCEL)

    assert desk.decides("approve", by=CX).reason == "not_authorised"
    assert desk.decides("approve", by=FRAUD, approved_action="cancel", at=later(2)).executed == ["cancel"]


def test_over_the_limit(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve", by=AGENT)

    assert (step.disposition, step.reason, step.executed, step.messages) == ("none", "over_limit", [], [])
    assert desk.the_review().is_open
    assert desk.decides("approve", by=CX, at=later(2)).executed == ["cancel"]


def test_a_denial_knows_no_limit(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)

    assert desk.decides("deny", by=AGENT).reason == "denied"


def test_the_limit_holds_for_an_option_that_was_not_asked_about(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(MANAGER)
    step = desk.decides("approve", by=AGENT, approved_action="cancel")

    assert (step.reason, step.executed, desk.order()["status"]) == ("over_limit", [], "processing")


def test_the_limit_holds_for_another_refund_than_the_asked_one(opens: Opens) -> None:
    scene = Scene().order("1042", item(price="60.00"), item("Gold Watch", "400.00"))
    scene.task("handed_off").parcel(scan("lost"), lines=("L1",)).parcel(scan("lost"), lines=("L2",)).stock(available=0)
    desk = opens(scene)
    desk.hears(f"{REFUND} - a manager, please")
    step = desk.decides("approve", by=AGENT, approved_action="refund", parameters={"lines": "L2"})

    assert (step.reason, step.executed) == ("over_limit", [])


def test_the_limit_holds_for_lines_that_the_reviewer_adds(opens: Opens) -> None:
    scene = Scene().order("1042", item(price="60.00"), item("Gold Watch", "400.00"), status="partially_shipped")
    scene.task("handed_off", lines=("L1",)).parcel(scan("lost"), lines=("L1",))
    scene.task("handed_off", lines=("L2",)).parcel(scan("in_transit"), lines=("L2",), tracking_number="1Z77").stock(available=0)
    desk = opens(scene)
    asked = desk.hears(REFUND)
    step = desk.decides("approve", by=AGENT, approved_action="refund", parameters={"lines": "L1, L2"})

    assert asked.gates["refund"] == "needs_approval"
    assert (step.reason, step.executed) == ("over_limit", [])


def test_a_reviewer_may_give_back_less_and_only_that_counts_against_the_limit(opens: Opens) -> None:
    desk = opens(gone("149.00"))
    desk.hears(REFUND)
    step = desk.decides("approve", by=AGENT, parameters={"amount": "80.00"})

    assert (step.reason, step.executed) == ("approved", ["refund"])
    assert "$80.00" in step.text
    assert desk.order()["payment"]["refunded_amount"] == "80.00"


@pytest.mark.parametrize(("amount", "refunded"), [("149.00", "149.00"), ("500", "149.00")])
def test_never_more_than_it_is_worth_is_given_back(opens: Opens, amount: str, refunded: str) -> None:
    desk = opens(gone("149.00"))
    desk.hears(REFUND)

    assert desk.decides("approve", by=CX, parameters={"amount": amount}).executed == ["refund"]
    assert desk.order()["payment"]["refunded_amount"] == refunded


@pytest.mark.parametrize("amount", ["half", "0", "-5", "1e3", "12,5", ""])
def test_an_amount_that_cannot_be_read_decides_nothing(opens: Opens, amount: str) -> None:
    desk = opens(gone("149.00"))
    desk.hears(REFUND)
    step = desk.decides("approve", by=CX, parameters={"amount": amount})

    assert (step.disposition, step.reason, step.executed) == ("none", "unclear_decision", [])


def test_what_is_no_option_is_not_executed(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve", approved_action="refund")

    assert (step.disposition, step.reason, step.executed) == ("none", "not_an_option", [])
    assert desk.the_review().is_open


@pytest.mark.parametrize("first", ["approve", "deny", "wait", "takeover"])
@pytest.mark.parametrize("second", ["approve", "deny", "request_changes", "manual_takeover"])
def test_the_first_decision_counts(opens: Opens, first: str, second: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    verb, option = {"wait": ("approve", "wait"), "takeover": ("manual_takeover", None)}.get(first, (first, None))
    winner = desk.decides(verb, approved_action=option)
    before, said, review = desk.order(), desk.said(), desk.the_review()
    loser = desk.decides(second, at=later(2))

    assert winner.disposition == "resume"
    assert (loser.disposition, loser.reason, loser.executed, loser.messages) == ("none", "already_decided", [], [])
    assert (desk.order(), desk.said(), desk.the_review()) == (before, said, review)


def test_the_first_decision_counts_whatever_the_review_is_called_by(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    assert desk.decides("deny", escalation_id=asked.escalation["escalation_id"]).reason == "denied"
    assert desk.decides("approve", at=later(2)).reason == "already_decided"
    assert desk.performed() == []


def test_the_same_arrival_twice_is_one_decision(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("approve", arrival_id="one-click")
    before = desk.everything()
    desk.decides("approve", arrival_id="one-click", at=later(3))

    assert desk.everything() == before


def test_where_nothing_is_asked_nothing_is_decided(opens: Opens) -> None:
    desk = opens(moving())
    assert desk.decides("approve").reason == "no_open_escalation"
    desk.hears("where is 1042?")
    step = desk.decides("approve", approved_action="cancel", at=later(2))

    assert (step.disposition, step.reason, step.executed) == ("none", "no_open_escalation", [])
    assert desk.decides("approve", order_id=None, escalation_id="esc_unknown", at=later(3)).reason == "no_open_escalation"
    assert desk.performed() == []


# A message while the review sleeps


def test_a_message_while_the_review_sleeps_gets_the_holding_reply(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.hears("any news on 1042?", at=later(2))
    done = desk.decides("approve", at=later(3))

    assert (step.disposition, step.escalation, step.due) == ("answer", None, asked.due)
    assert "specialist" in step.text
    assert done.executed == ["cancel"]
    assert done.path[0] == "await_reviewer"


def test_a_message_with_a_new_trigger_joins_and_does_not_disturb_what_waits(opens: Opens) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    step = desk.hears("1042: you will hear from my lawyer!", at=later(1))
    done = desk.decides("approve", at=later(2))

    assert step.escalation["escalation_id"] == asked.escalation["escalation_id"]
    assert step.escalation["recommended_action"] == "cancel"
    assert (done.reason, done.executed) == ("approved", ["cancel"])


def test_a_second_demand_for_the_same_thing_is_not_asked_twice(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.hears("please cancel 1042 now", at=later(1))
    done = desk.decides("approve", at=later(2))

    assert (done.reason, done.executed) == ("approved", ["cancel"])
    assert len(desk.rows("select * from escalations")) == 1
    assert len(desk.performed()) == 1
    assert desk.actions("pending_approval") == []


def test_a_withdrawn_request_cannot_be_approved(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    withdrawn = desk.hears("Please don't cancel 1042, keep the order.", at=later(1))
    step = desk.decides("approve", at=later(2))

    assert withdrawn.statuses["cancel"] == "not_executed"
    assert desk.the_review().status == "answered"
    assert (step.disposition, step.reason, step.executed) == ("none", "already_decided", [])
    assert desk.order()["status"] == "processing"


def test_another_demand_while_one_waits_can_be_approved_too(opens: Opens) -> None:
    desk = opens(dear(holds=[{"kind": "address", "placed_at": "2026-03-11T00:00:00Z"}], status="on_hold"))
    desk.hears(CANCEL)
    desk.hears(READDRESS, at=later(1))
    done = desk.decides("approve", approved_action="address_change", at=later(2))

    assert (done.reason, done.executed) == ("approved", ["address_change"])
    assert desk.order()["ship_to"]["line1"] == "500 Cargo Way"
    assert desk.order()["status"] != "cancelled"


# Shadow


def test_in_shadow_nothing_is_executed_and_nobody_hears_anything(opens: Opens) -> None:
    desk = opens(dear(), mode="shadow")
    asked = desk.hears(CANCEL)
    done = desk.decides("approve")

    assert asked.posts[0]["shadow"] is True
    assert (done.disposition, done.reason, done.executed, done.visible) == ("resume", "approved", [], [])
    assert (desk.performed(), desk.said(), desk.order()["status"]) == ([], [], "processing")
    assert len(done.messages) == 1
    assert desk.effects("perform_action") == []


def test_a_live_decision_about_a_review_of_the_shadow_executes_nothing(opens: Opens) -> None:
    desk = opens(dear(), mode="shadow")
    desk.hears(CANCEL)
    done = desk.decides("approve", mode="live")

    assert (done.executed, done.visible, desk.performed()) == ([], [], [])


# Records


def test_the_ledger_has_the_decision(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("approve", rationale="Small shop, small worry.")
    review = desk.the_review()
    rows = desk.rows("select who, what, fingerprint from ledger where who = ?", CX)

    assert any("approve cancel" in what for _, what, _ in rows)
    assert any(fingerprint == review.fingerprint != "" for *_, fingerprint in rows)
    assert any("Small shop, small worry." in note for note in review.notes)
    assert [what for (what,) in desk.rows("select what from ledger where what like 'executed cancel%'")] != []


@pytest.mark.parametrize(("by", "decision", "reason"), [(SHIPPING, "approve", "not_authorised"), (AGENT, "approve", "over_limit")])
def test_the_ledger_has_refused_decisions_too(opens: Opens, by: str, decision: str, reason: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides(decision, by=by)

    assert desk.rows("select why from ledger where who = ? and what like 'decision:%'", by) == [(reason,)]


def test_the_time_to_decision_can_be_told(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.decides("deny", at=later(2.5))
    review = desk.the_review()

    assert review.decided_at is not None
    assert review.decided_at - review.opened_at == timedelta(hours=2.5)
    assert (review.decided_by, review.decision.split()[0]) == (CX, "deny")


def test_decision_and_takeover_leave_internal_notes(opens: Opens) -> None:
    for decision, word in (("approve", "answered"), ("deny", "answered"), ("manual_takeover", "taken"), ("request_changes", "queue")):
        desk = opens(dear())
        desk.hears(CANCEL)
        assert any(word in note for note in desk.decides(decision).internal_notes)


def test_the_thread_is_told_of_the_decision(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    step = desk.decides("approve")
    posted = "\n".join(step.posts[0]["post"]["posts"])

    assert step.posts[0]["post"]["is_update"] is True
    assert CX in posted
    assert "approve cancel" in posted


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_the_case_goes_on_after_a_decision(opens: Opens, decision: str) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    step = desk.decides(decision)

    assert step.resolution == "monitored"
    assert step.due is not None


def test_a_disputed_delivery_is_approved_for_replacement(opens: Opens) -> None:
    desk = opens(delivered(prior_claims_180d=2).stock())
    asked = desk.hears("1042 says delivered, but I never received it.")
    step = desk.decides("approve", by=FRAUD, approved_action="replacement")

    assert asked.escalation["queue"] == "fraud"
    assert (step.reason, step.executed) == ("approved", ["replacement"])
    assert len(desk.order()["lines"]) == 2


def test_a_supplier_question_to_wait(opens: Opens) -> None:
    scene = Scene().order("1042", item(build_critical=True)).task().stock(available=0).supply("stockout")
    desk = opens(scene)
    asked = desk.hears("where is 1042?")
    step = desk.decides("approve", by=SUPPLY, approved_action="wait", deadline=ahead(75))

    assert (step.reason, step.messages, step.due) == ("approved", [], later(75))
    assert asked.due != step.due


# Reviewers add what they know


def test_information_is_noted_and_the_request_is_looked_at_again(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.change("fulfillments", "F-1", state="picking")
    step = desk.says("The warehouse has begun to pick it.")

    assert (step.disposition, step.reason, step.executed) == ("none", "unclear_decision", [])
    assert desk.the_review().notes == ("The warehouse has begun to pick it.",)
    assert desk.the_review().is_open
    assert "past released" in desk.the_review().question
    assert desk.decides("approve", at=later(2)).executed == ["cancel"]


def test_a_question_of_a_reviewer_changes_nothing(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    review = desk.the_review()
    step = desk.says("Shall we approve the cancellation?")

    assert (step.disposition, step.reason) == ("none", "unclear_decision")
    assert desk.the_review() == review
