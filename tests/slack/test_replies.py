"""Plain replies in the thread: an equal way to decide, read only where they are unmistakable, each heard once."""

from __future__ import annotations

import json
from typing import Any

from tests.slack.local_slack import BOT
from tests.slack.workplace import buttons, event_callback, shown


async def test_a_reply_approves(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    assert place.root["channel"] == "C0CX"
    assert (await place.reply("Approved, cancel the order.", "U0CXLEAD")).status_code == 200
    assert place.executed == []
    await place.work()
    assert place.reasons() == ["approved"]
    assert len(place.executed) == 1
    assert buttons(place.root) == []
    assert any("U0CXLEAD" in shown(reply) for reply in place.slack.replies(place.root))


async def test_unclear_words_are_asked_back_in_the_thread(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    await place.reply("has anybody started picking this yet? could be too late", "U0CXLEAD")
    await place.work()
    assert place.reasons() == ["unclear_decision"]
    assert place.executed == []
    [asked] = [shown(reply) for reply in place.slack.replies(place.root) if "Which option is meant" in shown(reply)]
    assert "<@U0CXLEAD>" in asked and "approve cancel" in asked and "take over" in asked
    await place.work()
    assert len([reply for reply in place.slack.replies(place.root) if "Which option" in shown(reply)]) == 1


async def test_a_mention_and_its_message_and_their_repetitions_are_one_answer(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    event = place.reply_event(f"<@{BOT}> approved, cancel the order", "U0CXLEAD")
    mention = event_callback({**event["event"], "type": "app_mention"})
    for body in (event, mention):
        assert (await place.send(json.dumps(body))).status_code == 200
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await place.send(json.dumps(event), **retry)).status_code == 200
    await place.work()
    assert (await place.send(json.dumps(mention), **retry)).status_code == 200
    await place.work()
    assert place.reasons() == ["approved"]
    assert len(place.executed) == 1


async def test_only_people_in_a_reviews_thread_are_heard(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    words = "approved, cancel the order"
    await place.reply(words, "U0CXLEAD", thread_ts="1699999999.000001")
    await place.reply(words, "U0CXLEAD", thread_ts=None)
    await place.reply(words, "U0CXLEAD", subtype="message_changed")
    await place.reply(words, "U0CXLEAD", bot_id="B9")
    await place.reply(words, BOT)
    await place.work()
    assert place.reasons() == []
    await place.reply(words, "U0CXLEAD", subtype="thread_broadcast")
    await place.work()
    assert place.reasons() == ["approved"]


async def test_who_is_no_reviewer_hears_it_privately_and_nothing_changes(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    before = shown(place.root)
    await place.reply("approved, cancel the order", "U0SOMEBODY")
    await place.press("approve:cancel", "U0SHIPLEAD")
    await place.slack.until(lambda: place.station.house.connection.execute("select count(*) from slack_answers").fetchone()[0] == 2)
    await place.work()
    assert place.reasons() == ["not_authorised", "not_authorised"]
    assert [whisper["user"] for whisper in place.slack.whispers] == ["U0SOMEBODY", "U0SHIPLEAD"]
    assert all("not a reviewer of the cx queue" in whisper["text"] for whisper in place.slack.whispers)
    assert (place.executed, shown(place.root), place.slack.views) == ([], before, [])


async def test_above_the_limit_is_told_privately(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    await place.submit(await place.modal_for("approve:cancel", "U0CXAGENT"), "U0CXAGENT")
    await place.work()
    assert place.reasons() == ["over_limit"]
    [whisper] = place.slack.whispers
    assert whisper["user"] == "U0CXAGENT" and "above your limit of 100" in whisper["text"] and "<@U0CXLEAD>" in whisper["text"]
    assert place.executed == [] and "approve:cancel" in buttons(place.root)


async def test_the_second_answer_hears_who_was_first(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    first, second = [await place.modal_for(button, "U0CXLEAD") for button in ("approve:cancel", "deny")]
    await place.submit(first, "U0CXLEAD")
    await place.submit(first, "U0CXLEAD")
    await place.submit(second, "U0CXLEAD")
    await place.work()
    assert place.reasons() == ["approved", "already_decided"]
    [whisper] = place.slack.whispers
    assert "already decided by <@U0CXLEAD>: approve cancel" in whisper["text"]
    assert len(place.executed) == 1


async def test_a_case_is_taken_over_and_handed_back_in_the_thread(at_work: Any) -> None:
    place = await at_work("pub-070")
    await place.customer_writes()
    view = await place.modal_for("manual_takeover", "U0SHIPLEAD")
    await place.submit(view, "U0SHIPLEAD", rationale="I know this customer, I call him.", owner="U0SHIPLEAD")
    await place.work()
    assert "*Taken over* by <@U0SHIPLEAD>" in shown(place.root) and buttons(place.root) == []
    await place.reply("hand back please", "U0SHIPLEAD")
    await place.work()
    assert place.reasons() == ["manual_takeover", "hand_back"]
    assert "hand_back" in shown(place.root)


async def test_somebody_outside_the_channel_is_told_directly(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    place.slack.refusals.append(("chat.postEphemeral", 200, {"ok": False, "error": "user_not_in_channel"}, {}))
    await place.reply("approved, cancel the order", "U0SOMEBODY")
    await place.work()
    assert place.slack.messages[-1]["channel"] == "U0SOMEBODY"
