"""An approval is bound to what it was given on; before it executes, the facts are pulled again (specification, section 5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.doors.shop import later, scan
from tests.doors.states import moving
from tests.reviews.conftest import Opens
from tests.reviews.desk import (
    CANCEL,
    CX,
    NEW_ADDRESS,
    READDRESS,
    REFUND,
    REPLACE,
    SHIPPING,
    SUPPLY,
    SWAP,
    Desk,
    dear,
    gone,
    labelled,
    swappable,
)

HOLD = [{"kind": "fraud", "placed_at": later(0.5).isoformat()}]


def handed_off(desk: Desk) -> None:
    desk.change("fulfillments", "F-1", state="handed_off")
    pieces = [{"line_id": "L1", "quantity": 1}]
    parcel = {"shipment_id": "S-9", "order_id": "O-1042", "carrier": "UPS", "tracking_number": "1Z9", "lines": pieces}
    desk.patch(shipments=[{**parcel, "label_created_at": later().isoformat(), "events": [scan("in_transit", 0)]}])


def dearer(desk: Desk) -> None:
    lines = [{**line, "unit_price": "350.00"} for line in desk.order()["lines"]]
    desk.change("orders", "O-1042", total="350.00", lines=lines)


def picked(desk: Desk) -> None:
    desk.change("fulfillments", "F-1", state="picking")


def blind(desk: Desk) -> None:
    desk.patch(faults={"wms": "error"})


def held(desk: Desk) -> None:
    desk.change("orders", "O-1042", holds=HOLD, status="on_hold")


CAUSES = {"handed off": handed_off, "dearer": dearer, "picked": picked, "unknown": blind, "held": held}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES.keys())
def test_a_changed_gate_is_asked_again(opens: Opens, cause: Callable[[Desk], None]) -> None:
    desk = opens(dear())
    asked = desk.hears(CANCEL)
    cause(desk)
    step = desk.decides("approve")

    assert (step.disposition, step.reason, step.executed, step.messages) == ("escalate", "approval_stale", [], [])
    assert step.escalation["escalation_id"] == asked.escalation["escalation_id"]
    assert step.escalation["status"] in {"open", "reminded"}
    assert (desk.performed(), desk.order()["status"] == "cancelled") == ([], False)
    assert desk.the_review().decided_by == ""
    assert step.due == asked.due
    assert step.posts[0]["post"]["is_update"] is True


@pytest.mark.parametrize("cause", [dearer, picked, held])
def test_the_second_approval_of_the_changed_gate_counts(opens: Opens, cause: Callable[[Desk], None]) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    cause(desk)
    desk.decides("approve")
    done = desk.decides("approve", at=later(2))

    assert (done.reason, done.executed, desk.order()["status"]) == ("approved", ["cancel"], "cancelled")
    assert len(desk.actions("executed")) == 1
    assert desk.actions("pending_approval") == []


@pytest.mark.parametrize(
    ("cause", "word"),
    [(dearer, "350"), (picked, "picking"), (held, "hold"), (blind, "unknown"), (handed_off, "handed off"), (handed_off, "Options: wait")],
)
def test_the_thread_reads_the_difference(opens: Opens, cause: Callable[[Desk], None], word: str) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    cause(desk)
    step = desk.decides("approve")

    assert word in "\n".join(step.posts[0]["post"]["posts"])


def test_what_is_ineligible_now_is_no_option_any_more(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    handed_off(desk)
    step = desk.decides("approve")
    again = desk.decides("approve", approved_action="cancel", at=later(2))

    assert "cancel" not in step.escalation["options"]
    assert "wait" in step.escalation["options"]
    assert (again.reason, again.executed) == ("not_an_option", [])
    assert desk.decides("deny", at=later(3)).reason == "denied"


def test_facts_that_come_back_are_a_change_too(opens: Opens) -> None:
    desk = opens(dear().fault("wms"))
    asked = desk.hears(CANCEL)
    desk.patch(faults={"wms": None})
    stale = desk.decides("approve")
    done = desk.decides("approve", approved_action="cancel", at=later(2))

    assert asked.checks("cancel")["not_handed_off"] == "unknown"
    assert (stale.reason, stale.executed) == ("approval_stale", [])
    assert (done.reason, done.executed) == ("approved", ["cancel"])


def test_without_the_oms_nothing_is_executed(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.patch(faults={"oms": "error"})
    stale = desk.decides("approve")
    desk.patch(faults={"oms": None})
    done = desk.decides("approve", at=later(2))

    assert (stale.disposition, stale.reason, stale.executed) == ("escalate", "approval_stale", [])
    assert (done.reason, done.executed) == ("approved", ["cancel"])


def test_a_denial_is_never_stale(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    handed_off(desk)
    step = desk.decides("deny")

    assert (step.disposition, step.reason) == ("resume", "denied")
    assert len(step.visible) == 1


def test_an_option_that_was_not_asked_about_is_bound_to_what_the_reviewer_saw(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears("where is 1042? I want to speak to a manager.")
    held(desk)
    step = desk.decides("approve", approved_action="cancel")

    assert (step.reason, step.executed) == ("approval_stale", [])


def test_an_option_whose_facts_became_unknown_is_not_executed(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears("where is 1042? I want to speak to a manager.")
    blind(desk)
    step = desk.decides("approve", approved_action="cancel")

    assert (step.reason, step.executed) == ("approval_stale", [])


def test_other_parameters_do_not_hide_a_changed_gate(opens: Opens) -> None:
    desk = opens(labelled())
    desk.hears(READDRESS)
    held(desk)
    step = desk.decides("approve", parameters={**NEW_ADDRESS, "line1": "502 Cargo Way"})

    assert (step.reason, step.executed) == ("approval_stale", [])


def test_the_stock_of_a_replacement_is_looked_at_again(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    desk.hears(REPLACE)
    desk.patch(inventory=[{"sku": "DESK-LAMP", "warehouse": "DFW1", "on_hand": 0, "available": 0}])
    step = desk.decides("approve", by=SHIPPING)

    assert (step.reason, step.executed) == ("approval_stale", [])
    assert "replacement" not in step.escalation["options"]
    assert "refund" in step.escalation["options"]


def test_the_parcel_turned_up(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    desk.change("shipments", "S-1", events=[scan("lost"), scan("in_transit", -0.5)])
    step = desk.decides("approve")

    assert (step.reason, step.executed) == ("approval_stale", [])
    assert desk.order()["payment"]["refunded_amount"] in {"0", "0.00"}


def test_a_substitute_that_became_dearer(opens: Opens) -> None:
    desk = opens(swappable("40.00").fault("inventory"))
    desk.hears(SWAP)
    desk.patch(faults={"inventory": None})
    step = desk.decides("approve", by=SUPPLY, approved_action="alternate_item", parameters={"sku": "FLOOR-LAMP"})

    assert step.reason in {"approval_stale", "approved"}
    assert len(desk.performed()) <= 1


def test_an_investigation_that_we_opened_is_no_change(opens: Opens) -> None:
    desk = opens(gone("160.00", 9))
    asked = desk.hears(REPLACE)
    step = desk.decides("approve", by=SHIPPING)

    assert asked.executed == ["carrier_investigation"]
    assert (step.reason, step.executed) == ("approved", ["replacement"])


def test_an_investigation_that_we_opened_is_no_change_when_it_is_old(opens: Opens) -> None:
    desk = opens(gone())
    desk.hears(REFUND)
    step = desk.decides("approve", at=later(24 * 7))

    assert (step.reason, step.executed) == ("approved", ["refund"])


def test_a_message_that_we_sent_and_a_note_are_no_change(opens: Opens) -> None:
    desk = opens(dear())
    desk.hears(CANCEL)
    desk.hears("any news on 1042?", at=later(1))
    desk.says("The customer has called us.", at=later(2))

    assert desk.decides("approve", at=later(3)).executed == ["cancel"]


def test_time_alone_is_no_change(opens: Opens) -> None:
    desk = opens(dear(ship_by=later(24 * 20).isoformat()))
    desk.hears(CANCEL)

    assert desk.decides("approve", at=later(24 * 9)).executed == ["cancel"]


def test_an_approval_for_a_case_that_moved_on_by_itself(opens: Opens) -> None:
    desk = opens(moving())
    desk.hears("where is 1042? I want to speak to a manager.")
    desk.change("orders", "O-1042", status="delivered")
    desk.change("shipments", "S-1", events=[scan("in_transit", 5), scan("delivered", -0.5)])
    step = desk.decides("approve", by=CX, approved_action="wait")

    assert (step.reason, step.messages) == ("approved", [])
