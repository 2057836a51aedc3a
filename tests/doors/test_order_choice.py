"""Which of the customer's orders is meant (section 1)."""

from __future__ import annotations

import re

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import Scene, ago, item, scan

QUOTE = "\n\nOn Mon, 9 Mar 2026 at 10:00, Support <help@shop.example> wrote:\n> Hello, about your order {number}\n> we are looking into it."


def wardrobe(*numbers: str, **fields: str) -> Scene:
    """Several open orders, each with an item of its own, placed on days of their own."""
    titles = ("Desk Lamp", "Wall Clock", "Oak Stool", "Linen Curtain")
    scene = Scene()
    for place, number in enumerate(numbers):
        scene.order(number, item(titles[place], "40.00"), placed_at=ago(24 * (place + 1)), **fields).task()
    return scene


def test_a_number_in_the_text_goes_before_metadata_subject_and_quoted_text(opens: Opens) -> None:
    step = opens(wardrobe("1001", "1002", "1003", "1004")).hears(
        "Where is order 1001?" + QUOTE.format(number="1004"), subject="Order 1003", metadata={"order_number": "1002"}
    )

    assert step.order_id == "O-1001"


def test_metadata_go_before_subject_and_quoted_text(opens: Opens) -> None:
    step = opens(wardrobe("1001", "1002", "1003", "1004")).hears(
        "Where is it?" + QUOTE.format(number="1004"), subject="Order 1003", metadata={"order_number": "1002"}
    )

    assert step.order_id == "O-1002"


def test_the_subject_goes_before_quoted_text(opens: Opens) -> None:
    step = opens(wardrobe("1001", "1002", "1003", "1004")).hears("Where is it?" + QUOTE.format(number="1004"), subject="Order 1003")

    assert step.order_id == "O-1003"


def test_quoted_text_is_better_than_nothing(opens: Opens) -> None:
    step = opens(wardrobe("1001", "1002", "1003", "1004")).hears("Where is it?" + QUOTE.format(number="1004"))

    assert step.order_id == "O-1004"


SHAPES = ("#1042", "order 1042", "Order No. 1042", "no.1042", "1042?", "order:1042", "ORDER#1042")


@pytest.mark.parametrize(
    ("number", "written"),
    [*((number, shape) for number in ("1042", "WEB-1042") for shape in SHAPES), ("WEB-1042", "WEB-1042"), ("WEB-1042", "web-1042")],
)
def test_order_numbers_come_in_many_shapes(opens: Opens, number: str, written: str) -> None:
    step = opens(wardrobe(number, "5555")).hears(f"hello, what is up with {written}")

    assert step.order_id == f"O-{number}"


@pytest.mark.parametrize("written", ["1Z 999 AA1 01 2345 6784", "1z999aa10123456784", "1Z999AA10123456784."])
def test_a_tracking_number_will_do(opens: Opens, written: str) -> None:
    scene = wardrobe("1001", "1002")
    scene.order("1003", item("Oak Stool"), status="shipped").parcel(scan("in_transit"), tracking_number="1Z999AA10123456784")

    assert opens(scene).hears(f"Where is my parcel {written}").order_id == "O-1003"


def test_the_only_open_order_is_meant(opens: Opens) -> None:
    scene = wardrobe("1001").order("1002", status="delivered", placed_at=ago(24 * 40), updated_at=ago(24 * 30))

    assert opens(scene).hears("where is my order?").order_id == "O-1001"


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_an_order_that_ended_in_the_last_fourteen_days_is_meant(opens: Opens, status: str) -> None:
    scene = Scene().order("1002", status=status, placed_at=ago(24 * 20), updated_at=ago(24 * 14 - 1))

    assert opens(scene).hears("where is my order?").order_id == "O-1002"


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_an_order_that_ended_earlier_is_not_found(opens: Opens, status: str) -> None:
    scene = Scene().order("1002", status=status, placed_at=ago(24 * 20), updated_at=ago(24 * 14 + 1))

    step = opens(scene).hears("where is my order?")

    assert (step.disposition, step.reason, step.order_id) == ("ask", "order_not_found", None)
    assert "1002" not in step.text


@pytest.mark.parametrize(("days", "found"), [(13, "O-1002"), (15, None)])
def test_where_the_oms_dates_nothing_the_carrier_says_when_an_order_was_delivered(opens: Opens, days: int, found: str | None) -> None:
    scene = Scene().order("1002", placed_at=ago(24 * 20), updated_at=None).sent(scan("delivered", 24 * days))

    assert opens(scene).hears("where is my order?").order_id == found


