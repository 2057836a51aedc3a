"""Actions over HTTP: at most once per key, whatever is lost on the way; the outcome is looked up before anything is repeated."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from graph.facts import World
from graph.labels import Action
from graph.ports import ActionOrder, ActionRefused, BackendError, BackendTimeout, MalformedAnswer
from tests.connectors.places import Shop, shop_of
from tests.connectors.scripted import Scripted
from tests.connectors.served import Street
from tests.replay.playing import story_of
from tools.embedded.store import EmbeddedStore

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
ORDER = ActionOrder(key="K-1", action=Action.CANCEL, order_id="O-1")
RECEIPT = {"key": "K-1", "action": "cancel", "executed_at": AT.isoformat(), "reference": "cancel-1"}


async def test_an_action_is_done_once_and_its_receipt_can_be_looked_up(shops: Street, systems: Any) -> None:
    world = World.model_validate(story_of("pub-001")["world"])
    with EmbeddedStore.open(":memory:") as store:
        store.load(world)
        desk = systems(shops.open(store).connections.oms.url.removesuffix("/oms")).actions
        wanted = ORDER.model_copy(update={"order_id": world.orders[0].order_id})
        assert await desk.receipt("K-1", Action.CANCEL) is None
        first = await desk.perform(wanted, AT)
        assert (first.key, first.action, first.executed_at) == ("K-1", Action.CANCEL, AT)
        assert await desk.perform(wanted, AT.replace(hour=13)) == first == await desk.receipt("K-1", Action.CANCEL)
        assert store.world().orders[0].status == "cancelled"
        with pytest.raises(MalformedAnswer, match="not asked for"):
            await desk.receipt("K-1", Action.REFUND)
        assert await desk.receipt("K-1", Action.CARRIER_INVESTIGATION) is None


async def test_what_is_posted(script: Scripted, systems: Any) -> None:
    script.say(RECEIPT | {"action": "refund"}, 201)
    wanted = ORDER.model_copy(update={"action": Action.REFUND, "amount": Decimal("12.50"), "currency": "EUR", "line_ids": ("L1",)})
    await systems(script.url).actions.perform(wanted, AT)
    [heard] = script.heard
    assert (heard.method, heard.path, heard.headers["idempotency-key"]) == ("POST", "/oms/actions", "K-1")
    assert json.loads(heard.body) == {
        "key": "K-1", "action": "refund", "order_id": "O-1", "line_ids": ["L1"], "shipment_ids": [], "quantities": {},
        "amount": "12.50", "currency": "EUR",
        "at": "2026-03-10T12:00:00+00:00",
    }  # fmt: skip


async def test_an_investigation_goes_to_the_carrier(script: Scripted, systems: Any) -> None:
    script.say(RECEIPT | {"action": "carrier_investigation"})
    await systems(script.url).actions.perform(ORDER.model_copy(update={"action": Action.CARRIER_INVESTIGATION}), AT)
    assert [each.path for each in script.heard] == ["/carrier/actions"]


async def test_a_refusal_is_final_and_says_why_in_plain_words(script: Scripted, systems: Any) -> None:
    script.say({"detail": "already\nhanded\u202e over" + "!" * 500}, 422, kind="application/problem+json")
    with pytest.raises(ActionRefused) as told:
        await systems(script.url).actions.perform(ORDER, AT)
    assert told.value.because.startswith("refused: already handed over!!") and len(told.value.because) < 220


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
async def test_any_other_no_is_tried_again_later(status: int, script: Scripted, systems: Any) -> None:
    script.say({"detail": "no"}, status)
    with pytest.raises(BackendError) as told:
        await systems(script.url).actions.perform(ORDER, AT)
    assert not isinstance(told.value, ActionRefused)


@pytest.mark.parametrize("receipt", [{}, RECEIPT | {"key": "K-2"}, RECEIPT | {"action": "refund"}, RECEIPT | {"executed_at": "2026-03-10T12:00:00"}])
async def test_a_wrong_receipt_is_no_receipt(receipt: Any, script: Scripted, systems: Any) -> None:
    script.say(receipt)
    with pytest.raises(MalformedAnswer):
        await systems(script.url).actions.perform(ORDER, AT)


async def test_silence_leaves_the_outcome_open(script: Scripted, systems: Any) -> None:
    script.fall_silent()
    with pytest.raises(BackendTimeout):
        await systems(script.url, timeout=0.2).actions.perform(ORDER, AT)


@pytest.fixture
async def shop(shops: Street) -> AsyncIterator[Shop]:
    """A house in which a customer may cancel, with its systems over HTTP."""
    async with shop_of("pub-042", shops) as opened:
        yield opened


async def test_a_customer_cancels_and_hears_of_it(shop: Shop) -> None:
    await shop.customer_writes()
    assert (shop.performed, shop.actions()) == (1, ["executed"])
    assert [each["type"] for each in shop.received] == ["wismo.reply"] and len(shop.replies()) == 1


async def test_an_answer_that_is_lost_costs_a_lookup_and_no_second_action(shop: Shop) -> None:
    """The OMS does it, and its answer never comes: the next attempt finds the receipt."""
    shop.loses_next_answer_of("POST", "/oms/actions")
    await shop.customer_writes()
    assert (shop.performed, shop.actions()) == (1, ["drafted"])
    shop.waits(minutes=2)
    await shop.work()
    assert (shop.performed, shop.actions()) == (1, ["executed"])
    assert [one for one in shop.asked if one[1] == "/oms/actions"] == [("GET", "/oms/actions"), ("POST", "/oms/actions"), ("GET", "/oms/actions")]
