"""The six systems answer through their Protocols, and fail the way real systems fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graph.facts import Patch, World
from graph.labels import System
from graph.ports import BackendError, Backends, MalformedAnswer
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore
from tools.embedded.tables import ORDERS

Read = Callable[[Any], Awaitable[Any]]

READS: dict[str, tuple[System, Read]] = {
    "customer": (System.OMS, lambda b: b.oms.customer("C-1")),
    "customers_by_email": (System.OMS, lambda b: b.oms.customers_by_email("ava@mailbox.example")),
    "orders_of": (System.OMS, lambda b: b.oms.orders_of("C-1")),
    "order": (System.OMS, lambda b: b.oms.order("O-1")),
    "catalog_items": (System.OMS, lambda b: b.oms.catalog_items(("SSD-4TB",))),
    "fulfillments": (System.WMS, lambda b: b.wms.fulfillments("O-1")),
    "supply": (System.SUPPLIER, lambda b: b.supplier.supply(("RAM-32",))),
    "levels": (System.INVENTORY, lambda b: b.inventory.levels(("SSD-2TB",))),
    "allocations": (System.INVENTORY, lambda b: b.inventory.allocations("O-1")),
    "parcels": (System.CARRIER, lambda b: b.carrier.parcels("O-2")),
    "parcel_by_tracking": (System.CARRIER, lambda b: b.carrier.parcel_by_tracking("1Z999AA1")),
    "contacts": (System.SUPPORT, lambda b: b.support.contacts("C-1")),
}

each_read = pytest.mark.parametrize(("system", "read"), READS.values(), ids=READS.keys())


def test_fulfils_the_protocols(backends: EmbeddedBackends) -> None:
    as_ports: Backends = backends
    assert as_ports.oms is backends.oms


async def test_answers_with_typed_rows(backends: EmbeddedBackends, world: World) -> None:
    assert await backends.oms.customer("C-1") == world.customers[0]
    assert await backends.oms.order("O-1") == world.orders[1]
    assert await backends.oms.orders_of("C-1") == (world.orders[1], world.orders[0])
    assert await READS["fulfillments"][1](backends) == world.fulfillments
    assert await READS["supply"][1](backends) == world.supply[:1]
    assert await READS["levels"][1](backends) == world.inventory
    assert await READS["allocations"][1](backends) == world.allocations
    assert await READS["parcels"][1](backends) == world.shipments
    assert await READS["parcel_by_tracking"][1](backends) == world.shipments[0]
    assert await READS["contacts"][1](backends) == world.contacts[::-1]


async def test_leaves_out_what_it_does_not_know(backends: EmbeddedBackends, world: World) -> None:
    assert await backends.oms.customer("C-9") is None
    assert await backends.oms.orders_of("C-2") == ()
    assert await backends.oms.order("\ud800") is None
    assert await backends.oms.catalog_items(("SSD-4TB", "NOTHING")) == world.catalog


@pytest.mark.parametrize("email", ["ava@mailbox.example", "AVA@MAILBOX.EXAMPLE"])
async def test_knows_a_whole_address_in_any_case(backends: EmbeddedBackends, email: str) -> None:
    assert [customer.customer_id for customer in await backends.oms.customers_by_email(email)] == ["C-1"]


@pytest.mark.parametrize("email", ["ava+x@mailbox.example", "a.va@mailbox.example", " ava@mailbox.example", "\u212aim@mailbox.example", "%"])
async def test_takes_no_look_alike_for_an_address(backends: EmbeddedBackends, email: str) -> None:
    assert await backends.oms.customers_by_email(email) == ()


async def test_a_shared_address_gives_all_its_customers(backends: EmbeddedBackends) -> None:
    assert [customer.customer_id for customer in await backends.oms.customers_by_email("kim@mailbox.example")] == ["C-1", "C-2"]


async def test_a_number_used_again_is_the_newest_parcel(store: EmbeddedStore, backends: EmbeddedBackends, world: World) -> None:
    old = world.shipments[0]
    new = old.model_copy(update={"shipment_id": "S-0", "label_created_at": old.label_created_at.replace(year=2027)})
    store.patch(Patch(shipments=(new,)))
    assert await READS["parcel_by_tracking"][1](backends) == new


@each_read
def test_never_suspends_without_a_fault(backends: EmbeddedBackends, system: System, read: Read) -> None:
    with pytest.raises(StopIteration):
        read(backends).__await__().__next__()


@each_read
async def test_times_out(store: EmbeddedStore, backends: EmbeddedBackends, system: System, read: Read) -> None:
    store.patch(Patch(faults={system.value: "timeout"}))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await read(backends)


@each_read
async def test_errs(store: EmbeddedStore, backends: EmbeddedBackends, system: System, read: Read) -> None:
    store.patch(Patch(faults={system.value: "error"}))
    with pytest.raises(BackendError) as failed:
        await read(backends)
    assert failed.value.system is system


@each_read
async def test_sends_malformed_data(store: EmbeddedStore, backends: EmbeddedBackends, system: System, read: Read) -> None:
    store.patch(Patch(faults={system.value: "malformed"}))
    with pytest.raises(MalformedAnswer) as failed:
        await read(backends)
    assert failed.value.system is system


async def test_a_malformed_answer_is_one_even_when_nothing_is_there(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    store.patch(Patch(faults={"oms": "malformed"}))
    with pytest.raises(MalformedAnswer):
        await backends.oms.customer("C-9")


async def test_a_fault_is_only_its_own_systems(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    store.patch(Patch(faults={"oms": "error"}))
    for system, read in READS.values():
        if system is not System.OMS:
            assert await read(backends)


async def test_really_damaged_rows_are_named_without_their_values(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    (document,) = store.documents(ORDERS, "order_id", ("O-1",))
    with store.transaction() as db:
        db.execute("UPDATE orders SET document = ? WHERE order_id = 'O-1'", (document.replace('"149.00"', '"secret"'),))
    with pytest.raises(MalformedAnswer, match=r"oms: orders: lines\.0\.unit_price") as failed:
        await backends.oms.order("O-1")
    assert "secret" not in str(failed.value)


async def test_a_broken_store_is_a_backend_error(store: EmbeddedStore, backends: EmbeddedBackends) -> None:
    store.close()
    with pytest.raises(BackendError):
        await backends.oms.customer("C-1")


def test_systems_that_are_not_connected_are_none(store: EmbeddedStore) -> None:
    small = EmbeddedBackends(store, connected={System.OMS, System.CARRIER})
    assert (small.wms, small.supplier, small.inventory, small.support) == (None, None, None, None)
    assert small.carrier is not None
