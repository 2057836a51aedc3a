"""What is done, offered, refused or put before a human (section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import Scene, ago, ahead, item, later, scan
from tests.doors.states import (
    QUESTION,
    attempted,
    backorder,
    broken,
    cancelled,
    damaged,
    delivered,
    held,
    lost,
    moving,
    processing,
    returning,
    stalled,
)

CANCEL = "Please cancel order 1042."
REFUND = "Please refund me order 1042."
REPLACE = "Please send me another one for order 1042."
MOVE = "Please change the delivery address of order 1042 to: Ava Lindqvist, 500 Cargo Way Unit 9, Newark, NJ 07114"


def priced(price: str, **more: Any) -> Scene:
    return Scene().order("1042", item(price=price), **more)


def swap(price: str | None, *, stock: int = 4, **line: Any) -> Scene:
    """A backordered lamp with one approved substitute at a price (None: unknown to the catalog)."""
    scene = Scene().order("1042", item(approved_substitutes=["FLOOR-LAMP"], **line)).task().stock(available=0)
    scene.supply("delayed", eta=ahead(200)).stock("FLOOR-LAMP", stock)
    return scene.catalog("Floor Lamp", price) if price else scene


GATES: dict[str, tuple[Scene, str, str, str]] = {
    "cancel: nothing touched": (processing(), CANCEL, "cancel", "eligible"),
    "cancel: released": (Scene().order().task("released").reserved(), CANCEL, "cancel", "eligible"),
    "cancel: picking": (Scene().order().task("picking").reserved(), CANCEL, "cancel", "needs_approval"),
    "cancel: packed": (Scene().order().task("packed").reserved(), CANCEL, "cancel", "needs_approval"),
    "cancel: at the limit": (priced("250.00").task().reserved(), CANCEL, "cancel", "eligible"),
    "cancel: above the limit": (priced("250.01").task().reserved(), CANCEL, "cancel", "needs_approval"),
    "cancel: on hold": (held("address"), CANCEL, "cancel", "needs_approval"),
    "cancel: wms silent": (processing().fault("wms"), CANCEL, "cancel", "needs_approval"),
    "cancel: handed off": (moving(), CANCEL, "cancel", "ineligible"),
    "cancel: already cancelled": (cancelled(), CANCEL, "cancel", "ineligible"),
    "cancel: delivered": (delivered(), CANCEL, "cancel", "ineligible"),
    "cancel: currency without limits": (priced("10.00", currency="JPY").task().reserved(), CANCEL, "cancel", "needs_approval"),
    "refund: lost": (priced("50.00").sent(scan("lost")), REFUND, "refund", "eligible"),
    "refund: above the limit": (priced("50.01").sent(scan("lost")), REFUND, "refund", "needs_approval"),
    "refund: damaged": (damaged(), REFUND, "refund", "eligible"),
    "refund: coming back": (returning(), REFUND, "refund", "eligible"),
    "refund: returned": (Scene().order(status="returned"), REFUND, "refund", "eligible"),
    "refund: cancelled and captured": (Scene().order(status="cancelled"), REFUND, "refund", "eligible"),
    "refund: nothing captured": (cancelled(), REFUND, "refund", "ineligible"),
    "refund: all refunded": (
        Scene().order(status="returned", payment={"state": "refunded", "refunded_amount": "40.00"}), REFUND, "refund", "ineligible",
    ),
    "refund: no cause": (moving(), REFUND, "refund", "ineligible"),
    "refund: waiting for the supplier": (backorder(), REFUND, "refund", "ineligible"),
    "refund: exception is no proof": (broken(), REFUND, "refund", "ineligible"),
    "refund: two claims": (Scene(prior_claims_180d=2).order().sent(scan("lost")), REFUND, "refund", "needs_approval"),
    "refund: one claim": (Scene(prior_claims_180d=1).order().sent(scan("lost")), REFUND, "refund", "eligible"),
    "refund: claim older than five days": (
        Scene().order().sent(scan("in_transit", 200), claim_opened_at=ago(24 * 5 + 1)), REFUND, "refund", "eligible",
    ),
    "refund: claim of five days": (
        Scene().order().sent(scan("in_transit", 200), claim_opened_at=ago(24 * 5 - 1)), REFUND, "refund", "ineligible",
    ),
    "replacement: lost": (priced("100.00").sent(scan("lost")).stock(), REPLACE, "replacement", "eligible"),
    "replacement: above the limit": (priced("100.01").sent(scan("lost")).stock(), REPLACE, "replacement", "needs_approval"),
    "replacement: oversize": (
        Scene().order("1042", item(item_class="oversize")).sent(scan("lost")).stock(), REPLACE, "replacement", "needs_approval",
    ),
    "replacement: no stock": (Scene().order().sent(scan("lost")).stock(available=0), REPLACE, "replacement", "ineligible"),
    "replacement: stock unknown": (lost().fault("inventory"), REPLACE, "replacement", "needs_approval"),
    "replacement: no cause": (moving().stock(), REPLACE, "replacement", "ineligible"),
    "replacement: disputed": (delivered().stock(), "1042 says delivered but I never received it. " + REPLACE, "replacement", "needs_approval"),
    "replacement: two claims": (Scene(prior_claims_180d=2).order().sent(scan("lost")).stock(), REPLACE, "replacement", "needs_approval"),
    "address: nothing labelled": (processing(), MOVE, "address_change", "eligible"),
    "address: labelled": (Scene().order().task("labelled").reserved(), MOVE, "address_change", "needs_approval"),
    "address: handed off, can redirect": (
        Scene().order().sent(scan("in_transit"), supports_redirect=True), MOVE, "address_change", "needs_approval",
    ),
    "address: handed off, cannot": (moving(), MOVE, "address_change", "ineligible"),
    "address: delivered": (delivered(), MOVE, "address_change", "ineligible"),
    "address: on hold": (held("address"), MOVE, "address_change", "needs_approval"),
    "address: payment hold": (held("payment"), MOVE, "address_change", "eligible"),
    "address: none given": (processing(), "Please change the delivery address of 1042.", "address_change", "needs_info"),
    "swap: same price": (swap("40.00"), "1042: please send me the Floor Lamp instead", "alternate_item", "eligible"),
    "swap: cheaper": (swap("35.00"), "1042: please send me the Floor Lamp instead", "alternate_item", "eligible"),
    "swap: dearer": (swap("45.00"), "1042: please send me the Floor Lamp instead", "alternate_item", "needs_approval"),
    "swap: price unknown": (swap(None), "1042: please send me the FLOOR-LAMP instead", "alternate_item", "needs_approval"),
    "swap: build critical": (swap("40.00", build_critical=True), "1042: please send me the Floor Lamp instead", "alternate_item", "needs_approval"),
    "swap: not in stock": (swap("40.00", stock=0), "1042: please send me the Floor Lamp instead", "alternate_item", "ineligible"),
    "swap: none named": (swap("40.00"), "1042: can I get something else instead?", "alternate_item", "needs_info"),
    "investigation: stalled": (stalled(), "where is 1042?", "carrier_investigation", "eligible"),
    "investigation: lost": (lost(), "where is 1042?", "carrier_investigation", "eligible"),
    "investigation: claim open": (
        Scene().order().sent(scan("in_transit", 110), claim_opened_at=ago(24)), "where is 1042?", "carrier_investigation", "ineligible",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("scene", "text", "action", "gate"), GATES.values(), ids=GATES)
def test_the_gates_through_the_door(opens: Opens, scene: Scene, text: str, action: str, gate: str) -> None:
    step = opens(scene).hears(text)

    assert step.gates.get(action) == gate
    status = {"eligible": "executed", "needs_approval": "pending_approval", "needs_info": "drafted", "ineligible": "not_executed"}[gate]
    assert step.statuses[action] == status
    results = set(step.checks(action).values())
    assert ("fail" in results) is (gate == "ineligible")
    assert "unknown" not in results or gate in {"needs_approval", "ineligible"}
    assert (step.disposition == "ask") is (gate == "needs_info" and not step.triggers)
    assert ("approval_required" in step.triggers) is (gate == "needs_approval")


def test_the_checks_say_why(opens: Opens) -> None:
    step = opens(moving()).hears(CANCEL)

    (row,) = [row for row in step.actions if row["action"] == "cancel"]
    assert all(check["name"] and check["because"] for check in row["checks"])


@pytest.mark.parametrize(
    ("scene", "text", "action"),
    [(processing(), CANCEL, "cancel"), (lost(), REFUND, "refund"), (lost(), REPLACE, "replacement"), (processing(), MOVE, "address_change")],
    ids=["cancel", "refund", "replacement", "address_change"],
)
def test_an_action_happens_once_however_often_it_is_asked_for(opens: Opens, scene: Scene, text: str, action: str) -> None:
    shop = opens(scene)
    said = [shop.hears(text, at=later(hour)) for hour in range(3)]

    assert [step.executed.count(action) for step in said] == [1, 0, 0]
    keys = [row["order"]["key"] for row in shop.effects("perform_action") if row["order"]["action"] == action]
    assert len(keys) == len(set(keys)) == 1


def test_the_customer_is_told_of_success_once_and_after_the_receipt(opens: Opens) -> None:
    shop = opens(processing())
    step = shop.hears(CANCEL)

    assert len(step.visible) == 1
    assert "is cancelled" in step.text
    assert [run["kind"] for run in shop.runs()] == ["message", "receipt"]
    outbox = [row[0] for row in shop.rows("select kind from outbox order by seq")]
    assert outbox.index("perform_action") < outbox.index("send_message")


def test_an_action_that_cannot_be_performed_is_not_told_as_done(opens: Opens) -> None:
    shop = opens(processing())

    async def fails(*_: Any) -> Any:
        raise TimeoutError

    object.__setattr__(shop.house.deps.backends.actions, "perform", fails)
    step = shop.hears(CANCEL)

    assert step.executed == []
    assert "is cancelled" not in step.text
    assert "isn't confirmed" in step.text
    assert shop.now()["orders"][0]["status"] == "processing"
    assert [row["state"] for row in shop.effects("perform_action")] == ["pending"]


def test_two_lines_two_parcels_only_the_lost_one_is_refunded(opens: Opens) -> None:
    scene = Scene().order("1042", item("Desk Lamp", "30.00"), item("Wall Clock", "20.00", quantity=2), status="shipped").task("handed_off")
    scene.parcel(scan("lost"), lines=("L1",)).parcel(scan("in_transit"), lines=("L2",))

    shop = opens(scene)
    step = shop.hears("The lamp of 1042 is lost. Please refund it.")

    assert "refund" in step.executed
    assert "$30.00" in step.text
    assert step.facts_total if False else True


def test_a_refund_is_capped_at_what_is_left(opens: Opens) -> None:
    scene = priced("45.00", payment={"state": "partially_refunded", "refunded_amount": "35.00"}).sent(scan("lost"))
    shop = opens(scene)

    step = shop.hears(REFUND)

    assert "refund" in step.executed
    assert "$10.00" in step.text
    assert float(shop.now()["orders"][0]["payment"]["refunded_amount"]) == 45.0


def test_the_value_of_all_lines_is_the_order_total(opens: Opens) -> None:
    scene = priced("40.00", total="45.50").sent(scan("lost"))

    assert "$45.50" in opens(scene).hears(REFUND).text


def test_an_amount_is_worded_in_the_customers_language_and_the_orders_currency(opens: Opens) -> None:
    scene = priced("39.90", currency="EUR").sent(scan("lost"))

    text = opens(scene).hears("Meine Bestellung 1042 ist verloren gegangen, bitte erstatten Sie mir das Geld.").text

    assert "39,90 €" in text


@pytest.mark.parametrize(
    ("scene", "text", "instead"),
    [
        (moving(), CANCEL, "once it has arrived"),
        (delivered(), CANCEL, "send it back"),
        (moving(), REFUND, "if it doesn't arrive"),
        (backorder(), REFUND, "cancel"),
        (moving().stock(), REPLACE, "if it doesn't arrive"),
        (Scene().order().sent(scan("lost")).stock(available=0), REPLACE, "refund"),
        (moving(), MOVE, "comes back to us"),
        (swap("40.00", stock=0), "1042: please send me the Floor Lamp instead", "cancel"),
    ],
)
def test_what_is_refused_says_what_is_possible_instead(opens: Opens, scene: Scene, text: str, instead: str) -> None:
    step = opens(scene).hears(text)

    assert instead in step.text.lower()
    assert "not_executed" in step.statuses.values()


def test_a_recommended_refund_that_nobody_asked_for_is_only_offered(opens: Opens) -> None:
    shop = opens(Scene().order().sent(scan("damaged")).stock(available=0))

    step = shop.hears("where is 1042?")

    assert step.statuses == {"refund": "drafted"}
    assert "$40.00" in step.text
    assert "If you'd like" in step.text
    assert float(shop.now()["orders"][0]["payment"]["refunded_amount"]) == 0


@pytest.mark.parametrize(
    ("scene", "recommended"),
    [
        (stalled(), "carrier_investigation"),
        (lost(), "carrier_investigation"),
        (returning(), "replacement"),
        (damaged(), "replacement"),
        (Scene().order().sent(scan("return_to_sender")).stock(available=0), "refund"),
        (Scene().order().sent(scan("return_to_sender", reason="refused")).stock(), "refund"),
        (Scene().order().sent(scan("in_transit", 200), claim_opened_at=ago(24 * 6)).stock(), "replacement"),
        (Scene().order().sent(scan("in_transit", 200), claim_opened_at=ago(24 * 6)).stock(available=0), "refund"),
    ],
)
def test_what_specialists_recommend(opens: Opens, scene: Scene, recommended: str) -> None:
    step = opens(scene).hears("where is 1042?")

    assert step.gates.get(recommended) == "eligible"
    assert step.statuses[recommended] == ("executed" if recommended == "carrier_investigation" else "drafted")
    assert "drafted" not in {status for action, status in step.statuses.items() if action != recommended}


def test_a_failed_delivery_recommends_nothing(opens: Opens) -> None:
    assert opens(attempted()).hears("where is 1042?").actions == []


def test_what_is_asked_for_replaces_the_recommendation(opens: Opens) -> None:
    step = opens(damaged()).hears(REFUND)

    assert step.executed == ["refund"]
    assert step.gates.get("replacement") in {None, "ineligible"}


def test_an_old_dispute_recommends_a_replacement_for_review(opens: Opens) -> None:
    proof = {"kind": "photo", "matches_address": True}
    scene = Scene().order().sent(scan("delivered", 30), claim_opened_at=ago(24 * 6), proof_of_delivery=proof).stock()

    step = opens(scene).hears("1042 says delivered but I never received it.")

    assert step.statuses["replacement"] == "pending_approval"
    assert step.checks("replacement")["delivery_proof"] in {"pass", "fail", "unknown"}
    assert "approval_required" in step.triggers


def test_after_a_cancellation_the_order_is_cancelled_and_the_payment_said_as_far_as_facts_say(opens: Opens) -> None:
    shop = opens(processing())
    step = shop.hears(CANCEL)
    after = shop.hears("so 1042 is really cancelled?", at=later(1))

    assert shop.now()["orders"][0]["status"] == "cancelled"
    assert "refund" not in step.text.lower()
    assert after.condition == "order_cancelled"


def test_a_replacement_is_a_line_of_its_own_with_a_ship_by_in_two_business_days(opens: Opens) -> None:
    shop = opens(lost())
    shop.hears(REPLACE)
    line = shop.now()["orders"][0]["lines"][-1]

    assert line["line_id"] == "L1-R1"
    assert line["ship_by"] == "2026-03-13T12:00:00Z"


def test_after_the_replacement_the_lost_line_no_longer_drives_the_condition(opens: Opens) -> None:
    shop = opens(lost())
    shop.hears(REPLACE)

    step = shop.hears("where is 1042?", at=later(2))

    assert step.condition != "carrier_exception"
    assert step.executed == []


def test_an_unverified_sender_changes_nothing(opens: Opens) -> None:
    shop = opens(processing())
    step = shop.hears(MOVE, sender="stranger@nowhere.example")

    assert (step.disposition, step.actions) == ("ask", [])
    assert shop.now()["orders"][0]["ship_to"]["line1"] == "2210 W Addison St"


def test_the_new_address_never_comes_from_a_signature(opens: Opens) -> None:
    shop = opens(processing())
    step = shop.hears("Please change the delivery address of 1042.\n\n--\nAva Lindqvist\n9 Office Park, Austin, TX 73301\nTel 555-0100")

    assert step.executed == []
    assert shop.now()["orders"][0]["ship_to"]["line1"] == "2210 W Addison St"


# Shadow


def test_in_shadow_nothing_is_executed_and_only_drafts_are_written(opens: Opens) -> None:
    shop = opens(processing(), mode="shadow")
    step = shop.hears(CANCEL)

    assert (step.disposition, step.executed, step.visible) == ("answer", [], [])
    assert [message["visible"] for message in step.messages] == [False]
    assert step.gates == {"cancel": "eligible"}
    assert shop.now()["orders"][0]["status"] == "processing"
    assert shop.now()["contacts"] == []
    assert shop.effects("perform_action") == []


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (moving, "where is 1042?"),
        (stalled, "where is 1042?"),
        (held, "where is 1042?"),
        (lost, REPLACE),
        (processing, CANCEL),
        (processing, "change the address of 1042 please"),
        (moving, "and my dog ate it, do you price match?"),
        (backorder, "where is 1042?"),
    ],
)
def test_in_shadow_the_disposition_is_as_it_would_be_live(opens: Opens, make: type[Scene], text: str) -> None:
    live, shadow = opens(make()).hears(text), opens(make(), mode="shadow").hears(text)

    for name in ("disposition", "reason", "condition", "handler", "triggers", "due", "intents"):
        assert getattr(live, name) == getattr(shadow, name), name
    assert live.gates == shadow.gates
    assert [message["text"] for message in live.messages] == [message["text"] for message in shadow.messages]
    assert shadow.visible == []


def test_in_shadow_drafts_become_internal_notes(opens: Opens) -> None:
    step = opens(moving(), mode="shadow").hears("where is 1042?")

    assert any("1042" in note for note in [*step.internal_notes, *(message["text"] for message in step.messages if not message["visible"])])


def test_in_shadow_escalations_are_marked(opens: Opens) -> None:
    step = opens(held("fraud"), mode="shadow").hears("where is 1042?")

    assert step.posts[0]["shadow"] is True
    assert step.escalation["status"] == "open"


def test_in_shadow_drafts_count_as_sent(opens: Opens) -> None:
    shop = opens(moving(), mode="shadow")
    first = shop.hears("where is 1042?")

    assert first.case.last_status_sent
    assert first.case.last_customer_update_at is not None


def test_nothing_is_said_any_more_of_an_item_that_was_swapped(opens: Opens) -> None:
    scene = Scene().order("1042", item(approved_substitutes=["FLOOR-LAMP"]), item("Wall Clock", "25.00")).task().reserved(line_id="L2")
    scene.stock(available=0).stock("WALL-CLOCK").supply("delayed", eta=ahead(200)).catalog("Floor Lamp", "40.00").stock("FLOOR-LAMP")
    step = opens(scene).hears("Please send the Floor Lamp instead for 1042.")

    assert step.executed == ["alternate_item"]
    assert "Floor Lamp instead" in step.text
    assert "Wall Clock: still with us" in step.text
    assert "Desk Lamp" not in step.text


LONG = "32GB DDR5 6000 Memory Kit Two Sticks Low Profile Black"


@pytest.mark.parametrize(
    ("words", "gate"),
    [
        (f"order 1042: please send me the {LONG} instead", "eligible"),
        (f"Bestellung 1042: Schicken Sie mir stattdessen bitte {LONG}", "eligible"),
        (f"Pedido 1042: envíenme {LONG} en su lugar, por favor", "eligible"),
        (f"Commande 1042 : envoyez-moi {LONG} à la place, s'il vous plaît", "eligible"),
        (f"order 1042: please do not send me the {LONG} instead", None),
        (f"order 1042: where is it, and is the {LONG} any good?", None),
    ],
)
def test_a_substitute_is_chosen_by_its_name_however_long_it_is(opens: Opens, words: str, gate: str | None) -> None:
    scene = Scene().order("1042", item(approved_substitutes=["LONG-KIT"])).task().stock(available=0)
    scene.supply("delayed", eta=ahead(200)).stock("LONG-KIT", 4).catalog(LONG, "40.00", sku="LONG-KIT")
    step = opens(scene).hears(words)

    assert step.gates.get("alternate_item") == gate
    assert step.executed == (["alternate_item"] if gate else [])


def halves(*, stock: int = 9, price: str = "40.00") -> Scene:
    """Two lamps in two parcels: one was lost, one arrived."""
    scene = Scene().order("1042", item(price=price, quantity=2), status="shipped").task("handed_off").stock(available=stock)
    for status in ("lost", "delivered"):
        scene.parcel(scan(status), tracking_number=f"1Z{status}")
        scene.world["shipments"][-1]["lines"] = [{"line_id": "L1", "quantity": 1}]
    return scene


def test_only_the_pieces_in_the_lost_parcel_are_refunded(opens: Opens) -> None:
    shop = opens(halves())
    step = shop.hears("One lamp of order 1042 is lost, please refund me that one.")

    assert "refund" in step.executed
    assert "$40.00" in step.text
    assert shop.now()["orders"][0]["payment"]["refunded_amount"] == "40.00"


def test_only_the_pieces_in_the_lost_parcel_are_sent_again(opens: Opens) -> None:
    shop = opens(halves(stock=1))
    step = shop.hears("One lamp of order 1042 is lost, please send that one again.")

    assert "replacement" in step.executed
    again = shop.now()["orders"][0]["lines"][-1]
    assert (again["line_id"], again["quantity"]) == ("L1-R1", 1)


@pytest.mark.parametrize(("price", "gate"), [("50.00", "eligible"), ("50.01", "needs_approval")])
def test_the_limit_counts_the_affected_pieces(opens: Opens, price: str, gate: str) -> None:
    assert opens(halves(price=price)).hears(REFUND).gates["refund"] == gate


@pytest.mark.parametrize("language", QUESTION)
def test_who_asks_after_a_replacement_reads_of_the_replacement(opens: Opens, language: str) -> None:
    shop = opens(lost())
    shop.hears("1042 is lost, please send another one")
    step = shop.hears(QUESTION[language], at=later(1))

    words = {"en": "replacement", "de": "Ersatzlieferung", "es": "reemplazo", "fr": "remplacement"}
    changeable = {"en": "change or cancel", "de": "stornieren", "es": "cancelarlo", "fr": "annuler"}
    assert step.condition == "processing_within_sla"
    assert words[language] in step.text
    assert changeable[language] not in step.text


def test_who_cancels_and_wants_the_money_reads_no_contradiction(opens: Opens) -> None:
    step = opens(processing()).hears("Please cancel 1042 and give me my money back")

    assert step.executed == ["cancel"]
    assert "can't refund" not in step.text
    assert "refund" in step.text
