"""Bodies are parsed strictly; a refusal names the field and the reason, and repeats nothing of what was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.http.settings import MAX_BODY

SECRET = "ava.lindqvist@mailbox.example"
GOOD = {"message_id": "m1", "channel": "email", "ticket_id": "T-1", "from_email": SECRET, "text": "Where is it?"}


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"extra": SECRET}, "extra", "is not a known field"),
        ({"text": None}, "text", "valid string"),
        ({"text": 5}, "text", "valid string"),
        ({"text": "x" * 200_001}, "text", "at most 200000 characters"),
        ({"channel": SECRET}, "channel", "'ticket', 'chat' or 'email'"),
        ({"message_id": ""}, "message_id", "at least 1 character"),
        ({"message_id": "a\u0000b"}, "message_id", "match pattern"),
        ({"ticket_id": [SECRET]}, "ticket_id", "valid string"),
        ({"at": SECRET}, "at", "valid datetime"),
        ({"at": "2026-03-10T14:05:00"}, "at", "timezone"),
        ({"at": 1_773_000_000}, "at", "valid datetime"),
        ({"at": "2126-01-01T00:00:00Z"}, "at", "in the future"),
        ({"metadata": {"x": 1}}, "metadata.x", "valid string"),
        ({"metadata": {SECRET: 1}}, "metadata.(a name)", "valid string"),
        ({"kind": "event"}, "kind", "'message'"),
        ({SECRET: 1}, "(a name)", "is not a known field"),
    ],
)
async def test_a_wrong_field_is_named(at: Any, wrong: dict[str, Any], field: str, reason: str) -> None:
    place = await at()
    response = await place.post("/v1/messages", {**GOOD, **wrong})
    problem = response.json()
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert [one["field"] for one in problem["errors"]] == [field]
    assert reason in problem["errors"][0]["reason"]
    assert SECRET not in response.text
    assert place.rows("select * from arrivals") == []


@pytest.mark.parametrize("missing", ["message_id", "channel", "ticket_id", "text"])
async def test_a_missing_field_is_named(at: Any, missing: str) -> None:
    place = await at()
    response = await place.post("/v1/messages", {key: value for key, value in GOOD.items() if key != missing})
    assert [one["field"] for one in response.json()["errors"]] == [missing]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"text": "\xff"}', 400),
        (b'{"text": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
    ],
)
async def test_what_is_no_json_object_is_refused(at: Any, content: bytes, status: int) -> None:
    place = await at()
    headers = {"authorization": f"Bearer {place.token('intake')}", "content-type": "application/json; charset=utf-8"}
    assert (await place.http.post("/v1/messages", content=content, headers=headers)).status_code == status


@pytest.mark.parametrize("declared", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_a_body_has_to_be_declared_as_json(at: Any, declared: str | None) -> None:
    place = await at()
    headers = {"authorization": f"Bearer {place.token('intake')}", **({"content-type": declared} if declared else {})}
    response = await place.http.post("/v1/messages", content=json.dumps(GOOD).encode(), headers=headers)
    assert response.status_code == 415


async def test_a_body_above_the_limit_is_refused_before_it_is_read(at: Any) -> None:
    place = await at()
    read = 0

    async def pieces() -> Any:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * (MAX_BODY // 4)

    headers = {"authorization": f"Bearer {place.token('intake')}", "content-type": "application/json"}
    declared = await place.http.post("/v1/messages", content=b" " * (MAX_BODY + 1), headers=headers)
    undeclared = await place.http.post("/v1/messages", content=pieces(), headers=headers)
    assert (declared.status_code, undeclared.status_code) == (413, 413)
    assert read <= 6


async def test_a_body_at_the_limit_is_read(at: Any) -> None:
    place = await at()
    whole = json.dumps({**GOOD, "text": "x"}).encode()
    headers = {"authorization": f"Bearer {place.token('intake')}", "content-type": "application/json"}
    response = await place.http.post("/v1/messages", content=whole + b" " * (MAX_BODY - len(whole)), headers=headers)
    assert response.status_code == 202


@pytest.mark.parametrize(
    "body",
    [{"message_id": "d1"}, {"message_id": "d1", "text": "  "}, {"message_id": "d1", "decision": "approve", "reviewer": "U0CXLEAD"}],
)
async def test_a_decision_says_something_and_never_who(at: Any, body: dict[str, Any]) -> None:
    place = await at()
    response = await place.post("/v1/escalations/esc_x/decisions", body, token=place.token("decide", reviewer="U0CXLEAD"))
    assert response.status_code == 422
