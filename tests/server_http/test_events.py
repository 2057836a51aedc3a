"""Backend events: by token or by signature; the same event once, whoever sends it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from graph.labels import Mode
from server.http.settings import HttpSettings
from server.http.signatures import sign
from tests.server_http.place import Place

KEYS = {source: source.encode().ljust(32, b"!") for source in ("supplier", "carrier")}
SIGNED = HttpSettings(Mode.LIVE, secrets={source: (b"an older secret of the source...", key) for source, key in KEYS.items()})


async def send_signed(place: Place, body: dict[str, Any], *, source: str = "supplier", key: bytes | None = None, **more: Any) -> Any:
    """A signed webhook."""
    content, stamp = json.dumps(body).encode(), int(place.clock.now().timestamp()) - more.get("age", 0)
    headers = {
        "content-type": "application/json",
        "webhook-id": "w1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(key or KEYS[source], "w1", stamp, content),
        **more.get("headers", {}),
    }
    return await place.http.post(f"/v1/events/{source}{more.get('query', '')}", content=more.get("sent", content), headers=headers)


async def test_an_event_is_kept_and_the_customer_is_told(at: Any) -> None:
    place = await at("pub-056")
    response = await place.post("/v1/events/supplier", place.step())
    assert (response.status_code, response.json()["state"], place.said) == (202, "waiting", [])
    await place.work()
    told = await place.post("/v1/events/supplier?wait=1", place.step())
    assert (told.status_code, told.json()["disposition"]) == (200, "notify")
    assert "text" not in told.json()
    assert len(place.said) == 1


async def test_a_signed_event_needs_no_token(at: Any) -> None:
    place = await at("pub-056", SIGNED)
    assert (await send_signed(place, place.step())).status_code == 202
    await place.work()
    assert len(place.said) == 1
    assert place.rows("select sender from accepted") == [("webhook:supplier",)]


async def test_the_same_event_is_the_same_arrival_whoever_sends_it(at: Any) -> None:
    place = await at("pub-056", SIGNED)
    first = await send_signed(place, place.step())
    again = await place.post("/v1/events/supplier", place.step())
    assert first.json() == again.json()
    assert (await place.post("/v1/events/supplier", place.step(type="supply.other"))).status_code == 409
    assert len(place.rows("select * from arrivals")) == 1


@pytest.mark.parametrize(
    "how",
    [
        {"key": b"somebody else's secret, 32 bytes"},
        {"age": 301},
        {"age": -301},
        {"sent": b"{}"},
        {"headers": {"webhook-id": "w2"}},
        {"headers": {"webhook-id": ""}},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"authorization": "Bearer wismo_000000000000_x"}},
    ],
)
async def test_what_is_not_signed_rightly_is_refused(at: Any, how: dict[str, Any]) -> None:
    place = await at("pub-056", SIGNED)
    response = await send_signed(place, place.step(), **how)
    assert response.status_code == 401
    assert place.rows("select * from arrivals") == []


async def test_a_secret_is_good_for_its_own_source_only(at: Any) -> None:
    place = await at("pub-056", SIGNED)
    body = {"event_id": "e1", "type": "tracking.delivered"}
    assert (await send_signed(place, body, source="carrier", key=KEYS["supplier"])).status_code == 401
    assert (await send_signed(place, body, source="carrier")).status_code == 202


async def test_a_source_without_a_secret_believes_no_signature(at: Any) -> None:
    place = await at("pub-056", SIGNED)
    assert (await send_signed(place, place.step(source="oms"), source="oms", key=KEYS["supplier"])).status_code == 401


async def test_signatures_are_for_events_only(at: Any) -> None:
    place = await at("pub-056", SIGNED)
    content, stamp = b'{"message_id": "m1"}', int(place.clock.now().timestamp())
    signed = {"webhook-id": "w1", "webhook-timestamp": str(stamp), "webhook-signature": sign(KEYS["supplier"], "w1", stamp, content)}
    response = await place.http.post("/v1/messages", content=content, headers={"content-type": "application/json", **signed})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("oms", {}, "source"),
        ("somebody", {}, "source"),
        ("supplier", {"patch": {}}, "patch"),
        ("supplier", {"occurred_at": "2126-01-01T00:00:00Z"}, "occurred_at"),
        ("supplier", {"event_id": ""}, "event_id"),
    ],
)
async def test_an_event_that_cannot_be_is_refused(at: Any, path: str, change: dict[str, Any], field: str) -> None:
    place = await at("pub-056")
    response = await place.post(f"/v1/events/{path}", {**place.step(), **change})
    assert response.status_code == 422
    assert [one["field"] for one in response.json()["errors"]] == [field]


async def test_when_it_happened_is_kept(at: Any) -> None:
    place = await at("pub-056")
    happened = place.clock.now() - timedelta(hours=3)
    await place.post("/v1/events/supplier", place.step(occurred_at=happened.isoformat()))
    [(body,)] = place.rows("select body from personal where kind = 'arrival'")
    assert json.loads(body)["occurred_at"].startswith(happened.isoformat()[:19])


async def test_a_teammates_answer_keeps_the_promise_and_drops_ours(at: Any) -> None:
    place = await at("pub-069")
    await place.customer_writes(0)
    event = place.step(1)
    await place.post("/v1/events/supplier", event)
    await place.work()
    reply = place.step(2)
    response = await place.post("/v1/human-replies", reply)
    assert response.status_code == 202
    await place.work()
    told = (await place.post("/v1/human-replies?wait=1", reply)).json()
    assert (told["disposition"], told["state"]) == ("none", "answered")
    assert [contact.text for contact in place.house.world.world().contacts if contact.author == "human"] == [reply["text"]]
    assert ("kept",) in place.rows("select status from follow_ups")
    place.step(3)
    await place.work()
    assert place.rows("select json_extract(doc, '$.reason') from runs order by seq desc limit 1") == [("human_replied",)]
    assert len(place.said) == 1


async def test_a_teammates_answer_is_seen_before_it_is_worked_on(at: Any) -> None:
    place = await at("pub-069")
    await place.customer_writes(0)
    await place.post("/v1/human-replies", place.step(2))
    assert [contact.author for contact in place.house.world.world().contacts][-1] == "human"


def test_a_secret_of_a_setting_is_never_shown() -> None:
    text = "whsec_" + base64.b64encode(KEYS["supplier"]).decode()
    settings = HttpSettings.of({"WISMO_WEBHOOK_SECRET_SUPPLIER": text})
    assert settings.secrets == {"supplier": (KEYS["supplier"],)}
    assert "supplier!" not in repr(settings) and text not in repr(settings)
