"""Runs keep to the rollout: what is not rolled out is drafted, and nothing of it is done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkpoints.rollouts import RolloutSetting, RolloutSwitch
from graph.arrivals import LookArrived, MessageArrived
from graph.labels import Channel, Mode
from graph.rollout import Rollout, place_of
from server.cli.stage import demo_time, house_at, play, the_demo_world
from server.policy_file import read_policy
from server.rollout.phases import shipped_phase
from server.time_and_ids import SetClock
from server.timeline import ArrivalStory
from server.wiring import House

NOW = demo_time()
Shop = tuple[House, SetClock]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """The demo shop."""
    async with house_at(NOW, read_policy(None)) as (house, clock):
        house.world.load(the_demo_world())
        yield house, clock


def put(shop: Shop, rules: Rollout | dict[str, Any]) -> RolloutSwitch:
    """Put a rollout in force."""
    switch, made = RolloutSwitch(shop[0].connection), rules if isinstance(rules, Rollout) else Rollout.model_validate(rules)
    switch.set(RolloutSetting(rules=made, since=NOW, who="ana", why="a test"), "v1")
    return switch


async def says(
    shop: Shop, text: str = "Where is my order?", customer: str = "C-7001", channel: Channel = Channel.EMAIL, number: int = 1
) -> ArrivalStory:
    """A customer writes to a live door."""
    arrival = MessageArrived(arrival_id=f"m{number}", mode=Mode.LIVE, at=shop[1].now(), channel=channel, ticket_id=f"T-{customer}-{number}",
                             authenticated_customer_id=customer, text=text)  # fmt: skip
    return await play(*shop, arrival)


def is_live(story: ArrivalStory) -> bool:
    """Whether all that was said went out; something was said."""
    seen = {said.message.visible for said in story.said}
    assert len(seen) == 1
    return seen == {True}


async def test_without_a_rollout_a_live_door_is_live(shop: Shop) -> None:
    assert is_live(await says(shop))


async def test_observing_drafts_everything_and_says_what_live_would_do(shop: Shop) -> None:
    put(shop, shipped_phase("observe"))
    story = await says(shop, "Please cancel my order 48201, I no longer need it.")
    assert not is_live(story)
    assert [(acted.record.gate, acted.record.status) for acted in story.acted] == [("eligible", "drafted")]
    assert story.runs[0].record.mode is Mode.SHADOW
    order = await shop[0].deps.backends.oms.order("O-48201")
    assert order is not None
    assert order.status == "processing"


async def test_only_the_channel_that_is_rolled_out_is_live(shop: Shop) -> None:
    put(shop, shipped_phase("reactive"))
    assert is_live(await says(shop))
    assert not is_live(await says(shop, channel=Channel.CHAT, number=2))


async def test_a_condition_that_is_not_rolled_out_is_drafted_and_nothing_is_done(shop: Shop) -> None:
    put(shop, {"conditions": {"processing_within_sla": 100}, "actions": {}})
    story = await says(shop, customer=_stalled())
    assert story.runs[0].record.condition == "no_tracking_movement"
    assert not is_live(story)
    assert all(acted.record.status != "executed" for acted in story.acted)


async def test_an_action_class_that_is_off_is_never_spoken_of_as_done(shop: Shop) -> None:
    put(shop, {"actions": {"carrier_investigation": 100}})
    asked = await says(shop, "Please cancel my order 48201, I no longer need it.")
    assert not is_live(asked)
    assert [acted.record.status for acted in asked.acted] == ["drafted"]
    assert is_live(await says(shop, number=2))


async def test_what_is_settled_without_an_order_keeps_to_it_too(shop: Shop) -> None:
    put(shop, {"conditions": {"processing_within_sla": 100}})
    assert not is_live(await says(shop, "hello?", number=1))
    put(shop, {"conditions": {"none": 100}})
    assert is_live(await says(shop, "hm", number=2))


async def test_percentages_take_always_the_same_cases(shop: Shop) -> None:
    whole = await says(shop)
    case_id = whole.runs[0].record.case_id
    assert case_id is not None
    place = place_of(case_id)
    put(shop, {"channels": {"email": place}})
    assert not is_live(await says(shop, "And now, any news?", number=2))
    put(shop, {"channels": {"email": place + 1}})
    assert is_live(await says(shop, "And when will it ship?", number=3))


async def test_the_policy_may_say_it_instead(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('extends = "default"\nversion = "own"\n[rollout.channels]\nchat = 100\n', encoding="utf-8")
    async with house_at(NOW, read_policy(file)) as shop:
        shop[0].world.load(the_demo_world())
        assert not is_live(await says(shop))
        assert is_live(await says(shop, channel=Channel.CHAT, number=2))
        put(shop, {})
        assert is_live(await says(shop, number=3)), "what was set in the installation counts before the policy"


async def test_a_promise_that_was_made_is_kept_after_a_rollback(shop: Shop) -> None:
    switch = put(shop, shipped_phase("actions"))
    story = await says(shop, customer=_stalled())
    assert is_live(story)
    assert story.follow_up is not None
    assert story.follow_up.due_at is not None
    put(shop, shipped_phase("observe"))
    later = story.follow_up.due_at - timedelta(minutes=2)
    case = story.runs[0].record
    look = LookArrived(arrival_id="look-1", mode=Mode.LIVE, at=later, why="follow_up", order_id=str(case.order_id), customer_id=str(case.customer_id))
    shop[1].set(later)
    told = await play(*shop, look)
    assert told.said
    assert is_live(told)
    assert len(switch.history()) == 2


async def test_changes_and_rollbacks_stand_in_the_ledger(shop: Shop) -> None:
    switch = put(shop, shipped_phase("reactive"))
    put(shop, shipped_phase("proactive"))
    back = switch.roll_back(NOW + timedelta(hours=1), "ben", "too many reopened", "v1")
    assert back is not None
    assert back.rules == shipped_phase("reactive")
    assert [each.rules.phase for each in switch.history() if each.rules] == ["reactive"]
    assert switch.roll_back(NOW + timedelta(hours=2), "ben", "all of it", "v1") is not None
    assert switch.history() == ()
    assert switch.roll_back(NOW + timedelta(hours=3), "ben", "again", "v1") is None
    rows = shop[0].connection.execute("select who, what, why from ledger where what like 'rollout%' order by seq").fetchall()
    assert rows == [
        ("ana", "rollout set: reactive", "a test"),
        ("ana", "rollout set: proactive", "a test"),
        ("ben", "rollout rolled back: proactive to reactive", "too many reopened"),
        ("ben", "rollout rolled back: reactive to the policy's", "all of it"),
    ]
    assert is_live(await says(shop, channel=Channel.CHAT))


def _stalled() -> str:
    """The customer whose parcel does not move."""
    return next(row.customer_id for row in the_demo_world().customers if "m.brandl@post.example" in row.emails)
