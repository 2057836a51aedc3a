"""The modal: what an action needs is asked for, corrected, and reaches the backends."""

from __future__ import annotations

from typing import Any

from tests.slack.workplace import buttons

ADDRESS = {
    "parameter:line1": "500 Cargo Way",
    "parameter:city": "London",
    "parameter:postal_code": "N1 9GU",
    "parameter:country": "GB",
}


def _inputs(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


async def test_an_address_change_asks_for_the_address_and_executes_it(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    view = await place.modal_for("approve:address_change", "U0CXLEAD")
    assert set(ADDRESS) < set(_inputs(view))
    refused = await place.submit(view, "U0CXLEAD", **{**ADDRESS, "parameter:country": "England"})
    assert refused.json() == {"response_action": "errors", "errors": {"parameter:country": "Two letters, like GB."}}
    await place.submit(view, "U0CXLEAD", **ADDRESS)
    await place.work()
    assert place.reasons() == ["approved"]
    [order] = place.station.house.world.world().orders
    assert order.ship_to is not None and (order.ship_to.line1, order.ship_to.postal_code) == ("500 Cargo Way", "N1 9GU")


async def test_owner_deadline_rationale_and_text_are_kept(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    view = await place.modal_for("approve:wait", "U0CXLEAD")
    past = await place.submit(view, "U0CXLEAD", deadline="2026-03-01")
    assert past.json()["errors"] == {"deadline": "This day is over; choose a later one."}
    await place.submit(view, "U0CXLEAD", deadline="2026-03-20", owner="U0DANA", rationale="The warehouse answers on Friday.")
    await place.work()
    assert (place.reasons(), place.executed) == (["approved"], [])
    assert (place.review.owner, place.review.decision) == ("U0DANA", "approve wait")
    assert "The warehouse answers on Friday." in place.review.notes[-1]


async def test_what_does_not_belong_to_a_decision_is_not_asked(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    asked = {button: _inputs(await place.modal_for(button, "U0CXLEAD")) for button in ("deny", "request_changes", "approve:wait")}
    assert asked["deny"] == ["rationale", "customer_safe_message", "owner", "deadline"]
    assert asked["request_changes"] == asked["approve:wait"] == ["rationale", "owner", "deadline"]


async def test_changes_are_asked_for_and_the_review_stays_open(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    await place.submit(await place.modal_for("request_changes", "U0CXLEAD"), "U0CXLEAD", rationale="Has it been picked?")
    await place.work()
    assert place.reasons() == ["request_changes"]
    assert "approve:cancel" in buttons(place.root)
