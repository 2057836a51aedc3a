"""Entry points at work: who comes in, with which voice, and what is kept of the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.arrivals import MessageArrived
from graph.deployments import Deployments
from graph.labels import Mode
from server.http.settings import HttpSettings
from server.sweep import Sweep

TAG: dict[str, Any] = {"name": "tagged", "mode": "live", "trigger": {"kind": "tag", "any_of": ["wismo"]}}
CHAT: dict[str, Any] = {"name": "chat", "mode": "live", "trigger": {"kind": "chat_intent", "any_of": ["order_status"]}}
EVENTS: dict[str, Any] = {"name": "carrier", "mode": "live", "trigger": {"kind": "webhook", "sources": ["carrier"]}}
TAGGED = {"metadata": {"tags": "wismo"}}


def entries(*each: dict[str, Any]) -> Deployments:
    """Entry points."""
    return Deployments.model_validate({"deployments": each})


async def test_what_no_entry_point_takes_is_kept_and_starts_nothing(at: Any) -> None:
    place = await at("pub-003", deployments=entries(TAG))
    answer = await place.customer_writes()
    assert (answer["state"], answer["disposition"], answer["reason"], answer["text"], answer["case_id"]) == ("answered", "none", "", "", None)
    assert place.rows("select state from arrivals") == [("done",)] and place.rows("select kind from outbox") == []
    assert place.rows("select what, why from ledger") == [("not taken", "no entry point")]
    [(body,)] = place.rows("select body from personal where kind = 'arrival'")
    assert MessageArrived.model_validate_json(body).text == place.story["steps"][0]["text"]


async def test_what_one_takes_is_answered_in_its_mode_and_named(at: Any) -> None:
    place = await at("pub-003", deployments=entries(TAG))
    answer = await place.customer_writes(**TAGGED)
    assert (answer["visible"], answer["disposition"]) == (True, "answer")
    assert place.rows("select json_extract(doc, '$.deployment') from runs") == [("tagged",)]
    assert place.rows("select json_extract(doc, '$.deployment') from cases") == [("tagged",)]


@pytest.mark.parametrize(
    ("installation", "entry", "visible"), [("live", "live", True), ("live", "shadow", False), ("shadow", "live", False), ("shadow", "shadow", False)]
)
async def test_live_is_only_what_is_live_in_both(installation: str, entry: str, visible: bool, at: Any) -> None:
    place = await at("pub-003", HttpSettings(Mode(installation)), entries({**TAG, "mode": entry}))
    answer = await place.customer_writes(**TAGGED)
    assert (answer["visible"], bool(answer["text"])) == (visible, True)


async def test_a_conversation_stays_with_the_entry_point_that_began_it(at: Any) -> None:
    """'Thanks' has no intent that the entry point asks for, and no tag."""
    place = await at("pub-039", deployments=entries(CHAT))
    assert (await place.customer_writes(0, channel="chat"))["disposition"] == "answer"
    assert (await place.customer_writes(1, channel="chat"))["reason"] == "closing"
    elsewhere = await place.customer_writes(1, channel="chat", ticket_id="T-elsewhere", message_id="m-elsewhere")
    assert (elsewhere["disposition"], elsewhere["reason"]) == ("none", "")


async def test_beyond_its_cap_an_entry_point_drafts(at: Any) -> None:
    place = await at("pub-003", deployments=entries({**TAG, "cap_per_hour": 2}))
    told = [await place.customer_writes(**TAGGED, ticket_id=f"T-{number}", message_id=f"c{number}") for number in range(3)]
    assert [each["visible"] for each in told] == [True, True, False] and told[2]["text"]
    place.clock.set(place.clock.now() + timedelta(hours=2))
    later = {**place.story["steps"][0], "at": place.clock.now().isoformat(), "ticket_id": "T-9", "message_id": "c9", **TAGGED}
    later.pop("expect")
    await place.post("/v1/messages", later)
    await place.work()
    assert (await place.post("/v1/messages?wait=5", later)).json()["visible"] is True


async def test_an_event_comes_in_by_its_source(at: Any) -> None:
    place = await at("pub-063", deployments=entries(EVENTS))
    path = f"/v1/events/{place.story['steps'][0]['source']}"
    await place.post(path, place.step())
    await place.work()
    assert len(place.said) == 1
    quiet = await at("pub-056", deployments=entries(EVENTS))
    await quiet.post("/v1/events/supplier", quiet.step())
    await quiet.work()
    assert (quiet.said, quiet.rows("select json_extract(doc, '$.disposition') from runs")) == ([], [("none",)])


async def test_the_switch_of_one_entry_point_holds_its_messages_and_actions_and_no_others(at: Any) -> None:
    place = await at("pub-042", deployments=entries(TAG, CHAT))
    shown = (await place.post("/v1/deployments/tagged/pause", token=place.token("admin"))).json()
    assert (shown["paused"], shown["deployment"]["name"]) == (True, "tagged")
    assert (await place.post("/v1/messages", place.step(**TAGGED))).status_code == 202
    await place.work()
    assert (place.executed, place.said) == ([], [])
    other = place.step(channel="chat", ticket_id="T-chat", message_id="chat", text="Where is my order?")
    await place.post("/v1/messages", other)
    await place.work()
    assert len(place.said) == 1
    await place.post("/v1/deployments/tagged/resume", token=place.token("admin"))
    await place.work()
    assert (len(place.executed), len(place.said)) == (1, 2)


async def test_entry_points_can_be_read(at: Any) -> None:
    place = await at("pub-003", HttpSettings(Mode.SHADOW), entries({**TAG, "cap_per_hour": 5}, {**EVENTS, "enabled": False}))
    await place.customer_writes(**TAGGED)
    items = (await place.get("/v1/deployments")).json()["items"]
    assert [(each["deployment"]["name"], each["mode"], each["paused"], each["runs_within_hour"]) for each in items] == [
        ("tagged", "shadow", False, 1), ("carrier", "shadow", False, 0),
    ]  # fmt: skip
    assert (await place.post("/v1/deployments/nobody/pause", token=place.token("admin"))).status_code == 404
    everything = await at("pub-001")
    assert (await everything.get("/v1/deployments")).json() == {"items": []}


async def test_a_decision_needs_no_entry_point(at: Any) -> None:
    place = await at("pub-044", deployments=entries(TAG))
    await place.customer_writes(**TAGGED)
    told = await place.decides("U0CXLEAD", decision="approve", approved_action="cancel")
    assert (told["disposition"], told["reason"], len(place.executed)) == ("resume", "approved", 1)
    assert set(place.rows("select json_extract(doc, '$.deployment') from runs")) == {("tagged",)}


@pytest.mark.parametrize(("with_schedule", "found"), [(False, 0), (True, 1)])
async def test_the_sweep_of_open_orders_is_an_entry_point(with_schedule: bool, found: int, at: Any) -> None:
    schedule = {"name": "sweep", "mode": "live", "trigger": {"kind": "schedule"}}
    place = await at("pub-019", deployments=entries(TAG, *([schedule] if with_schedule else [])))
    policy = place.house.deps.policy
    object.__setattr__(place.house.deps, "policy", policy.model_copy(update={"sweep": policy.sweep.model_copy(update={"open_orders": True})}))
    swept = await Sweep(place.house, "tests").look_everywhere()
    assert len(swept.found) == found
    if with_schedule:
        [(name, mode)] = place.rows(
            "select json_extract(doc, '$.deployment'), json_extract(doc, '$.mode') from runs where case_id is not null limit 1"
        )
        assert (name, mode) == ("sweep", policy.mode.default.value)
