"""Facts as they were known then: from the export before, else taken back by the dates that later rows carry."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from graph.facts import World
from server.tickets.exports import read_exports
from server.tickets.hindsight import Hindsight, Sender, Then
from server.tickets.problem import UnusableError
from tests.evaluation.conftest import write_lines

THEN = "2026-03-10T12:00:00Z"
CUSTOMER = {"customer_id": "C-1", "name": "Ava Lind", "emails": ["ava@mail.example"]}
PLACE = {"line1": "1 Elm St", "city": "Dallas", "postal_code": "75001"}


def order(**fields: Any) -> dict[str, Any]:
    """An order of two lines."""
    bought = (("L1", "A", "Lamp", "20.00"), ("L2", "B", "Shade", "9.00"))
    lines = [{"line_id": line_id, "sku": sku, "title": title, "unit_price": price} for line_id, sku, title, price in bought]
    return {"order_id": "O-1", "order_number": "1001", "customer_id": "C-1", "placed_at": "2026-03-01T09:00:00Z",
            "status": "processing", "total": "29.00", "ship_to": PLACE, "lines": lines, **fields}  # fmt: skip


def parcel(*scans: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """A parcel with both lines."""
    events = [{"at": at, "status": status} for at, status in scans]
    return {"shipment_id": "S-1", "order_id": "O-1", "lines": [{"line_id": "L1"}, {"line_id": "L2"}], "carrier": "UPS", "tracking_number": "1Z99",
            "label_created_at": "2026-03-05T09:00:00Z", "events": events, **fields}  # fmt: skip


def known(folder: Path, *exports: dict[str, Any], at: str = THEN) -> Then:
    """What was known to the customer's ticket."""
    file = write_lines(folder / "world.jsonl", [{"customers": [CUSTOMER], **each} for each in exports])
    moment = datetime.fromisoformat(at.replace("Z", "+00:00"))
    return Hindsight(read_exports(file)).known_to(Sender(moment, "T-1", "Ava <AVA@mail.example>", None, ("where is 1001",)))


def _night(day: int, **tables: Any) -> dict[str, Any]:
    return {"exported_at": f"2026-03-{day:02d}T03:00:00Z", **tables}


def test_the_newest_export_before_the_message_counts(tmp_path: Path) -> None:
    late = order(status="on_hold", updated_at="2026-03-11T09:00:00Z")
    then = known(tmp_path, _night(9, orders=[order()]), _night(10, orders=[order(status="cancelled")]), _night(12, orders=[late]))
    assert then.world.orders[0].status == "cancelled"


def test_later_scans_proofs_and_claims_are_hidden_and_the_order_is_what_scans_prove(tmp_path: Path) -> None:
    later = parcel(("2026-03-06T09:00:00Z", "in_transit"), ("2026-03-12T09:00:00Z", "delivered"), claim_opened_at="2026-03-11T09:00:00Z",
                   proof_of_delivery={"kind": "photo", "at": "2026-03-12T09:00:00Z"})  # fmt: skip
    done = order(status="delivered", updated_at="2026-03-12T10:00:00Z", payment={"state": "refunded", "refunded_amount": "29.00"})
    then = known(tmp_path, _night(20, orders=[done], shipments=[later]))
    (row,), (goods,) = then.world.shipments, then.world.orders
    assert [event.status for event in row.events] == ["in_transit"]
    assert row.proof_of_delivery is None
    assert row.claim_opened_at is None
    assert goods.status == "shipped"
    assert goods.payment.state == "captured"
    assert goods.updated_at is not None
    assert goods.updated_at <= datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    assert any("later scan" in line for line in then.hidden)
    assert any("taken back to shipped" in line for line in then.hidden)


