"""What is read over HTTP: the same rows as embedded, and every way in which an answer can be wrong becomes a typed failure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graph.facts import World
from graph.labels import System
from graph.ports import BackendError, BackendFailure, BackendTimeout, MalformedAnswer
from tests.connectors.scripted import Scripted
from tests.connectors.served import Street
from tests.replay.playing import public_stories
from tools.embedded.backends import EmbeddedBackends
from tools.embedded.store import EmbeddedStore
from tools.http_backends.exchange import MAX_BYTES

ROW = {"sku": "A", "warehouse": "W", "on_hand": 1, "available": 1}
PARCEL = {
    "shipment_id": "S-1", "order_id": "O-1", "lines": [], "carrier": "UPS", "tracking_number": "1Z", "label_created_at": "2026-03-09T16:00:00Z",
}  # fmt: skip


def worlds() -> list[World]:
    """A few public worlds that have all kinds of rows together."""
    return [World.model_validate(story["world"]) for story in public_stories()[::9]]


@pytest.mark.parametrize("number", range(len(worlds())))
async def test_every_question_has_the_same_answer_as_embedded(number: int, shops: Street, systems: Any) -> None:
    world = worlds()[number]
    with EmbeddedStore.open(":memory:") as store:
        store.load(world.model_copy(update={"faults": {}}))
        here, there = EmbeddedBackends(store), systems(shops.open(store).connections.oms.url.removesuffix("/oms"))
        for ask in questions(world):
            assert await ask(there) == await ask(here)


def questions(world: World) -> list[Callable[[Any], Awaitable[Any]]]:
    """Every question about everything in a world, and about nothing."""
    skus = tuple(dict.fromkeys(line.sku for order in world.orders for line in order.lines))
    asked: list[Callable[[Any], Awaitable[Any]]] = [
        lambda b: b.oms.catalog_items(tuple(row.sku for row in world.catalog)),
        lambda b: b.oms.catalog_items(()),
        lambda b: b.oms.open_orders("", 2),
        lambda b: b.supplier.supply(skus),
        lambda b: b.inventory.levels(skus),
        lambda b: b.oms.order("none & nowhere/../#?"),
        lambda b: b.oms.customers_by_email("half \ud83d a pair@x.example"),
        lambda b: b.carrier.parcel_by_tracking("half \ud83d a pair"),
    ]
    for customer in world.customers:
        asked += [lambda b, c=customer: b.oms.customer(c.customer_id), lambda b, c=customer: b.oms.orders_of(c.customer_id)]
        asked += [lambda b, c=customer: b.oms.customers_by_email(c.emails[0].upper()), lambda b, c=customer: b.support.contacts(c.customer_id)]
    for order in world.orders:
        asked += [lambda b, o=order: b.oms.order(o.order_id), lambda b, o=order: b.wms.fulfillments(o.order_id)]
        asked += [lambda b, o=order: b.carrier.parcels(o.order_id), lambda b, o=order: b.inventory.allocations(o.order_id)]
        asked += [lambda b, o=order: b.oms.orders_with(o.lines[0].sku), lambda b, o=order: b.oms.open_orders(o.order_id, 5)]
    for parcel in world.shipments:
        asked += [lambda b, p=parcel: b.carrier.order_of_parcel(p.shipment_id), lambda b, p=parcel: b.carrier.parcel_by_tracking(p.tracking_number)]
    asked += [lambda b, t=task: b.wms.order_of_task(t.fulfillment_id) for task in world.fulfillments]
    asked += [lambda b, s=row: b.supplier.skus_of(s.po_id) for row in world.supply]
    return asked


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"", "answer: json_invalid"),
        (b'{"items": [', "answer: json_invalid"),
        (b"null", "answer: model_type"),
        ([], "answer: model_type"),
        ({}, "items: missing"),
        ({"items": None}, "items: tuple_type"),
        ({"items": [], "next": "x"}, "next: extra_forbidden"),
        ({"items": [{}]}, "items.0.sku: missing"),
        ({"items": [{**ROW, "on_hand": "many"}]}, "items.0.on_hand: int_parsing"),
        ({"items": [{**ROW, "on_hand": 1.5}]}, "items.0.on_hand: int_from_float"),
        ({"items": [{**ROW, "secret name of Ava": 1}]}, "items.0.(a name): extra_forbidden"),
        ({"items": [{**ROW, "sku": "OTHER"}]}, "InventoryLevel: a row that was not asked for"),
        (b'{"items": [{"sku": "\xff"}]}', "answer: json_invalid"),
    ],
)
async def test_a_malformed_answer_is_unknown_and_says_where(body: Any, because: str, script: Scripted, systems: Any) -> None:
    script.say(body)
    with pytest.raises(MalformedAnswer) as told:
        await systems(script.url).inventory.levels(("A",))
    assert told.value.because == because


@pytest.mark.parametrize("field", ["label_created_at", "eta"])
async def test_a_time_without_an_offset_is_malformed(field: str, script: Scripted, systems: Any) -> None:
    script.say({"items": [{**PARCEL, field: "2026-03-09T16:00:00"}]})
    with pytest.raises(MalformedAnswer, match=f"items.0.{field}: timezone_aware"):
        await systems(script.url).carrier.parcels("O-1")


@pytest.mark.parametrize("status", [201, 204, 301, 302, 400, 401, 403, 404, 410, 429, 500, 502, 503])
async def test_any_other_status_is_an_error_and_no_answer(status: int, script: Scripted, systems: Any) -> None:
    """404 above all: a wrong base address must not say that nobody has such an order."""
    script.say({"items": []}, status, location="/elsewhere")
    with pytest.raises(BackendError, match=f"answered with status {status}"):
        await systems(script.url).oms.order("O-1")
    assert len(script.heard) == 1


async def test_what_is_not_declared_as_json_is_malformed(script: Scripted, systems: Any) -> None:
    script.say({"items": []}, kind="text/html")
    with pytest.raises(MalformedAnswer, match="not declared as JSON"):
        await systems(script.url).oms.order("O-1")


async def test_an_answer_without_end_is_cut_off(script: Scripted, systems: Any) -> None:
    script.say(b" " * (MAX_BYTES + 1))
    with pytest.raises(MalformedAnswer, match="larger than"):
        await systems(script.url).oms.order("O-1")


async def test_silence_is_a_timeout(script: Scripted, systems: Any) -> None:
    script.fall_silent()
    with pytest.raises(BackendTimeout):
        await systems(script.url, timeout=0.2).oms.order("O-1")


async def test_nobody_there_is_an_error(systems: Any) -> None:
    with pytest.raises(BackendError, match="no exchange: ConnectError"):
        await systems("http://127.0.0.1:9").oms.order("O-1")


async def test_every_question_is_asked_anew_with_the_token(script: Scripted, systems: Any) -> None:
    script.say({"items": []})
    shop = systems(script.url)
    await shop.oms.order("O-1")
    await shop.oms.order("O-1")
    assert [(each.path, each.query) for each in script.heard] == [("/oms/orders", "order_id=O-1")] * 2
    assert {(each.headers["authorization"], each.headers["cache-control"]) for each in script.heard} == {("Bearer a-token-of-the-shop", "no-store")}


async def test_an_address_of_a_customer_is_in_no_address_of_a_page(script: Scripted, systems: Any) -> None:
    script.say({"items": []})
    await systems(script.url).oms.customers_by_email("ava@mailbox.example")
    [asked] = script.heard
    assert (asked.method, asked.path, asked.query) == ("POST", "/oms/customers/search", "")


async def test_whom_a_loose_search_finds_is_nobody(script: Scripted, systems: Any) -> None:
    script.say({"items": [{"customer_id": "C-1", "name": "Ava", "emails": ["ava@mailbox.example.org", "a.va@mailbox.example"]}]})
    assert await systems(script.url).oms.customers_by_email("ava@mailbox.example") == ()


async def test_an_order_of_somebody_else_is_no_answer(script: Scripted, systems: Any) -> None:
    story = public_stories()[0]
    script.say({"items": [{**story["world"]["orders"][0], "customer_id": "C-SOMEBODY"}]})
    with pytest.raises(MalformedAnswer, match="not asked for"):
        await systems(script.url).oms.orders_of("C-1")


@pytest.mark.parametrize(("fault", "failure"), [("timeout", BackendTimeout), ("error", BackendError), ("malformed", MalformedAnswer)])
@pytest.mark.parametrize("system", System)
async def test_faults_of_a_served_world_are_real(system: System, fault: Any, failure: type[BackendFailure], shops: Street, systems: Any) -> None:
    with EmbeddedStore.open(":memory:") as store:
        store.load(World(faults={system: fault}))
        shop = systems(shops.open(store).connections.oms.url.removesuffix("/oms"), timeout=0.3)
        asked: dict[System, Callable[[], Awaitable[Any]]] = {
            System.OMS: lambda: shop.oms.order("O"),
            System.WMS: lambda: shop.wms.fulfillments("O"),
            System.SUPPLIER: lambda: shop.supplier.supply(("S",)),
            System.INVENTORY: lambda: shop.inventory.levels(("S",)),
            System.CARRIER: lambda: shop.carrier.parcels("O"),
            System.SUPPORT: lambda: shop.support.contacts("C"),
        }
        with pytest.raises(failure) as told:
            await asked[system]()
        assert told.value.system is system
