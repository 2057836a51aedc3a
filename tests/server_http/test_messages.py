"""A customer's message over HTTP: kept before it is acknowledged, once, and answered where somebody waits."""

from __future__ import annotations

from typing import Any

import pytest

from graph.labels import Mode
from server.http.settings import HttpSettings


async def test_a_message_is_in_the_database_before_it_is_acknowledged(at: Any) -> None:
    place = await at()
    response = await place.post("/v1/messages", place.step())
    assert response.status_code == 202
    [(arrival_id, state, kind)] = place.rows("select arrival_id, state, kind from arrivals")
    assert response.json() == {"arrival_id": arrival_id, "state": "waiting", "case_id": None}
    assert (state, kind) == ("waiting", "message")


async def test_whoever_waits_has_the_answer_in_the_same_response(at: Any) -> None:
    place = await at()
    async with place.app.router.lifespan_context(place.app):
        response = await place.post("/v1/messages?wait=30", place.step())
    answer = response.json()
    assert (response.status_code, answer["state"], answer["disposition"]) == (200, "answered", "answer")
    assert [answer["text"]] == place.said
    assert answer["visible"] and answer["messages"][0]["text"] == answer["text"]
    assert any(fact["source"] == "carrier" for fact in answer["facts"])
    assert answer["case_id"] == place.rows("select case_id from cases")[0][0]


async def test_nobody_waits_longer_than_asked_for(at: Any) -> None:
    place = await at()
    response = await place.post("/v1/messages?wait=0.01", place.step())
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    assert (await place.post("/v1/messages?wait=31", place.step())).status_code == 422


async def test_the_same_message_again_is_the_same_arrival_with_the_same_answer(at: Any) -> None:
    place = await at()
    first = await place.customer_writes()
    again = await place.post("/v1/messages", place.step())
    assert again.json() == {"arrival_id": first["arrival_id"], "state": "done", "case_id": first["case_id"]}
    assert (await place.post("/v1/messages?wait=1", place.step())).json() == first
    await place.work()
    assert len(place.said) == len(place.rows("select * from runs")) == 1


async def test_another_body_under_the_same_id_is_refused(at: Any) -> None:
    place = await at()
    await place.post("/v1/messages", place.step())
    response = await place.post("/v1/messages", place.step(text="Something else."))
    assert response.status_code == 409
    assert len(place.rows("select * from arrivals")) == 1


async def test_the_same_id_from_another_token_is_another_message(at: Any) -> None:
    place = await at()
    first = await place.post("/v1/messages", place.step(), token=place.token("intake"))
    second = await place.post("/v1/messages", place.step(text="Something else."), token=place.token("intake", "read"))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["arrival_id"] != second.json()["arrival_id"]


async def test_a_message_about_two_orders_has_all_its_facts(at: Any) -> None:
    place = await at("pub-054")
    answer = await place.customer_writes()
    assert "20801" in answer["text"] and "20807" in answer["text"]
    assert [answer["text"]] == ["\n\n".join(message["text"] for message in answer["messages"])]


async def test_an_action_comes_before_the_text_that_tells_of_it(at: Any) -> None:
    place = await at("pub-042")
    answer = await place.customer_writes()
    assert len(place.executed) == 1
    assert "cancel" in answer["text"] and [answer["text"]] == place.said


async def test_in_shadow_the_answer_is_a_draft_and_nothing_is_done(at: Any) -> None:
    place = await at("pub-042", HttpSettings())
    assert place.front.settings.mode is Mode.SHADOW
    answer = await place.customer_writes()
    assert answer["text"] and not answer["visible"] and not answer["messages"][0]["visible"]
    assert (place.said, place.executed) == ([], [])


async def test_an_escalation_is_named_with_its_promise(at: Any) -> None:
    place = await at("pub-044")
    answer = await place.customer_writes()
    assert (answer["disposition"], answer["escalation_id"]) == ("escalate", place.review.escalation_id)
    assert answer["next_update_by"].startswith("2026-03-18")


async def test_only_a_token_that_vouches_may_say_who_is_logged_in(at: Any) -> None:
    place = await at("pub-042")
    refused = await place.post("/v1/messages", place.step(), token=place.token("intake"))
    assert refused.status_code == 403
    assert [one["field"] for one in refused.json()["errors"]] == ["authenticated_customer_id"]
    assert place.rows("select * from arrivals") == []
    assert (await place.post("/v1/messages", place.step(), token=place.token("intake_vouch"))).status_code == 202


async def test_a_message_without_a_time_comes_now(at: Any) -> None:
    place = await at()
    body = {key: value for key, value in place.step().items() if key != "at"}
    assert (await place.post("/v1/messages", body)).status_code == 202
    assert place.rows("select at from arrivals") == [(place.clock.now().isoformat(),)]


@pytest.mark.parametrize("state", ["dead"])
async def test_what_cannot_be_worked_on_is_said_at_once(at: Any, state: str) -> None:
    place = await at()
    await place.post("/v1/messages", place.step())
    place.house.connection.execute("update arrivals set state = ?", (state,))
    response = await place.post("/v1/messages?wait=30", place.step())
    assert (response.status_code, response.json()["state"]) == (202, "dead")
