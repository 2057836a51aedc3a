"""What a reply carries, in every language: facts, offers and promises (sections 6 and 7)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from graph.facts import Contact
from tests.doors.conftest import Opens
from tests.doors.shop import NOW, Scene, Step, ago, ahead, item, later, scan
from tests.doors.states import QUESTION, WORLDS, backorder, delivered, held, late, moving, picked_late, pickup, question, stalled

LANGUAGES = ("en", "de", "es", "fr")
PROMISING = {
    "data_conflict", "fraud_hold", "payment_hold", "address_hold", "facts_unavailable", "delivered_not_received", "return_to_sender",
    "delivery_failed", "carrier_exception", "no_tracking_movement", "label_created_no_pickup", "supplier_backorder", "allocation_conflict",
    "warehouse_pick_delay", "partial_shipment", "late_in_transit",
}  # fmt: skip
STATED = {
    "processing_within_sla": {"order.ship_by"},
    "standard_in_transit": {"shipments[S-1].newest_scan.at", "shipments[S-1].eta", "shipments[S-1].tracking_url"},
    "late_in_transit": {"shipments[S-1].newest_scan.at"},
    "available_for_pickup": {"shipments[S-1].newest_scan.location", "shipments[S-1].newest_scan.at"},
    "delivered": {"shipments[S-1].newest_scan.at", "shipments[S-1].proof_of_delivery.kind"},
    "partial_shipment": {"order.lines[L1].title", "order.lines[L2].title"},
    "supplier_backorder": {"supply[PO-1].eta", "order.lines[L1].title"},
    "allocation_conflict": {"order.lines[L1].title"},
    "label_created_no_pickup": {"shipments[S-1].label_created_at"},
    "no_tracking_movement": {"shipments[S-1].newest_scan.at"},
    "delivery_failed": {"shipments[S-1].newest_scan.reason"},
    "return_to_sender": {"shipments[S-1].newest_scan.reason"},
    "carrier_exception": {"shipments[S-1].carrier"},
    "delivered_not_received": {"shipments[S-1].newest_scan.at"},
}
OFFERED = {
    "processing_within_sla": "cancel|stornier|cancel|annul",
    "available_for_pickup": "tracking number|sendungsnummer|seguimiento|suivi",
    "delivered": "not there|isn't|can't find|not arriv|nicht|no |pas",
    "supplier_backorder": "cancel|stornier|cancel|annul",
    "allocation_conflict": "cancel|stornier|cancel|annul",
    "warehouse_pick_delay": "cancel|stornier|cancel|annul",
    "label_created_no_pickup": r"\bif\b|\bwenn\b|\bfalls\b|sobald|\bsi\b",
    "no_tracking_movement": r"\bif\b|\bwenn\b|\bfalls\b|sobald|\bsi\b",
    "delivered_not_received": "neighbo|nachbar|vecin|voisin",
    "return_to_sender": "address|adresse|dirección|adresse",
    "delivery_failed": "address|adresse|dirección|adresse",
}
NEVER = re.compile(
    r"fraud|betrug|fraude|\brisk|risiko|riesgo|risque|suspicio|verdächtig|sospech|suspect|margin|quarantin|cycle.count|allocation|threshold"
    r"|guarantee|garantie|garantiz|definitely|will arrive by|will be delivered by|slack|language model|Norvik|compensation|\bNone\b|[{}]|U0[A-Z]{4}",
    re.IGNORECASE,
)
HOLDS = {"fraud_hold", "payment_hold", "address_hold"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("condition", WORLDS)
def test_the_required_contents_of_every_condition_in_every_language(opens: Opens, condition: str, language: str) -> None:
    shop = opens(WORLDS[condition]())
    step = shop.hears(question(condition, language))

    assert step.condition == condition
    assert [message["language"] for message in step.visible] == [language]
    assert STATED.get(condition, set()) <= set(step.facts)
    assert "1042" in step.text
    assert re.search(OFFERED.get(condition, ""), step.text, re.IGNORECASE)
    assert not NEVER.search(step.text)
    _promises_what_is_kept(step, condition)
    if condition in HOLDS:
        assert {fact["source"] for fact in step.facts.values()} <= {"oms", "case"}
        assert "ship_by" not in " ".join(step.facts)
    if condition == "data_conflict":
        assert not any(fact["source"] in {"carrier", "wms"} for fact in step.facts.values())


def _promises_what_is_kept(step: Step, condition: str) -> None:
    """A promise is stated exactly when an open follow-up with that due time was saved in the same commit."""
    stated = step.facts.get("follow_up.due_at")
    assert (stated is not None) is (condition in PROMISING)
    assert (step.due is not None) is (condition in PROMISING)
    if stated is None:
        assert step.disposition == "answer"
        return
    assert datetime.fromisoformat(stated["value"]) == step.due
    (row,) = [row for row in step.shop.follow_ups(step.case_id) if row.status == "open"]
    assert row.due_at == step.due == step.case.next_follow_up_due_at
    assert f"{step.due.day}" in step.text
    assert step.disposition in {"monitor", "escalate"}
    saved = [entry for entry in step.shop.ledger() if row.follow_up_id in entry]
    sent = [entry for entry in step.shop.ledger() if " message:" in entry]
    assert saved
    assert sent
    runs = {run["run_id"] for run in step.shop.runs()}
    assert {next(run for run in runs if f" {run} " in entry) for entry in (*saved, *sent)} == {step.shop.runs()[-1]["run_id"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_the_reply_is_in_that_language(opens: Opens, language: str) -> None:
    words = {"en": "Your|your", "de": "Ihre|deine", "es": "pedido", "fr": "commande"}

    texts = {other: opens(moving()).hears(QUESTION[other]).text for other in LANGUAGES}

    assert re.search(words[language], texts[language])
    assert len(set(texts.values())) == 4


# Promises


@pytest.mark.parametrize(
    ("condition", "due"),
    [
        ("no_tracking_movement", later(24)),
        ("label_created_no_pickup", later(24)),
        ("warehouse_pick_delay", later(24)),
        ("delivery_failed", later(24)),
        ("carrier_exception", later(24)),
        ("late_in_transit", later(24)),
        ("facts_unavailable", later(1)),
        ("allocation_conflict", later(24 * 5)),
        ("supplier_backorder", later(24 * 5)),
        ("return_to_sender", later(24)),
        ("delivered_not_received", later(24)),
        ("fraud_hold", later(4)),
        ("data_conflict", later(24)),
        ("partial_shipment", later(30)),
        ("processing_within_sla", None),
        ("standard_in_transit", None),
        ("available_for_pickup", None),
        ("delivered", None),
        ("order_cancelled", None),
    ],
)
def test_the_default_promise_of_every_condition(opens: Opens, condition: str, due: datetime | None) -> None:
    step = opens(WORLDS[condition]()).hears(question(condition))

    assert step.due == due
    watches = {"processing_within_sla", "standard_in_transit", "available_for_pickup"}
    if due is None:
        assert (step.follow_up is not None) is (condition in watches)
        if step.follow_up:
            assert step.follow_up["watch"]


def test_a_supplier_date_before_three_days_is_the_day_of_the_promise(opens: Opens) -> None:
    scene = Scene().order(ship_by=ahead(1)).task().stock(available=0).supply("delayed", eta=ahead(26))

    step = opens(scene).hears("where is 1042?")

    assert step.condition == "supplier_backorder"
    assert step.due is not None
    assert step.due.date() == later(26).date()


def test_a_parcel_that_waits_longer_than_seven_days_at_a_pickup_point_gets_a_promise(opens: Opens) -> None:
    scene = Scene().order().sent(scan("available_for_pickup", 24 * 7 + 1, location="Corner Shop"))

    assert opens(scene).hears("where is 1042?").due == later(24)


@pytest.mark.parametrize(
    ("zone", "due_local"),
    [
        ("America/Los_Angeles", "2026-03-11T21:00"),
        ("Asia/Tokyo", "2026-03-12T21:00"),
        ("Europe/Berlin", "2026-03-12T13:00"),
        ("Pacific/Auckland", "2026-03-12T21:00"),
        ("UTC", "2026-03-12T12:00"),
    ],
)
def test_a_promise_in_the_customers_quiet_hours_moves_to_the_evening_before(opens: Opens, zone: str, due_local: str) -> None:
    step = opens(stalled(timezone=zone)).hears("where is 1042?")

    assert step.due is not None
    local = step.due.astimezone(ZoneInfo(zone))
    assert local.replace(tzinfo=None) == datetime.fromisoformat(due_local)
    assert step.due <= later(24)
    assert f"{(local.hour - 1) % 12 + 1}:00 {'AM' if local.hour < 12 else 'PM'}" in step.text


def test_a_promise_in_a_night_whose_evening_is_past_moves_to_the_morning(opens: Opens) -> None:
    """Facts missing at 22:30 in Tokyo, inside our business hours: the one-hour promise lies in this night, which began at 21:00."""
    zone = "Asia/Tokyo"
    at = datetime(2026, 3, 11, 22, 30, tzinfo=ZoneInfo(zone))
    scene = moving(timezone=zone).fault("carrier")

    step = opens(scene, at=at).hears("where is 1042?", at=at)

    assert step.due is not None
    assert step.due == datetime(2026, 3, 12, 8, tzinfo=ZoneInfo(zone))


def test_a_promise_counts_from_the_next_opening(opens: Opens) -> None:
    at = datetime.fromisoformat("2026-03-14T11:00+00:00")
    scene = Scene().order().sent({"at": ago(110), "status": "in_transit"})

    step = opens(scene, at=at).hears("where is 1042?", at=at)

    assert step.due == datetime.fromisoformat("2026-03-17T09:00+00:00")


def test_repeating_a_standing_promise_is_an_answer_and_keeps_one_follow_up(opens: Opens) -> None:
    shop = opens(held("address"))
    first = shop.hears("where is 1042?")
    second = shop.hears("any news on 1042?", at=later(3))

    assert (first.disposition, second.disposition) == ("escalate", "answer")
    assert second.due == first.due
    assert len(shop.follow_ups(first.case_id)) == 1


def test_a_renewed_promise_supersedes_the_old_one(opens: Opens) -> None:
    shop = opens(stalled())
    first = shop.hears("where is 1042?")
    second = shop.hears("where is 1042?", at=later(3))

    assert second.disposition == "monitor"
    assert second.due == later(27)
    assert [(row.due_at, row.status) for row in shop.follow_ups(first.case_id)] == [(first.due, "superseded"), (second.due, "open")]


# Language


@pytest.mark.parametrize(
    ("locale", "text", "language"),
    [
        ("fr", "Hello, where is my order 1042? I have been waiting for days.", "en"),
        ("en", "Wo ist meine Bestellung 1042? Ich warte schon seit Tagen.", "de"),
        ("de", "1042 ??", "de"),
        ("es", "1042", "es"),
        ("fr-CA", "1042", "fr"),
        ("de_AT", "1042", "de"),
        ("pt-BR", "1042", "en"),
        ("", "1042", "en"),
        ("xx-nonsense", "1042", "en"),
        ("de", "Onde está a minha encomenda 1042? Estou à espera há dias.", "de"),
        ("pl", "Gdzie jest moje zamówienie 1042? Czekam już od wielu dni.", "en"),
    ],
)
def test_the_language_is_that_of_the_message_else_of_the_locale_else_english(opens: Opens, locale: str, text: str, language: str) -> None:
    step = opens(moving(locale=locale)).hears(text)

    assert [message["language"] for message in step.visible] == [language]


def test_quoted_text_does_not_choose_the_language(opens: Opens) -> None:
    text = "Hello, where is my order 1042? I am waiting.\n\nAm 9.3.2026 um 10:00 schrieb Support:\n> Guten Tag, Ihre Bestellung ist unterwegs."

    assert opens(moving(locale="de")).hears(text).visible[0]["language"] == "en"


# Facts


@pytest.mark.parametrize("condition", WORLDS)
def test_every_fact_is_cited_with_source_and_age(opens: Opens, condition: str) -> None:
    step = opens(WORLDS[condition]()).hears(question(condition))

    for field, fact in step.facts.items():
        assert datetime.fromisoformat(fact["as_of"]).tzinfo is not None
        assert datetime.fromisoformat(fact["as_of"]) <= NOW
        expected = {"order": "oms", "orders": "oms", "customer": "oms", "shipments": "carrier", "supply": "supplier", "follow_up": "case"}
        assert fact["source"] == expected.get(re.split(r"[.\[]", field)[0], fact["source"])


def test_an_eta_is_only_stated_when_the_carrier_gave_it_and_it_is_not_past(opens: Opens) -> None:
    with_eta, past, none = (opens(scene).hears("when will 1042 arrive?") for scene in (moving(), late(), Scene().order().sent(scan("in_transit", 5))))

    assert "Thursday, March 12" in with_eta.text
    assert "shipments[S-1].eta" not in past.facts
    assert "shipments[S-1].eta" not in none.facts
    assert "expects" not in none.text


@pytest.mark.parametrize("status", ["return_to_sender", "delivery_attempted", "lost", "damaged", "customs_hold", "exception"])
def test_an_eta_of_a_parcel_that_does_not_move_is_not_stated(opens: Opens, status: str) -> None:
    scene = Scene().order().sent(scan(status, 5), eta=ahead(28)).stock()

    step = opens(scene).hears("when will 1042 arrive?")

    assert "shipments[S-1].eta" not in step.facts


def test_an_eta_of_a_stalled_parcel_is_not_stated(opens: Opens) -> None:
    scene = Scene().order().sent(scan("in_transit", 110), eta=ahead(52))

    assert "March 13" not in opens(scene).hears("when will 1042 arrive?").text


def test_a_ship_by_date_is_only_stated_before_it(opens: Opens) -> None:
    scene = Scene().order(ship_by=ago(2)).task().reserved().stock()

    step = opens(scene).hears("where is 1042?")

    assert step.condition == "warehouse_pick_delay"
    assert "order.ship_by" not in step.facts


def test_a_supplier_date_is_said_to_be_an_estimate_and_the_supplier_is_not_named(opens: Opens) -> None:
    text = opens(backorder()).hears("where is 1042?").text

    assert "Friday, March 20" in text
    assert "estimate" in text
    assert "Norvik" not in text
    assert "supplier" not in text.lower()


def test_a_supplier_date_that_is_past_is_not_told(opens: Opens) -> None:
    scene = Scene().order().task().stock(available=0).supply("delayed", eta=ago(30))

    step = opens(scene).hears("where is 1042?")

    assert step.condition == "supplier_backorder"
    assert not any(field.startswith("supply[") for field in step.facts)


def test_days_and_times_are_those_of_the_customers_clock(opens: Opens) -> None:
    scene = Scene(timezone="Asia/Tokyo").order().sent({"at": "2026-03-10T20:30:00Z", "status": "in_transit"}, eta="2026-03-12T18:00:00Z")

    text = opens(scene).hears("where is 1042?").text

    assert "Wednesday, March 11 at 5:30 AM" in text
    assert "Friday, March 13" in text


def test_outside_english_the_clock_has_twenty_four_hours(opens: Opens) -> None:
    scene = Scene(timezone="Europe/Berlin").order().sent({"at": "2026-03-11T08:30:00Z", "status": "in_transit"})

    assert "9:30" in opens(scene).hears(QUESTION["de"]).text
    assert "PM" not in opens(scene).hears(QUESTION["de"]).text


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "America/", "EST5EDT4nonsense", "\u0000"])
def test_an_invalid_time_zone_is_utc(opens: Opens, zone: str) -> None:
    step = opens(stalled(timezone=zone)).hears("where is 1042?")

    assert step.error is None
    assert "March 6 at 10:00 PM" in step.text
    assert step.due == later(24)


def test_a_pickup_says_where_since_when_and_how(opens: Opens) -> None:
    text = opens(pickup()).hears("where is 1042?").text

    assert all(part in text for part in ("Corner Shop 5", "Tuesday, March 10", "collect", "1Z999001"))


def test_a_delivery_says_when_and_with_which_proof_and_how_to_object(opens: Opens) -> None:
    text = opens(delivered()).hears("was 1042 delivered?").text

    assert "Tuesday, March 10" in text
    assert "photo" in text
    assert re.search(r"tell|let|write|reply", text, re.IGNORECASE)


def test_a_greeting_uses_the_own_name_only(opens: Opens) -> None:
    assert opens(moving().ben()).hears("This is Ben Okafor, where is 1042?").text.startswith("Hi Ava,")


def test_an_order_without_ship_by_is_in_time_for_two_business_days(opens: Opens) -> None:
    friday = datetime.fromisoformat("2026-03-06T10:00+00:00")
    scene = Scene().order(placed_at=friday.isoformat(), ship_by=None).task().reserved().stock()
    monday, wednesday = friday + timedelta(days=3), friday + timedelta(days=5)

    assert opens(scene, at=monday).hears("where is 1042?", at=monday).condition == "processing_within_sla"
    assert opens(scene, at=wednesday).hears("where is 1042?", at=wednesday).condition == "warehouse_pick_delay"


def test_a_specialist_itemises_what_else_is_in_the_order(opens: Opens) -> None:
    scene = Scene().order("1042", item("Desk Lamp"), item("Wall Clock"), status="shipped").task("handed_off")
    scene.parcel(scan("in_transit", 110), lines=("L1",)).parcel(scan("in_transit", 5), lines=("L2",), eta=ahead(28))

    step = opens(scene).hears("where is 1042?")

    assert (step.condition, step.handler) == ("no_tracking_movement", "carrier_exception")
    assert "standard_in_transit" in step.conditions_all
    assert "Desk Lamp" in step.text
    assert "Wall Clock" in step.text


def test_the_reply_after_a_human_answered_is_not_sent(opens: Opens) -> None:
    scene = moving().contact(-0.1, ticket="T-1", direction="outbound", author="human", text="It is in Joliet.")
    shop = opens(scene)

    step = shop.hears("where is 1042?")

    assert (step.disposition, step.reason, step.visible) == ("none", "human_replied", [])
    assert not [row for row in shop.effects("send_message") if row["state"] == "delivered"]


@pytest.mark.parametrize(
    "contact",
    [
        {"hours_ago": 1},
        {"hours_ago": -0.1, "public": False},
        {"hours_ago": -0.1, "ticket": "T-other"},
        {"hours_ago": -0.1, "author": "automation"},
    ],
)
def test_an_earlier_an_internal_or_another_tickets_answer_suppresses_nothing(opens: Opens, contact: dict[str, object]) -> None:
    fields = {"ticket": "T-1", "direction": "outbound", "author": "human", "text": "It is in Joliet.", **contact}
    scene = moving().contact(fields.pop("hours_ago"), **fields)  # type: ignore[arg-type]

    assert len(opens(scene).hears("where is 1042?").visible) == 1


def test_a_human_who_answers_between_decision_and_delivery_is_seen(opens: Opens) -> None:
    """The answer is decided while the switch is off; a teammate writes; then the outbox is opened."""
    shop = opens(moving())
    shop.house.outbox.pause(True)
    waiting = shop.hears("where is 1042?")
    scene = moving().contact(-0.5, ticket="T-1", direction="outbound", author="human", text="It is in Joliet.")
    shop.house.world.add_contact(Contact.model_validate(scene.world["contacts"][0]))
    shop.house.outbox.pause(False)
    shop.hears("thanks!", at=later(1))
    shop.deliver()

    assert waiting.messages[0]["text"]
    (message,) = shop.effects("send_message")
    assert (message["state"], message["why"]) == ("dropped", "human_replied")


@pytest.mark.parametrize("language", QUESTION)
def test_nothing_should_have_left_before_its_ship_by_date(opens: Opens, language: str) -> None:
    slow = opens(picked_late()).hears(QUESTION[language])
    late = opens(Scene().order(ship_by=ago(4)).task("picking").reserved().stock()).hears(QUESTION[language])

    words = {"en": "should have left", "de": "verlassen sollen", "es": "debería haber salido", "fr": "aurait déjà dû"}
    assert slow.condition == late.condition == "warehouse_pick_delay"
    assert words[language] in late.text
    assert words[language] not in slow.text
