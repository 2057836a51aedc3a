"""The door: signed and fresh requests only, acknowledged before anything is worked on, over HTTP and over Socket Mode."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.slack.socket import connected
from server.slack.web import create_app
from tests.slack.workplace import buttons, shown, submission


@pytest.mark.parametrize("how", [{"age": 400}, {"secret": "somebody else's"}])
async def test_a_stale_or_foreign_signature_is_refused(at_work: Any, how: dict[str, Any]) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    body = json.dumps(place.reply_event("approved, cancel the order", "U0CXLEAD"))
    assert (await place.send(body, **how)).status_code == 401
    await place.work()
    assert place.reasons() == []


async def test_slack_may_verify_the_address(at_work: Any) -> None:
    place = await at_work("pub-044")
    answer = await place.send(json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}))
    assert answer.json() == {"challenge": "abc"}
    assert (await place.http.get("/healthz")).json() == {"status": "ok"}


async def test_what_was_acknowledged_survives_the_process(at_work: Any) -> None:
    place = await at_work("pub-044")
    await place.customer_writes()
    assert (await place.reply("approved, cancel the order", "U0CXLEAD")).status_code == 200
    await place.start_anew()
    await place.work()
    assert place.reasons() == ["approved"]
    assert len(place.executed) == 1


async def test_the_app_works_by_itself_when_it_is_woken(at_work: Any) -> None:
    place = await at_work("pub-021")
    await place.customer_writes()
    web = create_app(place.station)
    async with web.router.lifespan_context(web):
        await place.submit(await place.modal_for("approve:replacement", "U0SHIPLEAD"), "U0SHIPLEAD")
        await place.slack.until(lambda: "Executed: replacement" in shown(place.root))
    assert len(place.executed) == 1


async def test_socket_mode_is_the_same_app(at_work: Any) -> None:
    place = await at_work("pub-021")
    await place.customer_writes()
    async with connected(place.station):
        view = await place.modal_for("approve:replacement", "U0SHIPLEAD")
        await place.slack.push("interactive", submission(view, "U0SHIPLEAD", rationale="Eight days are enough."))
        await place.slack.until(lambda: "Executed: replacement" in shown(place.root))
    assert place.slack.acknowledged
    assert (place.reasons(), len(place.executed), buttons(place.root)) == (["approved"], 1, [])


async def test_http_mode_without_a_secret_does_not_start(at_work: Any) -> None:
    place = await at_work("pub-044")
    unsigned = place.station.__class__(place.station.house, place.station.shift, place.station.app, place.station.settings.__class__())
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        create_app(unsigned)
