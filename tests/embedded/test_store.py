"""The store keeps a world, takes patches, and can be shared by processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from graph.facts import Contact, Customer, InventoryLevel, Patch, World
from graph.labels import System
from tools.embedded.store import EmbeddedStore, StoreVersionError
from tools.embedded.tables import INVENTORY, ORDERS

_OPEN_MANY = """
import sys
from tools.embedded.store import EmbeddedStore
sys.stdin.read()
for number in range(20):
    EmbeddedStore.open(f"{sys.argv[1]}/{number}.db").close()
"""


def test_gives_back_the_world_it_was_loaded_with(store: EmbeddedStore, world: World) -> None:
    assert store.world() == world


def test_keeps_the_world_when_it_is_opened_again(store: EmbeddedStore, world: World, file: Path) -> None:
    store.close()
    with EmbeddedStore.open(file) as again:
        assert again.world() == world


def test_load_replaces_everything(store: EmbeddedStore, world: World) -> None:
    store.patch(Patch(faults={"oms": "error"}))
    store.load(World(customers=world.customers[:1]))
    assert store.world() == World(customers=world.customers[:1])
    assert store.customers_with("ben@mailbox.example") == ()


def test_patch_replaces_by_id_and_keeps_the_order_of_rows(store: EmbeddedStore, world: World) -> None:
    late = world.orders[0].model_copy(update={"status": "shipped"})
    level = InventoryLevel(sku="SSD-2TB", warehouse="DFW1", on_hand=0, available=0)
    other = InventoryLevel(sku="SSD-2TB", warehouse="LEJ1", on_hand=1, available=1)
    store.patch(Patch(orders=(late,), inventory=(level, other)))
    assert store.world().orders == (late, world.orders[1])
    assert store.world().inventory == (level, world.inventory[1], other)


def test_patch_of_a_customer_forgets_old_addresses(store: EmbeddedStore) -> None:
    store.patch(Patch(customers=(Customer(customer_id="C-2", name="Ben Osei", emails=("new@mailbox.example",)),)))
    assert store.customers_with("ben@mailbox.example") == ()
    assert len(store.customers_with("NEW@mailbox.example")) == 1


def test_patch_sets_and_clears_faults(store: EmbeddedStore) -> None:
    store.patch(Patch(faults={"carrier": "timeout"}))
    assert store.fault_of(System.CARRIER) == "timeout"
    store.patch(Patch(faults={"carrier": None}))
    assert store.fault_of(System.CARRIER) is None


@pytest.mark.parametrize("faults", [{"carrier": "slow"}, {"helpdesk": "error"}])
def test_there_is_no_patch_with_an_unknown_fault(faults: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=next(iter(faults))):
        Patch.model_validate({"faults": faults})


def test_keeps_a_contact_once(store: EmbeddedStore, world: World) -> None:
    contact: Contact = world.contacts[0].model_copy(update={"contact_id": "M-3", "text": "Hello?"})
    store.add_contact(contact)
    store.add_contact(contact)
    assert [row.contact_id for row in store.contacts_of_ticket("T-1")] == ["M-1", "M-2", "M-3"]


def test_looks_up_by_every_key(store: EmbeddedStore) -> None:
    assert len(store.documents(ORDERS, "order_number", ("1",))) == 1
    assert len(store.documents(INVENTORY, "warehouse", ("DFW1", "RNO2"))) == 2
    assert store.documents(ORDERS, "order_id", ()) == ()


def test_refuses_the_file_of_another_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreVersionError):
        EmbeddedStore.open(file)


def test_lives_in_memory_too(world: World) -> None:
    with EmbeddedStore.open(":memory:") as store:
        store.load(world)
        assert store.world() == world


def test_processes_that_open_a_new_file_at_once_all_succeed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OPEN_MANY, str(tmp_path)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(4)]
    for process in started:
        process.communicate()
    assert [process.returncode for process in started] == [0, 0, 0, 0]
