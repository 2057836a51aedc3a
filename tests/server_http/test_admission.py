"""Who may do what: every address against every scope, and tokens that are no tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checkpoints.tokens import Scope
from tests.server_http.place import Place

OPEN = {("GET", "/healthz"), ("GET", "/readyz")}
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("POST", "/v1/messages"): {"intake", "intake_vouch", "admin"},
    ("POST", "/v1/human-replies"): {"intake", "intake_vouch", "admin"},
    ("POST", "/v1/events/{source}"): {"events", "admin"},
    ("GET", "/v1/cases"): {"read", "admin"},
    ("GET", "/v1/cases/{case_id}"): {"read", "admin"},
    ("GET", "/v1/follow-ups"): {"read", "admin"},
    ("GET", "/v1/escalations"): {"read", "admin"},
    ("POST", "/v1/escalations/{escalation_id}/decisions"): {"decide"},
    ("GET", "/v1/dead-letters"): {"admin"},
    ("POST", "/v1/dead-letters/{letter_id}/redrive"): {"admin"},
    ("POST", "/v1/forget"): {"admin"},
    ("POST", "/v1/pause"): {"admin"},
    ("POST", "/v1/resume"): {"admin"},
    ("GET", "/v1/deployments"): {"read", "admin"},
    ("POST", "/v1/deployments/{name}/pause"): {"admin"},
    ("POST", "/v1/deployments/{name}/resume"): {"admin"},
    ("GET", "/metrics"): {"read", "admin"},
}


async def ask(place: Place, operation: tuple[str, str], authorization: str | None) -> int:
    """The status of a request that is right but for who sends it."""
    method, path = operation
    given = {} if authorization is None else {b"authorization": authorization.encode("latin-1")}
    headers = {b"content-type": b"application/json", **given}
    address = re.sub(r"\{\w+\}", "oms", path)
    return (await place.http.request(method, address, headers=headers, content=b"{}" if method == "POST" else None)).status_code


async def test_every_address_is_in_the_table(at: Any) -> None:
    place = await at()
    paths = place.app.openapi()["paths"]
    assert {(method.upper(), path) for path, operations in paths.items() for method in operations} == OPEN | set(ALLOWED)


@pytest.mark.parametrize("operation", ALLOWED, ids=" ".join)
async def test_only_the_right_scopes_come_in(at: Any, operation: tuple[str, str]) -> None:
    place = await at()
    let_in = set()
    for scope in Scope:
        token = place.token(scope.value, reviewer="U0CXLEAD" if scope is Scope.DECIDE else None)
        status = await ask(place, operation, f"Bearer {token}")
        assert status != 401
        if status != 403:
            let_in.add(scope.value)
    assert let_in == ALLOWED[operation]


@pytest.mark.parametrize("operation", ALLOWED, ids=" ".join)
async def test_nobody_comes_in_without_a_valid_token(at: Any, operation: tuple[str, str]) -> None:
    place = await at()
    token = place.token("intake", "events", "read", "admin")
    _, token_id, secret = token.split("_", 2)
    wrong = [None, "", "Bearer", "Bearer ", token, f"Basic {token}", f"Bearer x{token}", f"Bearer {token}x", f"Bearer {token[:-1]}"]
    wrong += [f"Bearer wismo_{token_id}_", f"Bearer wismo_{token_id}", f"Bearer wismo_000000000000_{secret}", f"Bearer {secret}", "Bearer é"]
    assert [await ask(place, operation, one) for one in wrong] == [401] * len(wrong)


async def test_who_is_not_known_is_told_what_is_needed_and_nothing_else(at: Any) -> None:
    place = await at()
    response = await place.http.get("/v1/cases/case_of_somebody")
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert set(response.json()) == {"type", "title", "status", "detail", "instance"}


async def test_a_body_is_not_looked_at_before_it_is_known_who_sends_it(at: Any) -> None:
    place = await at()
    response = await place.http.post("/v1/messages", content=b"{", headers={"content-type": "application/json"})
    assert response.status_code == 401


async def test_a_revoked_token_is_refused_at_once(at: Any) -> None:
    place = await at()
    token = place.token("read")
    assert (await place.get("/v1/cases")).status_code == 200
    assert place.front.tokens.revoke(token.split("_")[1], place.clock.now())
    assert (await place.get("/v1/cases")).status_code == 401


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/cases", "/healthz", "/metrics"])
async def test_no_other_origin_is_let_in(at: Any, path: str) -> None:
    place = await at()
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    responses = [await place.http.options(path, headers=asked), await place.http.get("/healthz", headers=asked)]
    assert not [name for response in responses for name in response.headers if name.startswith("access-control")]
    assert responses[0].status_code == 405


async def test_every_answer_is_named_and_stored_nowhere(at: Any) -> None:
    place = await at()
    for response in (await place.http.get("/healthz"), await place.http.get("/nowhere"), await place.get("/v1/cases")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        if "instance" in response.json():
            assert response.json()["instance"].endswith(response.headers["x-request-id"])
