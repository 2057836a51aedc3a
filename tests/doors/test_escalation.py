"""When a human is asked, what the human reads, and what the customer reads meanwhile (section 4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import NOW, Scene, ago, ahead, item, later, scan
from tests.doors.states import backorder, contradictory, delivered, held, late, lost, moving, picked_late, processing, stalled

REVIEWED = "specialist"


def test_a_fraud_hold_goes_to_fraud_within_four_business_hours(opens: Opens) -> None:
    step = opens(held("fraud")).hears("where is 1042?")

    assert (step.disposition, step.triggers, step.handler) == ("escalate", ["fraud_hold"], "guarded_hold")
    assert (step.escalation["queue"], step.escalation["status"]) == ("fraud", "open")
    assert step.deadline == later(4)


@pytest.mark.parametrize(("kind", "queue", "deadline"), [("payment", "fraud", later(4)), ("address", "cx", later(24))])
def test_other_holds(opens: Opens, kind: str, queue: str, deadline: datetime) -> None:
    step = opens(held(kind)).hears("where is 1042?")

    assert (step.condition, step.triggers, step.escalation["queue"], step.deadline) == (f"{kind}_hold", [f"{kind}_hold"], queue, deadline)


@pytest.mark.parametrize(
    ("text", "trigger", "deadline"),
    [
        ("Where is 1042? I'll dispute this with my bank.", "chargeback_threat", later(4)),
        ("Where is 1042? Otherwise I will do a chargeback.", "chargeback_threat", later(4)),
        ("Where is 1042? You will hear from my lawyer.", "legal_threat", later(4)),
        ("Where is 1042? I want to speak to your manager.", "manager_request", later(4)),
        ("Where is 1042? A human, please.", "manager_request", later(4)),
        ("WHERE IS 1042?! THIS IS UNACCEPTABLE, YOU ARE THE WORST COMPANY EVER!!!", "angry_customer", later(24)),
        ("Wo ist 1042? Sonst schalte ich meinen Anwalt ein.", "legal_threat", later(4)),
        ("¿Dónde está el 1042? Quiero hablar con un supervisor.", "manager_request", later(4)),
        ("Où est la commande 1042 ? Je vais contester le paiement auprès de ma banque.", "chargeback_threat", later(4)),
    ],
)
def test_what_the_customer_says(opens: Opens, text: str, trigger: str, deadline: datetime) -> None:
    step = opens(moving()).hears(text)

    assert step.triggers == [trigger]
    assert (step.disposition, step.condition, step.handler) == ("escalate", "standard_in_transit", "priority_escalation")
    assert (step.escalation["queue"], step.deadline) == ("cx", deadline)


@pytest.mark.parametrize(
    "text", ["Where is 1042? Still waiting, getting a bit impatient.", "1042 is late again, that's annoying. When does it come?"]
)
def test_impatience_is_no_anger(opens: Opens, text: str) -> None:
    assert opens(moving()).hears(text).triggers == []


@pytest.mark.parametrize(("price", "fires"), [("999.99", False), ("1000.00", True)])
def test_high_value_with_a_problem(opens: Opens, price: str, fires: bool) -> None:
    scene = Scene().order("1042", item("Gold Watch", price)).sent(scan("in_transit", 120))

    assert ("high_value" in opens(scene).hears("where is 1042?").triggers) is fires


def test_high_value_on_a_healthy_order_is_no_reason(opens: Opens) -> None:
    scene = Scene().order("1042", item("Gold Watch", "2000.00")).sent(scan("in_transit", 5))

    assert opens(scene).hears("where is 1042?").triggers == []


def test_high_value_with_an_action_asked_for(opens: Opens) -> None:
    scene = Scene().order("1042", item("Gold Watch", "2000.00")).task().reserved()

    step = opens(scene).hears("please cancel 1042")

    assert set(step.triggers) == {"high_value", "approval_required"}


def test_high_value_when_late(opens: Opens) -> None:
    scene = Scene().order("1042", item("Gold Watch", "2000.00")).sent(scan("in_transit", 5), eta=ago(20))

    step = opens(scene).hears("where is 1042?")

    assert (step.condition, step.triggers, step.handler) == ("late_in_transit", ["high_value"], "carrier_exception")


def test_a_build_critical_part_without_any_supplier_date(opens: Opens) -> None:
    scene = Scene().order("1042", item(build_critical=True)).task().stock(available=0).supply("stockout")

    step = opens(scene).hears("where is 1042?")

    assert (step.condition, step.triggers, step.escalation["queue"]) == ("supplier_backorder", ["no_supplier_eta"], "supply_chain")


def test_a_backorder_with_approved_substitutes(opens: Opens) -> None:
    scene = Scene().order("1042", item(approved_substitutes=["FLOOR-LAMP"])).task().stock(available=0).supply("delayed", eta=ahead(200))

    step = opens(scene).hears("where is 1042?")

    assert (step.triggers, step.escalation["queue"], step.handler) == (["alternate_component"], "supply_chain", "supplier_backorder")


@pytest.mark.parametrize(
    ("proof", "price", "claims", "queue"),
    [
        (None, "40.00", 0, "shipping"),
        ({"kind": "none"}, "40.00", 0, "shipping"),
        ({"kind": "photo", "matches_address": False}, "40.00", 0, "shipping"),
        ({"kind": "photo", "matches_address": True}, "250.00", 0, "shipping"),
        ({"kind": "photo", "matches_address": True}, "40.00", 2, "fraud"),
    ],
)
def test_a_disputed_delivery(opens: Opens, proof: dict[str, str] | None, price: str, claims: int, queue: str) -> None:
    scene = Scene(prior_claims_180d=claims).order("1042", item(price=price)).sent(scan("delivered", 30), proof_of_delivery=proof).stock()

    step = opens(scene).hears("1042 says delivered, but I never received it.")

    assert (step.condition, step.handler) == ("delivered_not_received", "delivered_not_received")
    assert "delivery_disputed" in step.triggers
    assert step.escalation["queue"] == queue
    assert step.deadline == (later(4) if queue == "fraud" else later(24))


def test_a_dispute_with_good_proof_small_value_and_no_claims_needs_nobody(opens: Opens) -> None:
    step = opens(delivered()).hears("1042 says delivered, but I never received it.")

    assert (step.disposition, step.triggers, step.executed) == ("monitor", [], ["carrier_investigation"])


def test_contradictory_facts_are_shown_with_both_sides(opens: Opens) -> None:
    step = opens(contradictory()).hears("where is 1042?")
    gaps = " ".join(step.review.request.gaps)

    assert (step.condition, step.triggers, step.handler) == ("data_conflict", ["data_conflict"], "priority_escalation")
    assert "delivered" in gaps
    assert "in_transit" in gaps
    assert "oms" in gaps.lower()
    assert "carrier" in gaps.lower()
    assert "delivered" not in step.text
    assert "UPS" not in step.text


def test_contradictory_facts_younger_than_two_hours_are_no_conflict(opens: Opens) -> None:
    scene = Scene().order(status="delivered", updated_at=ago(1)).task("handed_off").parcel(scan("in_transit", 8))

    assert opens(scene).hears("where is 1042?").condition == "standard_in_transit"


@pytest.mark.parametrize(
    ("make", "text", "queue"),
    [
        (lambda: Scene().order("1042", item(price="300.00")).task().reserved(), "please cancel 1042", "cx"),
        (lambda: Scene().order("1042", item(price="60.00")).sent(scan("lost")).stock(available=0), "1042 is lost, please refund it", "cx"),
        (lambda: Scene().order("1042", item(price="160.00")).sent(scan("lost")).stock(), "1042 is lost, please send another one", "shipping"),
        (lambda: Scene().order("1042").task("labelled").reserved(), "change the address of 1042 to 500 Cargo Way, Newark, NJ 07114", "cx"),
    ],
)
def test_an_approval_goes_to_the_queue_of_its_action(opens: Opens, make: object, text: str, queue: str) -> None:
    step = opens(make()).hears(text)  # type: ignore[operator]

    assert step.triggers == ["approval_required"]
    assert step.escalation["queue"] == queue
    assert step.disposition == "escalate"
    assert step.executed in ([], ["carrier_investigation"])


def test_all_triggers_that_hold_are_listed_and_the_first_queue_takes_it(opens: Opens) -> None:
    step = opens(held("fraud").contact(30)).hears("Where is 1042? My lawyer will sue you, I want your manager!")

    assert set(step.triggers) == {"fraud_hold", "repeat_contact", "legal_threat", "manager_request"}
    assert step.escalation["queue"] == "fraud"


# Deadlines


@pytest.mark.parametrize(
    ("at", "urgent", "usual"),
    [
        ("2026-03-11T12:00", "2026-03-11T16:00", "2026-03-12T12:00"),
        ("2026-03-11T15:30", "2026-03-12T11:30", "2026-03-12T15:30"),
        ("2026-03-13T16:00", "2026-03-16T12:00", "2026-03-16T16:00"),
        ("2026-03-14T11:00", "2026-03-16T13:00", "2026-03-17T09:00"),
        ("2026-03-11T20:00", "2026-03-12T13:00", "2026-03-13T09:00"),
        ("2026-03-11T06:00", "2026-03-11T13:00", "2026-03-12T09:00"),
    ],
)
def test_deadlines_are_counted_in_business_hours(opens: Opens, at: str, urgent: str, usual: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    hasty = opens(processing(), at=moment).hears("When does 1042 ship? You will hear from my lawyer.", at=moment)
    calm = opens(held("address"), at=moment).hears("where is 1042?", at=moment)

    assert hasty.deadline == datetime.fromisoformat(urgent).replace(tzinfo=UTC)
    assert calm.deadline == datetime.fromisoformat(usual).replace(tzinfo=UTC)


def test_the_customer_is_promised_an_update_by_the_deadline(opens: Opens) -> None:
    step = opens(held("address")).hears("where is 1042?")

    assert step.due == step.deadline
    assert "Thursday, March 12 at 12:00 PM" in step.text


# Joining


def test_a_new_trigger_joins_the_open_escalation(opens: Opens) -> None:
    shop = opens(contradictory())
    first = shop.hears("where is 1042?")
    second = shop.hears("If I get no answer I'll dispute the charge with my bank.", at=later(1))

    assert second.escalation["escalation_id"] == first.escalation["escalation_id"]
    assert set(second.escalation["triggers"]) == {"data_conflict", "chargeback_threat"}
    assert second.disposition == "escalate"
    assert (first.deadline, second.deadline) == (later(24), later(5))
    assert len(shop.rows("select * from escalations")) == 1
    assert [post["post"]["is_update"] for post in shop.effects("ask_reviewer")] == [False, True]


def test_a_stricter_queue_takes_over_and_a_weaker_one_does_not(opens: Opens) -> None:
    shop = opens(moving())
    first = shop.hears("where is 1042? I want to speak to a manager.")
    shop.change("orders", "O-1042", holds=[{"kind": "fraud", "placed_at": later(1).isoformat()}], status="on_hold")
    second = shop.hears("any news on 1042?", at=later(3))
    third = shop.hears("THIS IS UNACCEPTABLE, YOU ARE THE WORST COMPANY EVER!!!", at=later(3.5))

    assert first.escalation["queue"] == "cx"
    assert second.escalation["queue"] == "fraud"
    assert third.escalation["queue"] == "fraud"
    assert len({step.escalation["escalation_id"] for step in (first, second, third)}) == 1


def test_a_later_deadline_does_not_replace_an_earlier_one(opens: Opens) -> None:
    shop = opens(moving())
    first = shop.hears("where is 1042? You will hear from my lawyer.")
    second = shop.hears("THIS IS UNACCEPTABLE, YOU ARE THE WORST COMPANY EVER!!!", at=later(2))

    assert second.deadline == first.deadline
    assert set(second.escalation["triggers"]) >= {"legal_threat", "angry_customer"}


def test_a_message_without_a_new_trigger_gets_the_holding_reply_and_the_standing_promise(opens: Opens) -> None:
    shop = opens(contradictory())
    first = shop.hears("where is 1042?")
    second = shop.hears("any news on 1042?", at=later(2))

    assert (second.disposition, second.escalation) == ("answer", None)
    assert second.due == first.due
    assert REVIEWED in second.text
    assert "Thursday, March 12 at 12:00 PM" in second.text
    assert len(shop.effects("ask_reviewer")) == 1


# What the reviewer reads


def test_the_request_says_what_a_reviewer_must_know(opens: Opens) -> None:
    scene = Scene(tier="vip").order("1042", item("Gold Watch", "1200.00"), placed_at=ago(24 * 9), ship_by=ago(24 * 7))
    scene.sent(scan("in_transit", 120, location="Joliet, IL"), eta=ago(50)).reserved().stock("GOLD-WATCH").supply(sku="GOLD-WATCH")
    scene.contact(72, ticket="T-9", text="First question").contact(
        70, ticket="T-9", direction="outbound", author="human", text="We look into it", promised_update_at=ago(20)
    )
    step = opens(scene).hears("where is 1042?", ticket="T-5", channel="ticket")
    review, request = step.review, step.review.request

    assert review.escalation_id
    assert (request.case_id, request.customer_id, request.order_id) == (step.case_id, "C-1", "O-1042")
    assert request.run_id
    assert "1000" in request.value_band
    assert "1000" in request.threshold
    assert request.condition == "no_tracking_movement"
    assert {"high_value", "repeat_contact"} <= set(review.triggers)
    assert {fact.split(":")[0] for fact in request.facts} >= {"oms", "wms", "inventory", "carrier", "supplier", "support"}
    assert all(any(mark in fact for mark in ("as of", ":")) for fact in request.facts)
    assert any("We look into it" in update for update in request.prior_updates)
    assert any("2026-03-10T16:00" in promise for promise in request.promises)
    impact = " ".join(request.impact)
    assert "2 days" in impact
    assert "vip" in impact
    assert "past their time: 1" in impact
    assert (request.channel, request.ticket_id, request.review_channel) == ("ticket", "T-5", "#wismo-cx")
    assert step.escalation["question"]
    assert step.escalation["recommended_action"]


def test_the_customer_impact_counts_the_promises_that_were_made(opens: Opens) -> None:
    scene = contradictory().contact(72, direction="outbound", author="human", text="Soon", promised_update_at=ago(20))
    scene.contact(70, direction="outbound", author="human", text="Soon", promised_update_at=ahead(20))

    impact = " ".join(opens(scene).hears("where is 1042?").review.request.impact)

    assert "2 made" in impact or "made: 2" in impact


@pytest.mark.parametrize(("price", "band"), [("99.99", "below 100"), ("100.00", "below 250"), ("250.00", "below 1000"), ("1000.00", "1000 or above")])
def test_value_bands(opens: Opens, price: str, band: str) -> None:
    scene = Scene().order("1042", item(price=price)).task().reserved().hold("address")

    assert opens(scene).hears("where is 1042?").review.request.value_band == band


def test_the_threshold_that_matters_for_an_approval_is_its_limit(opens: Opens) -> None:
    step = opens(Scene().order("1042", item(price="300.00")).task().reserved()).hears("please cancel 1042")

    assert "250" in step.review.request.threshold
    assert step.escalation["recommended_action"] == "cancel"
    assert {"cancel", "wait"} <= set(step.escalation["options"])
    assert "cancel" in step.escalation["question"]


def test_options_are_the_actions_whose_gate_is_not_ineligible(opens: Opens) -> None:
    step = opens(Scene().order("1042", item(price="160.00")).sent(scan("lost")).stock()).hears("1042 is lost, please send another one")

    assert set(step.escalation["options"]) >= {"replacement", "refund", "wait"}
    assert "cancel" not in step.escalation["options"]


def test_the_post_goes_to_the_channel_of_the_queue_and_is_not_marked_in_live_mode(opens: Opens) -> None:
    step = opens(held("fraud")).hears("where is 1042?")

    assert [post["post"]["channel"] for post in step.posts] == ["#wismo-fraud"]
    assert "[shadow]" not in " ".join(step.posts[0]["post"]["posts"])
    assert step.posts[0]["shadow"] is False


def test_what_is_posted_says_what_the_request_says(opens: Opens) -> None:
    step = opens(contradictory()).hears("where is 1042?")
    posted = "\n".join(step.posts[0]["post"]["posts"])

    for needed in (step.escalation["escalation_id"], "1042", "data_conflict", "C-1", "wait", "T-1"):
        assert needed in posted


def test_opening_writes_an_internal_note_and_updates_the_case(opens: Opens) -> None:
    step = opens(held("address")).hears("where is 1042?")

    assert any(step.escalation["escalation_id"] in note for note in step.internal_notes)
    assert step.case.resolution == "escalated"


@pytest.mark.parametrize("make", [held, picked_late, backorder])
def test_internal_notes_stay_internal(opens: Opens, make: type[Scene]) -> None:
    scene = make()
    order = scene.world["orders"][0]
    order["internal"] = {"margin": "ZANZIBAR-1"}
    for hold in order.get("holds", []):
        hold["internal_note"] = "ZANZIBAR-2"
    for task in scene.world["fulfillments"]:
        task["internal_note"] = "ZANZIBAR-3"
    for row in scene.world["allocations"]:
        row["internal_note"] = "ZANZIBAR-4"
    scene.contact(30, public=False, author="human", direction="outbound", text="ZANZIBAR-5")

    step = opens(scene).hears("where is 1042? I want to speak to a manager.")

    assert step.disposition == "escalate"
    assert "ZANZIBAR" not in step.text
    assert "Norvik" not in step.text


def test_the_holding_reply_on_a_hold_says_only_that_a_review_is_needed(opens: Opens) -> None:
    step = opens(held("fraud")).hears("Why is 1042 on hold? Is it my payment?")
    text = step.text.lower()

    assert "review" in text
    assert "1042" in text
    for never in ("fraud", "risk", "suspic", "payment", "hold", "ship by", "leave our warehouse", "march 12"):
        assert never not in text
    assert set(step.facts) <= {"order.order_number", "customer.name", "follow_up.due_at", "order.lines[L1].title", "order.lines[L1].quantity"}


def test_on_a_healthy_order_the_condition_stays_what_it_is(opens: Opens) -> None:
    step = opens(late()).hears("where is 1042? I want to speak to a manager.")

    assert (step.condition, step.handler) == ("late_in_transit", "carrier_exception")


def test_the_second_failed_attempt_to_get_facts_escalates(opens: Opens) -> None:
    shop = opens(moving().fault("carrier"))
    first = shop.hears("where is 1042?")
    second = shop.hears("any news on 1042?", at=later(2))

    assert (first.disposition, first.triggers) == ("monitor", [])
    assert (second.disposition, second.triggers, second.escalation["queue"]) == ("escalate", ["facts_unavailable"], "cx")


def test_an_escalation_is_asked_about_the_lost_parcel_once(opens: Opens) -> None:
    shop = opens(lost().contact(30))
    shop.hears("where is 1042?")
    shop.hears("please send a new one for 1042", at=later(1))

    assert len(shop.rows("select * from escalations")) == 1


def test_at_noon_nothing_is_decided_by_silence(opens: Opens) -> None:
    shop = opens(Scene().order("1042", item(price="300.00")).task().reserved())
    shop.hears("please cancel 1042", at=NOW)
    step = shop.hears("any news on 1042?", at=later(20))

    assert step.executed == []
    assert shop.now()["orders"][0]["status"] == "processing"


def test_a_stalled_dear_order_tells_specialist_and_reviewer(opens: Opens) -> None:
    step = opens(stalled().contact(40)).hears("where is 1042?")

    assert (step.handler, step.triggers) == ("carrier_exception", ["repeat_contact"])
    assert step.executed == ["carrier_investigation"]
    assert REVIEWED in step.text
