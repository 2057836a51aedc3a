"""The sweep: level-triggered, so that twice or late is never wrong (specification, section 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.arrivals import ReceiptArrived
from graph.labels import Mode
from server.sweep import Sweep, Swept
from server.wiring import Furnishing
from tests.doors.conftest import Opens
from tests.doors.shop import NOW, Scene, Shop, ago, ahead, later, scan
from tests.doors.states import QUESTION, attempted, held, moving, picked_late, stalled, unscanned
from tests.rules.building import policy_with

OpensWith = Callable[..., Shop]
MORNING = datetime.fromisoformat("2026-03-12T08:00:00+00:00")
NIGHT = datetime.fromisoformat("2026-03-11T23:00:00+00:00")


@pytest.fixture
def opens_with(furnishing: Furnishing) -> Iterator[OpensWith]:
    """Opens a live shop that also looks through the OMS's open orders; other keys of the sweep as named."""
    shops: list[Shop] = []

    def build(scene: Scene, *, events: dict[str, Any] | None = None, mode: str = "live", **sweep: Any) -> Shop:
        policy = policy_with(sweep={"open_orders": True, **sweep}, events=events or {}, mode={"default": mode})
        shops.append(Shop(replace(furnishing, policy=policy), scene))
        return shops[-1]

    yield build
    for shop in shops:
        shop.close()


def waits() -> Scene:
    """An order that is picked too late, and for which only a promise will fall due."""
    return Scene().order(ship_by=ahead(24 * 20)).task("picking", pick_due_at=ago(6)).reserved().stock()


def swept(shop: Shop, at: datetime) -> Swept:
    """One sweep at that time."""
    shop.clock.set(at)
    return asyncio.run(Sweep(shop.house, "sweep").once())


def said(shop: Shop) -> list[str]:
    """Every text of ours that a customer has."""
    return [row["text"] for row in shop.now()["contacts"] if row["author"] == "automation"]


def statuses(shop: Shop) -> list[str]:
    """The promises, as they ended."""
    return [row.status.value for row in shop.follow_ups()]


def now_delivered(shop: Shop, at: datetime) -> None:
    """The carrier and the OMS know it; no webhook says so."""
    shop.change("shipments", "S-1", events=[scan("in_transit"), {"at": at.isoformat(), "status": "delivered"}])
    shop.change("orders", "O-1042", status="delivered", updated_at=at.isoformat())


def test_a_promise_is_kept_once_when_the_sweep_comes_twice(opens: Opens) -> None:
    shop = opens(waits())
    asked = shop.hears(QUESTION["en"])
    assert asked.due == later(24)
    first, second = swept(shop, later(23.95)), swept(shop, later(23.95))

    assert (len(first.due), second) == (1, Swept())
    assert len(said(shop)) == 2
    assert statuses(shop) == ["superseded", "open"]


def test_before_its_time_nothing_is_due(opens: Opens) -> None:
    shop = opens(waits())
    shop.hears(QUESTION["en"])

    assert swept(shop, later(23.8)) == Swept()


def test_a_late_sweep_writes_once_and_owns_up_to_the_missed_promise(opens: Opens) -> None:
    shop = opens(waits())
    shop.hears(QUESTION["en"])
    late = later(24 * 5)
    swept(shop, late)
    swept(shop, late)
    missed, kept = shop.follow_ups()

    assert len(said(shop)) == 2
    assert (missed.status.value, kept.status.value) == ("missed", "open")
    assert kept.due_at is not None
    assert kept.due_at > late


def test_a_promise_that_a_late_sweep_finds_at_night_is_kept_in_the_morning(opens: Opens) -> None:
    shop = opens(waits())
    shop.hears(QUESTION["en"])
    night = NIGHT + timedelta(days=1)
    swept(shop, night)
    assert len(said(shop)) == 1
    swept(shop, night + timedelta(hours=9))
    swept(shop, night + timedelta(hours=9))

    assert len(said(shop)) == 2
    assert statuses(shop) == ["missed", "open"]


def test_a_sweep_that_is_late_by_days_reminds_once_and_expires_once(opens: Opens) -> None:
    shop = opens(held())
    shop.hears(QUESTION["en"])
    swept(shop, later(24 * 9))
    posts = len(shop.effects("ask_reviewer"))
    swept(shop, later(24 * 9))

    assert len(shop.effects("ask_reviewer")) == posts
    assert posts <= 4, "opened, reminded, expired, reminded"
    assert shop.rows("select status from escalations") == [("expired",)]


