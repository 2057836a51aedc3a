"""Poison goes to the dead letters, holds nobody up, and can be put back; a database that cannot be written poisons nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import wismo  # noqa: F401
from tests.server_http.place import Place

ATTEMPTS = 5


async def poisoned(place: Place) -> str:
    """A message on which every run fails, because the record of its case is damaged; its arrival's id."""
    await place.customer_writes()
    place.house.connection.execute("update cases set doc = replace(doc, 'wismo_case_id', 'case_number')")
    kept = await place.post("/v1/messages", place.step(message_id="m2"))
    for _ in range(ATTEMPTS):
        await place.work()
    arrival_id: str = kept.json()["arrival_id"]
    return arrival_id


def remedied(place: Place) -> None:
    """The record is whole again."""
    place.house.connection.execute("update cases set doc = replace(doc, 'case_number', 'wismo_case_id')")


async def test_poison_is_shown_with_its_reason(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    [letter] = (await place.get("/v1/dead-letters", token=place.token("admin"))).json()["items"]
    assert (letter["id"], letter["kind"], letter["attempts"]) == (arrival_id, "message", ATTEMPTS)
    assert letter["why"].startswith("ValidationError")
    assert (await place.post("/v1/messages?wait=1", place.step(message_id="m2"))).json()["state"] == "dead"


async def test_others_are_answered_while_one_fails(at: Any) -> None:
    place = await at()
    await place.customer_writes()
    place.house.connection.execute("update cases set doc = replace(doc, 'wismo_case_id', 'case_number')")
    await place.post("/v1/messages", place.step(message_id="m2"))
    stranger = {"message_id": "m3", "ticket_id": "T-9", "from_email": "stranger@mailbox.example", "authenticated_customer_id": None}
    await place.post("/v1/messages", place.step(**stranger))
    for _ in range(ATTEMPTS):
        await place.work()
    assert [row[0] for row in place.rows("select state from arrivals where kind = 'message' order by seq")] == ["done", "dead", "done"]


async def test_what_cannot_even_be_read_holds_nobody_up(at: Any) -> None:
    place = await at()
    for number in (1, 2):
        await place.post("/v1/messages", place.step(message_id=f"m{number}"))
    place.house.connection.execute("update personal set body = '{' where rowid = (select min(rowid) from personal where kind = 'arrival')")
    await place.work()
    assert place.rows("select state, why from arrivals where kind = 'message' order by seq") == [
        ("dead", "its content cannot be read: ValidationError"),
        ("done", ""),
    ]
    assert len(place.said) == 1


async def test_a_letter_that_is_put_back_is_worked_on_once(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    remedied(place)
    path, admin = f"/v1/dead-letters/{arrival_id}/redrive", place.token("admin")
    assert (await place.post(path, token=admin)).json() == {"id": arrival_id, "state": "waiting"}
    assert (await place.post(path, token=admin)).status_code == 404
    await place.work()
    answer = await place.post("/v1/messages?wait=1", place.step(message_id="m2"))
    assert (answer.status_code, answer.json()["text"]) == (200, place.said[-1])
    assert len(place.said) == 2
    assert (await place.get("/v1/dead-letters", token=admin)).json() == {"items": [], "next": None}
    assert place.rows("select who, what from ledger where what like 'put back%'") == [(f"token:{admin.split('_')[1]}", f"put back: {arrival_id}")]


async def test_poison_that_is_put_back_comes_to_the_same_end(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    await place.post(f"/v1/dead-letters/{arrival_id}/redrive")
    for _ in range(ATTEMPTS):
        await place.work()
    assert place.rows("select state, attempts from arrivals order by seq desc limit 1") == [("dead", ATTEMPTS)]


async def test_dead_letters_come_page_by_page(at: Any) -> None:
    place = await at()
    for number in range(5):
        await place.post("/v1/messages", place.step(message_id=f"m{number}", ticket_id=f"T-{number}"))
    place.house.connection.execute("update arrivals set state = 'dead'")
    seen, after, admin = [], {}, place.token("admin")
    while True:
        page = (await place.get("/v1/dead-letters", token=admin, limit=2, **after)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [row[0] for row in place.rows("select arrival_id from arrivals order by seq")]
    assert (await place.get("/v1/dead-letters", token=admin, after="WyIwIiwgIngiXQ==")).status_code == 422


@pytest.mark.parametrize("storages", ["sqlite"], indirect=True)
async def test_a_full_disk_poisons_nothing(at: Any) -> None:
    place = await at()
    await place.post("/v1/messages", place.step(text="x" * 100_000))
    place.house.connection.execute(f"pragma max_page_count = {place.rows('pragma page_count')[0][0]}")
    for _ in range(ATTEMPTS * 2):
        await place.work()
    assert place.rows("select state, attempts, why from arrivals") == [("waiting", 0, "OperationalError: database or disk is full")]
    place.house.connection.execute("pragma max_page_count = 1000000")
    await place.work()
    assert place.rows("select state from arrivals") == [("done",)]


@pytest.mark.parametrize("storages", ["sqlite"], indirect=True)
async def test_the_command_line_shows_and_puts_back(at: Any, wismo: Any) -> None:  # noqa: F811
    place = await at()
    arrival_id = await poisoned(place)
    data: Path = place.front.folder
    listed = wismo("dead", "--data", data)
    assert (listed.exit_code, arrival_id in listed.stdout, "5 attempts  ValidationError" in listed.stdout) == (1, True, True)
    assert json.loads(wismo("dead", "--data", data, "--json").stdout)["id"] == arrival_id
    assert "no dead letter has the id" in wismo("dead", "--redrive", "nothing", "--data", data).stderr
    assert wismo("dead", "--redrive-all", "--data", data).stdout.startswith("1 put back")
    assert wismo("dead", "--data", data).stdout == "no dead letters\n"
