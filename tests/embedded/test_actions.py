"""The desk changes the world as each action says, once per key."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from graph.facts import Address, Order, Patch, Payment, World
from graph.labels import Action, System
from graph.ports import ActionOrder, BackendError, Receipt
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore

AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

_PERFORM = """
import asyncio, datetime, sys
from graph.ports import ActionOrder
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore
with EmbeddedStore.open(sys.argv[1]) as store:
    order = ActionOrder.model_validate_json(sys.argv[2])
    receipt = asyncio.run(EmbeddedBackends(store).actions.perform(order, datetime.datetime.fromisoformat(sys.argv[3])))
    print(receipt.model_dump_json())
"""


def asked(action: Action, order_id: str = "O-1", key: str = "K-1", **more: Any) -> ActionOrder:
    """An action order with its key."""
    return ActionOrder(key=key, action=action, order_id=order_id, **more)


def order_of(store: EmbeddedStore, order_id: str) -> Order:
    """The order as it stands."""
    return next(order for order in store.world().orders if order.order_id == order_id)


def set_payment(store: EmbeddedStore, order_id: str, payment: Payment) -> None:
    """Change only how an order is paid."""
    store.patch(Patch(orders=(order_of(store, order_id).model_copy(update={"payment": payment}),)))


REFUND = asked(Action.REFUND, "O-2", amount=Decimal("100.00"), currency="USD")


async def test_cancels_voids_and_ends_what_is_not_handed_off(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    receipt = await backends.actions.perform(asked(Action.CANCEL), AT)
    order = order_of(store, "O-1")
    assert (order.status, order.updated_at, order.payment.state) == ("cancelled", AT, "voided")
    assert [(task.state, task.updated_at == AT) for task in store.world().fulfillments] == [("cancelled", True), ("handed_off", False)]
    assert receipt == Receipt(key="K-1", action=Action.CANCEL, executed_at=AT, reference=receipt.reference)


@pytest.mark.parametrize("state", ["captured", "partially_refunded"])
async def test_cancelling_leaves_captured_money(store: EmbeddedStore, backends: EmbeddedBackends, state: Any) -> None:
    set_payment(store, "O-1", Payment(state=state))
    await backends.actions.perform(asked(Action.CANCEL), AT)
    assert order_of(store, "O-1").payment.state == state


async def test_refunds_in_parts_until_all_is_back(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    await backends.actions.perform(REFUND, AT)
    order = order_of(store, "O-2")
    assert (order.payment.state, order.payment.refunded_amount, order.updated_at) == ("partially_refunded", Decimal("100.00"), AT)
    await backends.actions.perform(REFUND.model_copy(update={"key": "K-2", "amount": Decimal("167.00")}), LATER)
    assert order_of(store, "O-2").payment == Payment(state="refunded", refunded_amount=Decimal("267.00"))


@pytest.mark.parametrize("wrong", [{"amount": None}, {"amount": Decimal(0)}, {"amount": Decimal("267.01")}, {"currency": "EUR"}, {"order_id": "O-1"}])
async def test_refuses_a_refund_that_cannot_be(store: EmbeddedStore, backends: EmbeddedBackends, world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(BackendError, match="refused"):
        await backends.actions.perform(REFUND.model_copy(update=wrong), AT)
    assert store.world() == world
    assert await backends.actions.receipt("K-1", Action.CANCEL) is None


async def test_refuses_an_amount_that_no_row_can_hold(store: EmbeddedStore, backends: EmbeddedBackends, world: World) -> None:
    with pytest.raises(BackendError, match="Payment"):
        await backends.actions.perform(REFUND.model_copy(update={"amount": Decimal("1.00001")}), AT)
    assert store.world() == world


async def test_replaces_lines_with_the_next_free_number(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    first = asked(Action.REPLACEMENT, "O-2", line_ids=("L1",), ship_by=LATER)
    await backends.actions.perform(first, AT)
    await backends.actions.perform(first.model_copy(update={"key": "K-2"}), AT)
    order = order_of(store, "O-2")
    assert [line.line_id for line in order.lines] == ["L1", "L2", "L1-R1", "L1-R2"]
    new = order.lines[2]
    assert (new.replaces, new.ship_by, new.sku, new.unit_price) == ("L1", LATER, "SSD-2TB", Decimal("149.00"))
    assert (order.status, order.updated_at) == ("partially_shipped", AT)


async def test_replacing_on_an_open_order_leaves_its_status(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    await backends.actions.perform(asked(Action.REPLACEMENT, line_ids=("L1", "L2")), AT)
    assert order_of(store, "O-1").status == "processing"


async def test_changes_the_address(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    address = Address(line1="1 New St", city="Austin", postal_code="73301")
    await backends.actions.perform(asked(Action.ADDRESS_CHANGE, address=address), AT)
    assert order_of(store, "O-1").ship_to == address


async def test_exchanges_an_item_and_frees_its_failed_reservation(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    await backends.actions.perform(asked(Action.ALTERNATE_ITEM, line_ids=("L1",), sku="SSD-4TB"), AT)
    line, other = order_of(store, "O-1").lines
    assert (line.sku, line.title, line.unit_price, line.item_class) == ("SSD-4TB", "4TB NVMe SSD", Decimal("249.00"), "oversize")
    assert (line.approved_substitutes, other.sku) == (("SSD-4TB",), "RAM-32")
    assert [row.line_id for row in store.world().allocations] == ["L2"]


async def test_an_item_unknown_to_the_catalog_keeps_the_price(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    await backends.actions.perform(asked(Action.ALTERNATE_ITEM, line_ids=("L1",), sku="NEW"), AT)
    line = order_of(store, "O-1").lines[0]
    assert (line.sku, line.title, line.unit_price) == ("NEW", "NEW", Decimal("149.00"))


async def test_opens_a_claim_only_where_none_is_open(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    order = asked(Action.CARRIER_INVESTIGATION, "O-2", shipment_ids=("S-1",))
    await backends.actions.perform(order, AT)
    await backends.actions.perform(order.model_copy(update={"key": "K-2"}), LATER)
    assert store.world().shipments[0].claim_opened_at == AT


@pytest.mark.parametrize(
    "order",
    [
        asked(Action.CANCEL, "O-9"),
        asked(Action.REPLACEMENT),
        asked(Action.REPLACEMENT, line_ids=("L1", "L9")),
        asked(Action.ADDRESS_CHANGE),
        asked(Action.ALTERNATE_ITEM, line_ids=("L1",)),
        asked(Action.CARRIER_INVESTIGATION),
        asked(Action.CARRIER_INVESTIGATION, shipment_ids=("S-1",)),
    ],
)
async def test_refuses_what_is_not_there(store: EmbeddedStore, backends: EmbeddedBackends, world: World, order: ActionOrder) -> None:
    with pytest.raises(BackendError, match="refused"):
        await backends.actions.perform(order, AT)
    assert store.world() == world


async def test_the_same_key_happens_once(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    first = await backends.actions.perform(REFUND, AT)
    after = store.world()
    assert await backends.actions.perform(REFUND, LATER) == first
    assert await backends.actions.receipt("K-1", Action.CANCEL) == first
    assert store.world() == after


async def test_a_second_connection_sees_the_first_receipt(store: EmbeddedStore, backends: EmbeddedBackends, file: Path) -> None:
    first = await backends.actions.perform(REFUND, AT)
    with EmbeddedStore.open(file) as other:
        assert await EmbeddedBackends(other).actions.perform(REFUND, LATER) == first
        assert other.world() == store.world()


def test_processes_with_the_same_key_act_once(store: EmbeddedStore, file: Path) -> None:
    commands = [[sys.executable, "-c", _PERFORM, str(file), REFUND.model_dump_json(), at.isoformat()] for at in (AT, LATER, AT)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    receipts = [json.loads(process.communicate()[0]) for process in started]
    assert receipts[0] == receipts[1] == receipts[2]
    assert order_of(store, "O-2").payment.refunded_amount == Decimal("100.00")


INVESTIGATION = asked(Action.CARRIER_INVESTIGATION, "O-2", shipment_ids=("S-1",))
each_system = pytest.mark.parametrize(("system", "order"), [("oms", REFUND), ("carrier", INVESTIGATION)])


@each_system
@pytest.mark.parametrize("fault", ["error", "malformed"])
async def test_fails_with_its_system(store: EmbeddedStore, backends: EmbeddedBackends, system: str, order: ActionOrder, fault: str) -> None:
    store.patch(Patch(faults={system: fault}))
    before = store.world()
    with pytest.raises(BackendError):
        await backends.actions.perform(order, AT)
    assert store.world() == before
    store.patch(Patch(faults={system: None}))
    assert (await backends.actions.perform(order, LATER)).executed_at == LATER


@each_system
async def test_times_out_with_its_system(store: EmbeddedStore, backends: EmbeddedBackends, system: str, order: ActionOrder) -> None:
    store.patch(Patch(faults={system: "timeout"}))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await backends.actions.perform(order, AT)
    assert await backends.actions.receipt("K-1", Action.CANCEL) is None


async def test_nobody_asks_a_carrier_that_is_not_connected(store: EmbeddedStore) -> None:
    with pytest.raises(BackendError, match="not connected"):
        await EmbeddedBackends(store, connected={System.OMS}).actions.perform(INVESTIGATION, AT)
