"""The desk: one root message per review whatever Slack and the process do, moved when nobody decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from graph.facts import World
from server.review_desk import QuietDesk
from server.worker import drain
from tests.slack.workplace import buttons, shown

LIMITED = {"ok": False, "error": "ratelimited"}


async def test_a_rate_limit_is_waited_for_and_the_post_stands_once(at_work: Any) -> None:
    place = await at_work("pub-044")
    place.slack.refusals.append(("chat.postMessage", 429, LIMITED, {"Retry-After": "7"}))
    await place.customer_writes()
    place.wall.seconds += 6
    await place.work()
    assert (place.slack.count("chat.postMessage"), place.slack.roots()) == (1, [])
    place.wall.seconds += 2
    await place.work()
    assert (place.slack.count("chat.postMessage"), len(place.slack.roots())) == (2, 1)
    assert _waiting(place) == []


async def test_an_answer_that_got_lost_is_looked_up_before_anything_is_posted_again(at_work: Any) -> None:
    place = await at_work("pub-044")
    place.slack.losing.append("chat.postMessage")
    await place.customer_writes()
    assert len(_waiting(place)) == 1
    place.wall.seconds += 5
    await place.work()
    assert (place.slack.count("chat.postMessage"), place.slack.count("conversations.history"), len(place.slack.roots())) == (1, 1, 1)
    assert _waiting(place) == []
    await place.reply("approved, cancel the order", "U0CXLEAD")
    await place.work()
    assert place.reasons() == ["approved"]


async def test_a_crash_between_the_post_and_its_record_posts_once(at_work: Any) -> None:
    place = await at_work("pub-044")
    place.slack.losing.append("chat.postMessage")
    await place.customer_writes()
    await place.start_anew()
    await place.work()
    assert len(place.slack.roots()) == 1
    await place.start_anew()
    await place.work()
    assert len(place.slack.messages) == 1


async def test_a_reply_whose_answer_got_lost_stands_once(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    place.slack.losing.append("chat.postMessage")
    await place.reply("approved, cancel the order", "U0CXLEAD")
    await place.work()
    place.wall.seconds += 5
    await place.work()
    texts = [reply["text"] for reply in place.slack.replies(place.root)]
    assert texts and len(texts) == len(set(texts))
    assert _waiting(place) == []


async def test_failures_wait_longer_and_longer_and_are_named(at_work: Any) -> None:
    place = await at_work("pub-044")
    place.slack.not_in.add("C0CX")
    await place.customer_writes()
    for _ in range(20):
        await place.work()
        place.wall.seconds += 1
    assert place.slack.count("chat.postMessage") == 4
    assert "not_in_channel" in _waiting(place)[0]
    place.slack.not_in.clear()
    place.wall.seconds += 20
    await place.work()
    assert len(place.slack.roots()) == 1


async def test_blocks_that_slack_refuses_become_plain_text(at_work: Any) -> None:
    place = await at_work("pub-044")
    place.slack.refusals.append(("chat.postMessage", 200, {"ok": False, "error": "invalid_blocks"}, {}))
    await place.customer_writes()
    assert "Approve cancel" in place.root["text"]


async def test_thirteen_thousand_characters_of_facts_overflow_into_the_thread(at_work: Any) -> None:
    place = await at_work("pub-021")
    stock = [{"sku": "CPU-7800X3D", "warehouse": f"WAREHOUSE-{number:04d}", "on_hand": 1, "available": 1} for number in range(300)]
    place.station.house.world.load(_world(place, inventory=stock))
    await place.customer_writes()
    read = "\n".join((shown(place.root), *map(shown, place.slack.replies(place.root))))
    assert len(read) > 13_000 and len(place.slack.roots()) == 1
    assert all(f"WAREHOUSE-{number:04d}" in read for number in range(300))
    assert "follow in the thread" in shown(place.root) and "approve:replacement" in buttons(place.root)
    overflow = [shown(reply) for reply in place.slack.replies(place.root)]
    await place.reply("The customer called again.", "U0SHIPLEAD")
    await place.work()
    later = [shown(reply) for reply in place.slack.replies(place.root)]
    assert later[: len(overflow)] == overflow and set(later[len(overflow) :]).isdisjoint(overflow)
    assert place.slack.count("conversations.replies") == 0


async def test_nobody_decides_and_it_is_posted_anew_for_cx(at_work: Any) -> None:
    place = await at_work("pub-021")
    await place.customer_writes()
    place.clock.set(datetime.fromisoformat("2026-03-12T10:01:00Z"))
    await place.work()
    [old], [new] = place.slack.roots("C0SHIPPING"), place.slack.roots("C0CX")
    assert buttons(old) == [] and "approve:replacement" in buttons(new)
    assert f"C0CX/p{new['ts']}" in shown(old) and f"C0SHIPPING/p{old['ts']}" in shown(new)
    assert any(f"C0CX/p{new['ts']}" in shown(reply) for reply in place.slack.replies(old))
    assert place.executed == []
    await place.reply("Approved, send the replacement", "U0SHIPLEAD", root=old)
    await place.work()
    assert place.reasons() == ["approved"]
    assert all("*Decided* by <@U0SHIPLEAD>" in shown(root) for root in place.slack.roots())
    assert len(place.slack.roots()) == 2


async def test_a_review_from_before_slack_is_shown_once_slack_is_there(at_work: Any) -> None:
    place = await at_work("pub-044")
    message = place.message()
    place.clock.set(message.at)
    place.station.house.inbox.put(message)
    await drain(replace(place.station.house, review_desk=QuietDesk()), "elsewhere")
    assert place.slack.messages == []
    await place.work()
    assert len(place.slack.roots()) == 1


async def test_shadow_is_marked_and_executes_nothing(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes(mode="shadow")
    assert "[shadow] [VIP]" in shown(place.root)
    await place.submit(await place.modal_for("approve:cancel", "U0CXLEAD"), "U0CXLEAD")
    await place.work()
    assert place.executed == [] and "*Decided*" in shown(place.root)


def _waiting(place: Any) -> list[str]:
    sql = "select why from outbox where state = 'pending' and kind = 'ask_reviewer'"
    return [row[0] for row in place.station.house.connection.execute(sql)]


def _world(place: Any, **more: Any) -> Any:
    return World.model_validate({**place.story["world"], **more})