def test_an_old_order_is_found_by_its_number(opens: Opens) -> None:
    scene = Scene().order("1002", status="cancelled", placed_at=ago(24 * 90), updated_at=ago(24 * 80), payment={"state": "voided"})

    assert opens(scene).hears("what became of order 1002?").condition == "order_cancelled"


def test_no_order_at_all_is_not_found(opens: Opens) -> None:
    step = opens(Scene()).hears("where is my order?")

    assert (step.disposition, step.reason) == ("ask", "order_not_found")
    assert len(step.visible) == 1


def test_another_customers_order_is_no_candidate(opens: Opens) -> None:
    step = opens(Scene().ben()).hears("where is my order?")

    assert step.reason == "order_not_found"
    assert "2077" not in step.text


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        ("Any news on the wall clock?", "O-1002"),
        ("where are my linen curtains", "O-1004"),
        ("Where is the order from March 8?", "O-1003"),
        ("where is the order I placed on 2026-03-09?", "O-1002"),
        ("where is my last order", "O-1001"),
        ("any news on my most recent order?", "O-1001"),
        ("Wo bleibt meine letzte Bestellung? Ich warte darauf.", "O-1001"),
        ("¿Dónde está mi último pedido, por favor?", "O-1001"),
        ("Où est ma dernière commande, s'il vous plaît ?", "O-1001"),
        ("Wo bleibt denn der Wall Clock? Ich warte darauf.", "O-1002"),
    ],
)
def test_words_describe_one_of_several_orders(opens: Opens, text: str, order_id: str) -> None:
    assert opens(wardrobe("1001", "1002", "1003", "1004")).hears(text).order_id == order_id


def test_words_that_describe_two_orders_describe_none(opens: Opens) -> None:
    scene = Scene().order("1001", item("Desk Lamp")).order("1002", item("Desk Lamp"))

    assert opens(scene).hears("where is the desk lamp?").reason == "order_ambiguous"


def test_several_orders_are_listed_with_number_date_and_one_title_and_nothing_else(opens: Opens) -> None:
    scene = Scene()
    scene.order("1001", item("Desk Lamp"), item("Hidden Second Item"), placed_at=ago(24 * 2), total="321.77")
    scene.order("1002", item("Wall Clock"), placed_at=ago(24 * 7), status="shipped").parcel(scan("in_transit", location="Joliet"))
    step = opens(scene).hears("where is my order?")

    assert (step.disposition, step.reason, step.order_id, step.condition) == ("ask", "order_ambiguous", None, None)
    rows = [line for line in step.text.splitlines() if "1001" in line or "1002" in line]
    assert len(rows) == 2
    assert any(all(word in row for word in ("1001", "March 9", "Desk Lamp")) for row in rows)
    assert any(all(word in row for word in ("1002", "March 4", "Wall Clock")) for row in rows)
    for hidden in ("Hidden Second Item", "321", "Joliet", "UPS", "1Z999", "Addison", "shipped", "$"):
        assert hidden not in step.text
    assert set(re.findall(r"\d+", step.text)) == {"1001", "1002", "9", "4"}


def test_the_list_leaves_out_old_orders_and_those_of_others(opens: Opens) -> None:
    scene = wardrobe("1001", "1002").order("1003", status="delivered", placed_at=ago(24 * 30), updated_at=ago(24 * 15)).ben()

    text = opens(scene).hears("where is my order?").text

    assert "1001" in text
    assert "1002" in text
    assert "1003" not in text
    assert "2077" not in text


def test_the_dates_of_the_list_are_those_of_the_customers_clock(opens: Opens) -> None:
    scene = Scene(timezone="Asia/Tokyo").order("1001", item("Desk Lamp"), placed_at="2026-03-08T20:00:00Z").order("1002", item("Wall Clock"))

    text = opens(scene).hears("where is my order?").text

    assert "March 9" in text
    assert "March 8" not in text


def test_a_phone_number_in_the_signature_is_no_order_number(opens: Opens) -> None:
    step = opens(wardrobe("1001")).hears("Where is my order?\n\n--\nAva Lindqvist\nTel. 555 2077 | Suite 9042")

    assert (step.order_id, step.disposition) == ("O-1001", "answer")


def test_a_strange_number_in_the_metadata_is_asked_about(opens: Opens) -> None:
    step = opens(wardrobe("1001").ben()).hears("where is it?", metadata={"order_number": "2077"})

    assert step.reason == "identity_unverified"
    assert "2077" not in step.text
