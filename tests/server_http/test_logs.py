"""Nothing that a customer wrote, and no secret, comes into a log or out of a failure."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from server.trouble import trouble

WORDS = "my secret words about ava@mailbox.example"


def everything(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, with tracebacks."""
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) for record in caplog.records)


async def test_a_message_and_its_token_are_not_logged(at: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place = await at()
    token = place.token("intake", "read")
    await place.post("/v1/messages", place.step(text=WORDS, from_email="ava@mailbox.example"), token=token)
    await place.work()
    await place.post("/v1/messages", {"text": WORDS, "ava@mailbox.example": 1}, token=token)
    await place.http.get("/v1/cases", headers={"authorization": f"Bearer {token}x"})
    told = everything(caplog)
    assert "POST /v1/messages 202" in told and {one.wismo_fields.get("asker") for one in caplog.records if one.name == "wismo.http"} >= {
        token.split("_")[1]
    }
    assert not [secret for secret in (WORDS, "ava@mailbox", token.split("_", 2)[2]) if secret in told]


async def test_a_failing_request_tells_its_name_and_nothing_else(at: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place = await at()
    place.house.connection.execute("alter table cases rename to hidden_cases")
    response = await place.get("/v1/cases")
    assert (response.status_code, set(response.json())) == (500, {"type", "title", "status", "instance"})
    told = everything(caplog)
    assert response.headers["x-request-id"] in told
    assert "OperationalError at server/http/casework.py:" in told or "UndefinedTable at checkpoints/postgres/connection.py:" in told
    assert "hidden_cases" not in response.text and not [words for words in ("no such table", "not exist") if words in response.text + told]


@pytest.mark.parametrize("storages", ["sqlite"], indirect=True)
async def test_a_run_that_fails_is_logged_without_its_words(at: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place = await at()
    await place.post("/v1/messages", place.step(text=WORDS))
    place.house.connection.execute('update personal set body = replace(body, \'"channel":"email"\', \'"channel":"pigeon"\')')
    await place.work()
    assert "cannot be read (ValidationError): it is a dead letter" in everything(caplog)
    await place.post("/v1/messages", place.step(message_id="m2", text=WORDS))
    place.house.connection.execute("alter table tickets rename to hidden_tickets")
    await place.work()
    told = everything(caplog)
    assert "OperationalError at checkpoints/case_store.py:" in told
    assert WORDS not in told and "pigeon" not in told


def test_a_failure_is_told_by_kind_and_place() -> None:
    with pytest.raises(ValueError, match="secret words") as failure:
        int_of(WORDS)
    assert trouble(failure.value).startswith("ValueError at ")
    assert WORDS not in trouble(failure.value)
    assert trouble(RuntimeError(WORDS)) == "RuntimeError"


def int_of(text: str) -> int:
    """Fails, and says on what."""
    raise ValueError(f"not a number: {text}")
