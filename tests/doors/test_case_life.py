"""One case per customer and order, over all channels, with the record of section 1 and the resolution of section 9."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import BEN, NOW, Scene, ago, ahead, item, later, scan
from tests.doors.states import QUESTION, backorder, cancelled, delivered, held, late, moving, processing, stalled, unknown_carrier


def test_the_same_question_in_another_channel_joins_the_open_case(opens: Opens) -> None:
    shop = opens(moving())
    first = shop.hears(QUESTION["en"], ticket="T-1", channel="email")
    second = shop.hears("where is 1042?", ticket="T-2", channel="chat", sender=None, login="C-1", at=later(2))

    assert first.case_id == second.case_id
    assert len(shop.cases()) == 1
    assert first.case.source_channel == "email"


def test_two_orders_of_one_customer_are_two_cases(opens: Opens) -> None:
    shop = opens(moving().order("1043", item("Wall Clock")).task())

    assert shop.hears("where is 1042?").case_id != shop.hears("where is 1043?", at=later(1)).case_id


def test_one_message_about_two_own_orders_makes_two_cases_and_answers_both(opens: Opens) -> None:
    shop = opens(moving().order("1043", item("Wall Clock")).task())

    step = shop.hears("Hello, where are my orders 1043 and 1042?")

    assert step.order_id == "O-1043"
    assert {(case.customer_id, case.order_id) for case in shop.cases()} == {("C-1", "O-1042"), ("C-1", "O-1043")}
    assert "1042" in step.text
    assert "1043" in step.text
    assert {message["to_customer_id"] for message in step.messages} == {"C-1"}


def test_of_two_orders_the_gravest_disposition_is_reported(opens: Opens) -> None:
    step = opens(moving().order("1043", item("Wall Clock")).task().hold("fraud")).hears("where are my orders 1042 and 1043?")

    assert (step.order_id, step.disposition) == ("O-1042", "escalate")
    assert step.triggers == ["fraud_hold"]


def test_two_customers_have_cases_of_their_own(opens: Opens) -> None:
    shop = opens(moving().ben())
    first, second = shop.hears("where is 1042?", ticket="T-1"), shop.hears("where is 2077?", ticket="T-2", sender=BEN, at=later(1))

    assert first.case_id != second.case_id
    assert (second.customer_id, second.order_id) == ("C-2", "O-2077")


@pytest.mark.parametrize(("days", "is_the_same"), [(13.9, True), (14.1, False)])
def test_a_closed_case_reopens_within_fourteen_days_and_later_a_new_one_starts(opens: Opens, days: float, is_the_same: bool) -> None:
    shop = opens(delivered())
    first = shop.hears("has 1042 been delivered?")
    assert not first.case.is_open

    second = shop.hears("It says 1042 was delivered, but I never received it.", ticket="T-2", at=later(24 * days))

    assert (second.case_id == first.case_id) is is_the_same
    assert second.case.is_open
    assert second.case.reopened == int(is_the_same)
    assert len(shop.cases()) == (1 if is_the_same else 2)


def test_thanks_close_a_case_in_which_nothing_is_open(opens: Opens) -> None:
    shop = opens(cancelled())
    shop.hears("is 1042 cancelled?")

    step = shop.hears("Great, thank you!", at=later(1))

    assert (step.disposition, step.reason, step.messages) == ("none", "closing", [])
    assert not step.case.is_open
    assert step.resolution == "resolved"


def test_thanks_do_not_close_a_case_with_an_open_promise(opens: Opens) -> None:
    shop = opens(stalled())
    first = shop.hears("where is 1042?")

    step = shop.hears("ok thanks a lot!", at=later(1))

    assert (step.disposition, step.reason, step.messages) == ("none", "closing", [])
    assert step.case_id == first.case_id
    assert step.case.is_open
    assert step.due == first.due


def test_thanks_do_not_close_a_case_under_review(opens: Opens) -> None:
    shop = opens(held())
    shop.hears("where is 1042?")

    step = shop.hears("Thank you!", at=later(1))

    assert step.disposition == "none"
    assert step.case.is_open
    assert step.resolution == "escalated"


def test_the_case_record_carries_the_fields_of_section_1(opens: Opens) -> None:
    step = opens(late()).hears("where is 1042?", ticket="T-77", channel="chat", sender=None, login="C-1")
    case = step.case

    assert case.wismo_case_id == step.case_id
    assert (case.source_channel, case.customer_id, case.order_id, case.ticket_id) == ("chat", "C-1", "O-1042", "T-77")
    assert case.shipment_ids == ("S-1",)
    assert case.prior_contact_count in {0, 1}
    assert case.last_customer_update_at == NOW
    assert case.last_status_sent
    assert "shipped" in (case.last_backend_status_seen or "")
    assert case.condition_type == "late_in_transit"
    assert case.next_follow_up_due_at == step.due
    assert case.restricted_state == ()
    assert case.policy_version


def test_prior_contacts_are_counted(opens: Opens) -> None:
    shop = opens(moving())
    counts = [shop.hears("where is 1042?", ticket=f"T-{number}", at=later(number)).case.prior_contact_count for number in range(3)]

    assert [count - counts[0] for count in counts] == [0, 1, 2]


def test_the_policy_version_is_stamped_on_every_run_and_ledger_line(opens: Opens) -> None:
    shop = opens(held())
    version = shop.hears("where is 1042?").case.policy_version

    assert {run["policy_version"] for run in shop.runs()} == {version}
    assert all(version in line for line in shop.ledger())


@pytest.mark.parametrize(("kind", "state"), [("fraud", "fraud"), ("payment", "payment"), ("address", "address")])
def test_a_hold_restricts_the_case(opens: Opens, kind: str, state: str) -> None:
    assert opens(held(kind)).hears("where is 1042?").case.restricted_state == (state,)


def test_a_legal_threat_restricts_the_case(opens: Opens) -> None:
    assert opens(moving()).hears("where is 1042? my lawyer will sue you").case.restricted_state == ("legal",)


def test_a_vip_is_marked_in_case_and_request(opens: Opens) -> None:
    step = opens(held(tier="vip")).hears("where is 1042?")

    assert "vip" in step.case.restricted_state
    assert step.review.request.is_vip


def test_high_value_restricts_the_case(opens: Opens) -> None:
    scene = Scene().order("1042", item("Gold Watch", "1500.00")).sent(scan("in_transit", 120))

    assert "high_value" in opens(scene).hears("where is 1042?").case.restricted_state


def test_low_confidence_restricts_the_case(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears("hmm well u know")

    step = shop.hears("like so the other thing hmm", at=later(1))

    assert step.triggers == ["low_confidence"]
    assert "confidence" in step.case.restricted_state


def test_a_released_hold_restricts_nothing(opens: Opens) -> None:
    scene = processing()
    scene.world["orders"][0]["holds"] = [{"kind": "fraud", "placed_at": ago(20), "released_at": ago(4)}]

    step = opens(scene).hears("where is 1042?")

    assert (step.condition, step.case.restricted_state) == ("processing_within_sla", ())


@pytest.mark.parametrize(
    ("scene", "resolution"),
    [
        (delivered, "resolved"),
        (cancelled, "resolved"),
        (moving, "monitored"),
        (processing, "monitored"),
        (stalled, "monitored"),
        (backorder, "monitored"),
        (held, "escalated"),
        (unknown_carrier, "blocked"),
    ],
)
def test_the_resolution_of_section_9(opens: Opens, scene: type[Scene], resolution: str) -> None:
    shop = opens(scene())
    step = shop.hears("any news on 1042?")

    assert step.resolution == resolution
    assert shop.runs()[-1]["resolution"] == resolution
    assert step.case.is_open is (resolution != "resolved")


def test_a_question_to_the_customer_leaves_the_case_unresolved(opens: Opens) -> None:
    step = opens(processing()).hears("please change the delivery address of 1042")

    assert step.disposition == "ask"
    assert step.resolution == "monitored"
    assert step.case.is_open


def test_a_run_carries_category_and_attributes_for_analytics(opens: Opens) -> None:
    shop = opens(stalled())
    shop.hears("Wo ist meine Bestellung 1042? Sie hat sich nicht bewegt.", channel="ticket")
    run = shop.runs()[-1]

    assert (run["condition"], run["handler"], run["channel"], run["language"], run["mode"]) == (
        "no_tracking_movement", "carrier_exception", "ticket", "de", "live",
    )  # fmt: skip
    assert run["carriers"] == ["UPS"]
    assert run["value_band"]


def test_delivery_found_meanwhile_closes_the_case(opens: Opens) -> None:
    shop = opens(moving())
    first = shop.hears("where is 1042?")
    shop.change("orders", "O-1042", status="delivered", updated_at=ahead(20))
    shop.change("shipments", "S-1", events=[scan("in_transit", 5), {"at": ahead(20), "status": "delivered"}])

    step = shop.hears("where is 1042 now?", at=later(30))

    assert (step.case_id, step.condition) == (first.case_id, "delivered")
    assert not step.case.is_open
    assert step.follow_up is None
    assert {row.status for row in shop.follow_ups()} <= {"kept", "superseded", "cancelled"}
