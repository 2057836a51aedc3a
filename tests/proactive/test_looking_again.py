"""What no system could tell is looked for again, and nothing is told twice (specification, section 7)."""

from __future__ import annotations

import asyncio

import pytest

from server.sweep import Sweep
from tests.doors.shop import Scene, ahead, item, later, scan
from tests.doors.states import QUESTION, backorder, moving, processing
from tests.proactive.conftest import Opens

AT_THE_DOOR = {"at": later(2).isoformat(), "status": "delivery_attempted", "reason": "refused"}


def test_an_event_that_nobody_could_look_at_is_looked_at_in_an_hour(opens: Opens) -> None:
    shop = opens(moving())
    shop.change("shipments", "S-1", events=[scan("in_transit"), AT_THE_DOOR])
    shop.patch(faults={"carrier": "error"})
    first = shop.happens("tracking.updated", later(2), shipment_id="S-1")
    shop.patch(faults={"carrier": None})
    shop.waits_until(later(3.1))

    assert first.disposition == "suppress"
    assert len(shop.said()) == 1
    assert shop.moments() == [later(3)]


def test_a_text_of_the_night_waits_for_the_oms(opens: Opens) -> None:
    shop = opens(moving())
    late = later(11)
    shop.change("shipments", "S-1", events=[scan("in_transit"), {**AT_THE_DOOR, "at": late.isoformat()}])
    held = shop.happens("tracking.updated", late, shipment_id="S-1")
    shop.patch(faults={"oms": "error"})
    shop.waits_until(later(20.5))
    silent = len(shop.said())
    shop.patch(faults={"oms": None})
    shop.waits_until(later(22))

    assert (held.disposition, held.reason, silent) == ("suppress", "quiet_hours", 0)
    assert shop.moments() == [later(21)]


def test_words_about_an_order_that_nobody_could_look_up_count_for_the_gap(opens: Opens) -> None:
    shop = opens(moving())
    shop.patch(faults={"oms": "error"})
    shop.hears(QUESTION["en"], login="C-1", sender=None)
    shop.patch(faults={"oms": None})
    shop.change("shipments", "S-1", events=[scan("in_transit"), {"at": later(0.5).isoformat(), "status": "customs_hold"}])
    held = shop.happens("tracking.updated", later(0.6), shipment_id="S-1")

    assert (held.disposition, held.reason) == ("suppress", "min_gap")


def test_words_that_need_no_answer_count_for_the_gap(opens: Opens) -> None:
    shop = opens(moving())
    closing = shop.hears("Hat sich erledigt, bitte lassen Sie die Bestellung 1042 so wie sie ist.")
    shop.change("shipments", "S-1", events=[scan("in_transit"), {"at": later(0.5).isoformat(), "status": "customs_hold"}])
    held = shop.happens("tracking.updated", later(0.6), shipment_id="S-1")

    assert (closing.disposition, closing.reason) == ("none", "closing")
    assert (held.disposition, held.reason) == ("suppress", "min_gap")


def test_a_silent_system_is_asked_again_where_a_threshold_passes(opens: Opens) -> None:
    shop = opens(Scene().order().sent(scan("in_transit", 90), eta=ahead(28)))
    shop.hears(QUESTION["en"])
    shop.patch(faults={"carrier": "error"})
    shop.waits_until(later(6.5))
    silent = len(shop.said())
    shop.patch(faults={"carrier": None})
    shop.waits_until(later(24))

    assert (silent, len(shop.said())) == (1, 2)


def test_a_watch_goes_on_after_a_look_that_found_nothing(opens: Opens) -> None:
    shop = opens(Scene().order(ship_by=ahead(30)).task("picking", pick_due_at=ahead(20)).reserved().stock())
    shop.hears(QUESTION["en"])
    first = shop.standing()["look_at"]
    shop.change("fulfillments", "F-1", state="packed")
    shop.waits_until(later(21))
    second = shop.standing()["look_at"]
    shop.waits_until(later(48))

    assert first is not None
    assert second > first
    assert len(shop.said()) == 2
    assert "is packed" in shop.said()[1]


def test_a_cancellation_that_was_told_is_no_news_when_the_oms_tells_of_it(opens: Opens) -> None:
    shop = opens(processing())
    asked = shop.hears("please cancel 1042")
    echo = shop.happens("order.updated", later(20), source="oms")

    assert (asked.executed, shop.order()["status"]) == (["cancel"], "cancelled")
    assert (echo.disposition, echo.reason) == ("suppress", "no_change")
    assert len(shop.said()) == 1


@pytest.mark.parametrize("end", ["hand_back", "wait"])
def test_a_delivered_case_is_closed_once_its_review_has_ended(opens: Opens, end: str) -> None:
    shop = opens(moving())
    asked = shop.hears(f"{QUESTION['en']} I want to speak to a manager.")
    shop.change("shipments", "S-1", events=[scan("in_transit"), {"at": later(2).isoformat(), "status": "delivered"}])
    shop.change("orders", "O-1042", status="delivered", updated_at=later(2).isoformat())
    shop.happens("tracking.delivered", later(2.1), shipment_id="S-1")
    if end == "wait":
        shop.decides("approve", approved_action="wait", at=later(3))
    else:
        shop.decides("manual_takeover", at=later(3))
        shop.decides("hand_back", at=later(4))
    under_review = asked.case.is_open
    shop.waits_until(later(24))
    texts = len(shop.said())
    shop.clock.set(later(48))
    asyncio.run(Sweep(shop.house, "sweep").once())

    assert (under_review, asked.case.is_open) == (True, False)
    assert len(shop.said()) == texts
    assert "delivered your order 1042" in shop.said()[1]


def test_a_later_date_that_the_text_does_not_name_is_told_once(opens: Opens) -> None:
    scene = Scene().order("1042", item(), item("Wall Clock", "25.00"), status="shipped").task("handed_off")
    scene.parcel(scan("in_transit", 5), lines=("L1",), eta=ahead(20)).parcel(scan("delivered", 30), lines=("L2",))
    shop = opens(scene)
    shop.hears(QUESTION["en"])
    shop.change("shipments", "S-1", eta=ahead(70))
    told = shop.happens("tracking.updated", later(22), shipment_id="S-1")
    again = [shop.happens("tracking.updated", later(22 + hours), shipment_id="S-1") for hours in (13, 14, 15)]

    assert told.disposition == "notify"
    assert [(step.disposition, step.reason) for step in again] == [("suppress", "no_change")] * 3


@pytest.mark.parametrize("promised", [False, True])
def test_who_wants_no_updates_gets_what_was_promised_and_nothing_else(opens: Opens, promised: bool) -> None:
    shop = opens((backorder if promised else moving)(contact_opt_out=True))
    asked = shop.hears(QUESTION["en"])
    if promised:
        shop.patch(inventory=[{"sku": "DESK-LAMP", "warehouse": "DFW1", "on_hand": 9, "available": 9}])
        shop.change("fulfillments", "F-1", state="handed_off")
    shop.change("orders", "O-1042", status="cancelled" if promised else "delivered", updated_at=later(2).isoformat())
    if not promised:
        shop.change("shipments", "S-1", events=[scan("in_transit"), {"at": later(2).isoformat(), "status": "delivered"}])
    shop.happens("order.updated", later(3), source="oms")
    at_once = asked.case.is_open
    shop.waits_until(later(24 * 6))

    assert (at_once, asked.case.is_open) == (promised, False)
    assert len(shop.said()) == (2 if promised else 1)