def test_a_release_that_came_later_is_taken_back_and_a_later_hold_is_not_there(tmp_path: Path) -> None:
    holds = [{"kind": "fraud", "placed_at": "2026-03-02T09:00:00Z", "released_at": "2026-03-11T09:00:00Z"},
             {"kind": "address", "placed_at": "2026-03-11T09:00:00Z"}]  # fmt: skip
    then = known(tmp_path, _night(20, orders=[order(holds=holds, updated_at="2026-03-11T09:00:00Z")]))
    (goods,) = then.world.orders
    assert [(hold.kind, hold.released_at) for hold in goods.holds] == [("fraud", None)]
    assert goods.status == "on_hold"


def test_what_did_not_exist_yet_is_not_there(tmp_path: Path) -> None:
    ahead = order(placed_at="2026-03-11T09:00:00Z")
    label = parcel(label_created_at="2026-03-11T09:00:00Z")
    said = {
        "contact_id": "c",
        "ticket_id": "T-2",
        "customer_id": "C-1",
        "at": "2026-03-11T09:00:00Z",
        "direction": "inbound",
        "author": "customer",
        "text": "?",
    }
    assert known(tmp_path, _night(20, orders=[ahead])).world == World(customers=known(tmp_path, _night(20)).world.customers)
    then = known(tmp_path, _night(20, orders=[order()], shipments=[label], contacts=[said]))
    assert then.world.shipments == ()
    assert then.world.contacts == ()


def test_a_supply_line_goes_back_to_the_date_before_the_change(tmp_path: Path) -> None:
    moved = {"po_id": "P-1", "supplier": "X", "sku": "A", "quantity": 5, "state": "delayed", "eta": "2026-04-01T00:00:00Z",
             "previous_eta": "2026-03-15T00:00:00Z", "updated_at": "2026-03-11T00:00:00Z"}  # fmt: skip
    then = known(tmp_path, _night(20, orders=[order()], supply=[moved]))
    (row,) = then.world.supply
    assert (row.state, row.eta) == ("open", datetime.fromisoformat("2026-03-15T00:00:00+00:00"))
    assert any("supply P-1" in line for line in then.undated)


def test_only_the_senders_orders_are_there_and_those_that_the_text_names(tmp_path: Path) -> None:
    stranger = {"customer_id": "C-2", "name": "Bo", "emails": ["bo@mail.example"]}
    foreign = order(order_id="O-2", order_number="10-01", customer_id="C-2")
    unseen = order(order_id="O-3", order_number="7777", customer_id="C-2")
    apart = known(tmp_path, _night(9, customers=[CUSTOMER, stranger], orders=[order(order_number="5555"), unseen]))
    assert [row.order_id for row in apart.world.orders] == ["O-1"]
    named = known(tmp_path, _night(9, customers=[CUSTOMER, stranger], orders=[order(), foreign]))
    assert {row.order_id for row in named.world.orders} == {"O-1", "O-2"}, "1001 names both, however it is spelled"


def test_an_outage_holds_until_an_export_says_otherwise(tmp_path: Path) -> None:
    exports = (_night(9, orders=[order()]), _night(10, faults={"carrier": "timeout"}), _night(11, faults={}))
    assert known(tmp_path, *exports).world.faults == {"carrier": "timeout"}
    assert known(tmp_path, *exports, at="2026-03-11T12:00:00Z").world.faults == {}


@pytest.mark.parametrize(
    ("export", "said"),
    [
        ({"orders": [order()]}, "exported_at is missing"),
        (_night(9, orders=[{**order(), "status": "lost"}]), "orders[0].status"),
        (_night(9, orders=[order(customer_id="C-9")]), "orders[0].customer_id names no customer"),
        (_night(9, parcels=[]), "parcels is an unknown field"),
    ],
)
def test_what_is_wrong_with_an_export_is_named(tmp_path: Path, export: dict[str, Any], said: str) -> None:
    with pytest.raises(UnusableError) as refused:
        known(tmp_path, export)
    assert said in str(refused.value)
    assert "world.jsonl: line 1" in str(refused.value)
