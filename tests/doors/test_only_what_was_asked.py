"""An action touches the order, the items and the wish of the person who asked, and nothing else (sections 1 and 5)."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import BEN, Scene, Shop, item, later, scan
from tests.doors.states import processing, returning

STRANGER = "stranger@nowhere.example"


def two_orders() -> Scene:
    """Two untouched orders that anybody could cancel: 1001 (desk lamp) and 1002 (wall clock)."""
    return Scene().order("1001", item()).task().reserved().order("1002", item("Wall Clock")).task().reserved()


def two_lost() -> Scene:
    scene = Scene().order("1001", item()).sent(scan("lost")).order("1002", item("Wall Clock")).sent(scan("lost"))
    return scene.stock().stock("WALL-CLOCK")


def two_lines() -> Scene:
    return Scene().order("1042", item(), item("Wall Clock", "25.00")).task().reserved().reserved(line_id="L2")


def cancelled_in(shop: Shop) -> set[str]:
    return {row["order_number"] for row in shop.now()["orders"] if row["status"] == "cancelled"}


@pytest.mark.parametrize(
    "text",
    [
        "Cancel 1001. Where is 1002?",
        "please cancel 1001 and where is 1002?",
        "Please cancel 1001 and tell me when 1002 ships",
        "Please ship 1002 and cancel 1001",
        "Orders 1001, 1002. Cancel 1001.",
        "cancel 1001 not 1002",
        "I want to cancel 1001 instead of 1002",
        "please cancel 1001, 1002 can stay",
        "Bitte stornieren Sie 1001 und wo ist 1002?",
        "Annulez la 1001, s'il vous plaît, et où est la 1002 ?",
        "Cancelen el 1001 y ¿dónde está el 1002?",
    ],
)
def test_of_two_orders_only_the_one_that_was_meant_is_cancelled(opens: Opens, text: str) -> None:
    shop = opens(two_orders())
    shop.hears(text)

    assert cancelled_in(shop) <= {"1001"}


@pytest.mark.parametrize("text", ["I have two orders, 1001 and 1002. Please cancel the first one.", "my orders are 1001 and 1002, cancel the lamp"])
def test_what_does_not_say_which_of_two_orders_cancels_at_most_the_right_one(opens: Opens, text: str) -> None:
    shop = opens(two_orders())
    shop.hears(text)

    assert cancelled_in(shop) <= {"1001"}


def test_both_are_cancelled_when_both_are_meant(opens: Opens) -> None:
    shop = opens(two_orders())
    shop.hears("please cancel both 1001 and 1002")

    assert cancelled_in(shop) == {"1001", "1002"}


def test_a_status_question_beside_another_order_does_not_cancel_it(opens: Opens) -> None:
    shop = opens(two_orders())
    shop.hears("cancel my order from yesterday please, and where is 1002?")

    assert "1002" not in cancelled_in(shop)


@pytest.mark.parametrize("text", ["send me a new one for 1001 and where is 1002?", "please refund 1001 and tell me about 1002"])
def test_a_remedy_of_one_order_is_no_remedy_of_the_other(opens: Opens, text: str) -> None:
    shop = opens(two_lost())
    shop.hears(text)
    other = next(row for row in shop.now()["orders"] if row["order_number"] == "1002")

    assert [line["line_id"] for line in other["lines"]] == ["L1"]
    assert float(other["payment"]["refunded_amount"]) == 0


def test_a_refund_of_one_and_a_replacement_of_the_other_are_not_mixed_up(opens: Opens) -> None:
    shop = opens(two_lost())
    shop.hears("please refund 1001 and send 1002 again")
    first, second = shop.now()["orders"]

    assert len(first["lines"]) == 1
    assert float(second["payment"]["refunded_amount"]) == 0


@pytest.mark.parametrize("text", ["please cancel the wall clock from order 1042", "cancel only the desk lamp in 1042, keep the clock"])
def test_one_item_is_not_the_whole_order(opens: Opens, text: str) -> None:
    shop = opens(two_lines())
    step = shop.hears(text)

    assert cancelled_in(shop) == set()
    assert "cancel" not in step.executed


def test_a_refund_of_one_lost_item_is_the_price_of_that_item(opens: Opens) -> None:
    scene = Scene().order("1042", item("Desk Lamp", "30.00"), item("Wall Clock", "20.00"), status="shipped").task("handed_off")
    shop = opens(scene.parcel(scan("lost"), lines=("L1",)).parcel(scan("lost"), lines=("L2",)))
    shop.hears("please refund only the lamp of 1042")

    assert float(shop.now()["orders"][0]["payment"]["refunded_amount"]) <= 30


# Whose wish


def test_what_a_stranger_asked_for_is_not_done_when_the_customer_asks_something_else(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears("please cancel order 1042", sender=STRANGER)

    step = shop.hears("Hi, where is my order 1042?", at=later(1))

    assert cancelled_in(shop) == set()
    assert "cancel" not in step.intents


def test_what_one_customer_asked_for_is_not_inherited_by_another(opens: Opens) -> None:
    shop = opens(two_orders().customer("C-2", "Ben Okafor", BEN).order("2077", item("Oak Shelf"), customer="C-2").task().reserved())
    shop.hears("please cancel my order")

    step = shop.hears("2077", sender=BEN, at=later(1))

    assert cancelled_in(shop) == set()
    assert "cancel" not in step.intents


@pytest.mark.parametrize("text", ["where is 1002?", "what's the status of 1002 and when does it ship?", "Please do not cancel 1002!"])
def test_an_answer_that_asks_for_a_status_does_not_inherit_the_cancellation(opens: Opens, text: str) -> None:
    shop = opens(two_orders())
    shop.hears("please cancel my order")

    shop.hears(text, at=later(1))

    assert cancelled_in(shop) == set()


def test_yes_of_somebody_else_accepts_nothing(opens: Opens) -> None:
    shop = opens(returning().ben())
    shop.hears("where is 1042?")

    shop.hears("yes please", sender=BEN, at=later(1))
    shop.hears("yes please", sender=STRANGER, at=later(2))

    assert shop.effects("perform_action") == []


@pytest.mark.parametrize(
    "text", ["yes, but no replacement please, when will I get my money?", "No replacement please.", "yes I got your mail, but don't send it"]
)
def test_a_yes_that_refuses_the_offer_accepts_nothing(opens: Opens, text: str) -> None:
    shop = opens(returning())
    shop.hears("where is 1042?")

    step = shop.hears(text, at=later(1))

    assert "replacement" not in step.executed


@pytest.mark.parametrize(
    "text",
    [
        "Could I cancel 1042 if I wanted to? Just asking.",
        "What happens if I cancel 1042?",
        "My friend cancelled her order, where is mine, 1042?",
        "Please do not cancel 1042!",
        "Did you cancel 1042?",
        "Was 1042 cancelled?",
        "I hope you won't have to cancel 1042 like last time.",
        "Wurde meine Bestellung 1042 storniert?",
        "¿Han cancelado mi pedido 1042?",
        "La commande 1042 a-t-elle été annulée ?",
        "Wenn 1042 nicht bis Freitag kommt, storniere ich.",
        "If 1042 isn't here by Friday I'll cancel it.",
    ],
)
def test_talking_about_a_cancellation_is_none(opens: Opens, text: str) -> None:
    shop = opens(processing())
    step = shop.hears(text)

    assert cancelled_in(shop) == set()
    assert step.executed == []


# A customer without a chosen order


def test_a_promise_to_a_customer_whose_order_is_not_chosen_is_on_the_customers_clock(opens: Opens) -> None:
    scene = Scene(timezone="America/Los_Angeles").order("1001", item()).task().order("1002", item("Wall Clock")).task()
    step = opens(scene).hears("I'll dispute this with my bank!")

    assert step.due == later(4)
    assert "9:00 AM" in step.text


def test_such_a_promise_avoids_the_customers_night(opens: Opens) -> None:
    """Noon in UTC is 21:00 in Tokyo: the deadline at 16:00 UTC lies in the customer's night."""
    scene = Scene(timezone="Asia/Tokyo").order("1001", item()).task().order("1002", item("Wall Clock")).task()
    step = opens(scene).hears("I'll dispute this with my bank!")

    assert step.due == later(11)


def test_a_promise_is_never_in_the_past(opens: Opens) -> None:
    """The deadline passed and nobody looked yet: what is promised now lies ahead."""
    shop = opens(processing())
    shop.hears("where is 1042? You will hear from my lawyer.")

    step = shop.hears("I'll dispute the charge for 1042 with my bank!", at=later(26))

    assert step.due is None or step.due > later(26)


def test_a_withdrawal_that_adds_a_trigger_escalates(opens: Opens) -> None:
    scene = Scene().order(status="delivered").task("handed_off").parcel(scan("in_transit", 8))
    shop = opens(scene)
    shop.hears("where is 1042?")

    step = shop.hears("Never mind, keep the order 1042. But I want to speak to a manager!", at=later(1))

    assert step.escalation["status"] == "open"
    assert "manager_request" in step.escalation["triggers"]
    assert step.disposition == "escalate"