def test_a_delivery_that_no_webhook_told_of_is_found_and_told_once(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears(QUESTION["en"])
    now_delivered(shop, later(20))
    assert swept(shop, later(23)) == Swept(), "the facts are not old enough"
    found, again = swept(shop, later(24.5)), swept(shop, later(24.5))

    assert (len(found.looked_again), again) == (1, Swept())
    assert len(said(shop)) == 2
    assert "delivered" in said(shop)[-1]
    assert not shop.cases()[0].is_open


def test_a_look_without_news_is_silent_and_comes_once_a_day(opens: Opens) -> None:
    shop = opens(Scene().order().sent(scan("in_transit"), eta=ahead(24 * 9)))
    shop.hears(QUESTION["en"])
    days = [swept(shop, later(24 + hours)) for hours in (0.1, 0.2, 12, 23.9, 24.2)]
    looks = [run for run in shop.runs() if run["kind"] == "look"]

    assert [len(day.looked_again) for day in days] == [1, 0, 0, 0, 1]
    assert [(run["disposition"], run["reason"]) for run in looks] == [("none", "")] * 2
    assert len(said(shop)) == 1
    assert not any("suppressed" in line for line in shop.ledger())


def test_a_silent_oms_is_asked_again_the_next_day_and_not_before(opens: Opens) -> None:
    shop = opens(Scene().order().sent(scan("in_transit"), eta=ahead(24 * 9)))
    shop.hears(QUESTION["en"])
    shop.patch(faults={"oms": "error"})
    looks = [len(swept(shop, later(hours)).looked_again) for hours in (25, 26, 35.9, 36.1)]

    assert looks == [1, 0, 0, 1]
    assert len(said(shop)) == 1


def test_nobody_looks_again_while_a_person_has_the_case(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears(QUESTION["en"])
    shop.house.connection.execute("update cases set doc = replace(doc, '\"taken_over\":false', '\"taken_over\":true')")

    assert swept(shop, later(30)).looked_again == ()


def test_what_fails_holds_up_nobody_else(opens: Opens) -> None:
    shop = opens(waits())
    shop.hears(QUESTION["en"])
    shop.house.inbox.put(ReceiptArrived(arrival_id="poison", at=NOW, mode=Mode.LIVE, run_id="run_of_nobody"))
    first = swept(shop, later(24))

    assert (first.left_behind, len(first.due)) == (("poison",), 1)
    assert len(said(shop)) == 2
    for _ in range(4):
        assert shop.house.inbox.state("poison") == "waiting"
        swept(shop, later(24))
    assert shop.house.inbox.state("poison") == "dead"
    assert swept(shop, later(24)) == Swept()


def test_what_somebody_else_works_on_is_passed_over(opens: Opens) -> None:
    shop = opens(waits())
    shop.hears(QUESTION["en"])
    shop.house.connection.execute("update lanes set owner = 'other', until = 9e12")
    shop.house.connection.execute("insert into lanes values ('order:O-1042', 'other', 9e12, 1)")
    swept(shop, later(24))
    assert len(said(shop)) == 1
    shop.house.connection.execute("update lanes set until = 0")
    swept(shop, later(24))

    assert len(said(shop)) == 2


def test_open_orders_are_left_alone_unless_the_policy_says_so(opens: Opens) -> None:
    shop = opens(stalled())

    assert swept(shop, NOW) == Swept()
    assert (shop.runs(), said(shop)) == ([], [])


def test_a_stall_that_nobody_asked_about_is_told_once(opens_with: OpensWith) -> None:
    shop = opens_with(stalled())
    first, second = swept(shop, NOW), swept(shop, later(1))

    assert (first.open_orders, len(first.found)) == (1, 1)
    assert (second.open_orders, second.found) == (1, ())
    assert len(said(shop)) == 1
    [case] = shop.cases()
    assert (case.source_channel, case.order_id, case.is_open) == ("scheduler", "O-1042", True)
    [message] = shop.effects("send_message")
    assert (message["channel"], message["ticket_id"], message["message_kind"]) == ("email", case.wismo_case_id, "proactive")
    assert statuses(shop) == ["open"]


def test_a_healthy_order_leaves_no_trace(opens_with: OpensWith) -> None:
    shop = opens_with(moving())

    assert swept(shop, NOW) == Swept(open_orders=1)
    assert (shop.runs(), shop.rows("select * from arrivals")) == ([], [])


def test_an_order_with_an_open_case_is_told_by_its_case(opens_with: OpensWith) -> None:
    shop = opens_with(stalled())
    shop.hears(QUESTION["en"])

    assert swept(shop, later(1)).found == ()
    assert len(said(shop)) == 1


def test_all_pages_are_turned(opens_with: OpensWith) -> None:
    scene = stalled()
    for number in range(1043, 1050):
        scene.customer(f"C-{number}", "Ben Okafor", f"ben{number}@mailbox.example").order(str(number), customer=f"C-{number}")
        scene.sent(scan("in_transit", 110 if number % 2 else 5))
    shop = opens_with(scene, page_size=3)
    result = swept(shop, NOW)

    assert (result.open_orders, len(result.found)) == (8, 5)
    assert {case.order_id for case in shop.cases()} == {f"O-{number}" for number in (1042, 1043, 1045, 1047, 1049)}
    assert len(said(shop)) == 5


def test_a_silent_oms_ends_the_pages_and_nothing_else(opens_with: OpensWith) -> None:
    shop = opens_with(stalled().fault("oms"))
    result = swept(shop, NOW)
    assert (result.open_orders, result.found, bool(result.because)) == (0, (), True)
    shop.patch(faults={"oms": None})

    assert len(swept(shop, NOW).found) == 1


@pytest.mark.parametrize(
    ("scene", "began"),
    [(stalled, ago(14)), (attempted, ago(5)), (unscanned, ago(12)), (picked_late, ago(6))],
    ids=["stalled", "attempted", "unscanned", "picked_late"],
)
def test_what_began_before_the_service_went_live_is_not_told(opens_with: OpensWith, scene: Callable[..., Scene], began: str) -> None:
    begun = datetime.fromisoformat(began)
    after, before = (opens_with(scene(), events={"go_live": begun + timedelta(minutes=minutes)}) for minutes in (1, -1))
    for shop in (after, before):
        swept(shop, NOW)

    assert (len(said(after)), len(said(before))) == (0, 1)


def test_at_night_it_waits_for_the_morning_and_is_told_once(opens_with: OpensWith) -> None:
    shop = opens_with(stalled())
    for at in (NIGHT, NIGHT + timedelta(hours=2), MORNING - timedelta(minutes=1)):
        swept(shop, at)
    assert said(shop) == []
    assert shop.rows("select reason from deferred") == [("quiet_hours",)]
    for at in (MORNING, MORNING + timedelta(hours=1)):
        swept(shop, at)

    assert len(said(shop)) == 1


def test_a_customer_who_wants_no_messages_gets_none(opens_with: OpensWith) -> None:
    shop = opens_with(stalled(contact_opt_out=True))

    assert swept(shop, NOW) == Swept(open_orders=1)
    assert said(shop) == []


def test_a_hold_is_for_the_people_inside(opens_with: OpensWith) -> None:
    shop = opens_with(held())
    swept(shop, NOW)
    swept(shop, later(1))

    assert len(shop.rows("select * from escalations")) == 1
    assert said(shop) == []


def test_in_shadow_a_stall_is_drafted_once(opens_with: OpensWith) -> None:
    shop = opens_with(stalled(), mode="shadow")
    swept(shop, NOW)
    swept(shop, later(30))

    assert said(shop) == []
    assert [message["visible"] for message in shop.effects("send_message")][:1] == [False]
    assert len({case.wismo_case_id for case in shop.cases()}) == 1


def test_a_worker_takes_one_page_at_a_time_and_begins_again_when_it_is_time(opens_with: OpensWith) -> None:
    scene = stalled()
    for number, hours_ago in ((1043, 110), (1044, 110), (1045, 110), (1046, 5)):
        scene.customer(f"C-{number}", "Ben Okafor", f"ben{number}@mailbox.example").order(str(number), customer=f"C-{number}")
        scene.sent(scan("in_transit", hours_ago))
    shop = opens_with(scene, page_size=2, every_minutes=15)
    sweep = Sweep(shop.house, "worker")

    async def turns(minutes: float, times: int) -> list[int]:
        shop.clock.set(later(minutes=minutes))
        told = []
        for _ in range(times):
            await sweep.look_around()
            told.append(len(said(shop)))
        return told

    assert asyncio.run(turns(0, 4)) == [2, 4, 4, 4]
    shop.change("shipments", "S-5", events=[scan("lost", 1)])
    assert asyncio.run(turns(14.9, 3)) == [4, 4, 4]
    assert asyncio.run(turns(15, 3)) == [4, 4, 5]
