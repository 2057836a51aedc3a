"""Poison goes to the dead letters, holds nobody up, and can be put back; a database that cannot be written poisons nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.cli.conftest import wismo  # noqa: F401
from tests.server_http.place import Place

POISON = 'update personal set body = replace(body, \'"channel":"email"\', \'"channel":"pigeon"\') where kind = \'arrival\''
REMEDY = POISON.replace("pigeon", "-").replace('"email"', '"pigeon"').replace('"-"', '"email"')
ATTEMPTS = 5


async def poisoned(place: Place) -> str:
    """A message that cannot be worked on, however often it is tried; its arrival's id."""
    kept = await place.post("/v1/messages", place.step())
    place.house.connection.execute(POISON)
    for _ in range(ATTEMPTS):
        await place.work()
    arrival_id: str = kept.json()["arrival_id"]
    return arrival_id


async def test_poison_is_shown_with_its_reason(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    [letter] = (await place.get("/v1/dead-letters", token=place.token("admin"))).json()["items"]
    assert (letter["arrival_id"], letter["kind"], letter["attempts"]) == (arrival_id, "message", ATTEMPTS)
    assert letter["why"].startswith("ValidationError")
    assert (await place.post("/v1/messages?wait=1", place.step())).json()["state"] == "dead"


async def test_what_comes_after_the_poison_is_answered(at: Any) -> None:
    place = await at()
    await poisoned(place)
    await place.post("/v1/messages", place.step(message_id="m2"))
    await place.work()
    assert len(place.said) == 1


async def test_a_letter_that_is_put_back_is_worked_on_once(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    place.house.connection.execute(REMEDY)
    path, admin = f"/v1/dead-letters/{arrival_id}/redrive", place.token("admin")
    assert (await place.post(path, token=admin)).json() == {"arrival_id": arrival_id, "state": "waiting"}
    assert (await place.post(path, token=admin)).status_code == 404
    await place.work()
    answer = await place.post("/v1/messages?wait=1", place.step())
    assert (answer.status_code, [answer.json()["text"]]) == (200, place.said)
    assert (await place.get("/v1/dead-letters", token=admin)).json() == {"items": [], "next": None}
    assert place.rows("select who, what from ledger where what like 'put back%'") == [(f"token:{admin.split('_')[1]}", f"put back: {arrival_id}")]


async def test_poison_that_is_put_back_comes_to_the_same_end(at: Any) -> None:
    place = await at()
    arrival_id = await poisoned(place)
    await place.post(f"/v1/dead-letters/{arrival_id}/redrive")
    for _ in range(ATTEMPTS):
        await place.work()
    assert place.rows("select state, attempts from arrivals") == [("dead", ATTEMPTS)]


async def test_dead_letters_come_page_by_page(at: Any) -> None:
    place = await at()
    for number in range(5):
        await place.post("/v1/messages", place.step(message_id=f"m{number}", ticket_id=f"T-{number}"))
    place.house.connection.execute("update arrivals set state = 'dead'")
    seen, after, admin = [], {}, place.token("admin")
    while True:
        page = (await place.get("/v1/dead-letters", token=admin, limit=2, **after)).json()
        seen += [one["arrival_id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [row[0] for row in place.rows("select arrival_id from arrivals order by seq")]
    assert (await place.get("/v1/dead-letters", token=admin, after="WyJ4Il0=")).status_code == 422


async def test_a_database_that_cannot_be_written_poisons_nothing(at: Any) -> None:
    place = await at()
    await place.post("/v1/messages", place.step())
    blocking = sqlite3.connect(place.front.folder / "wismo.sqlite", isolation_level=None)
    place.house.connection.execute("create temp trigger full before insert on main.runs begin select raise(abort, 'database or disk is full'); end")
    place.house.connection.execute("drop trigger full")
    blocking.close()
    real = place.house.store._write
    place.house.store._write = full
    for _ in range(ATTEMPTS * 2):
        await place.work()
    assert place.rows("select state, attempts from arrivals") == [("waiting", 0)]
    place.house.store._write = real
    await place.work()
    assert len(place.said) == 1


def full(_: object) -> None:
    """The disk is full."""
    raise sqlite3.OperationalError("database or disk is full")


async def test_the_command_line_shows_and_puts_back(at: Any, wismo: Any) -> None:  # noqa: F811
    place = await at()
    arrival_id = await poisoned(place)
    data: Path = place.front.folder
    listed = wismo("dead", "--data", data)
    assert (listed.exit_code, arrival_id in listed.stdout, "5 attempts  ValidationError" in listed.stdout) == (1, True, True)
    assert json.loads(wismo("dead", "--data", data, "--json").stdout)["arrival_id"] == arrival_id
    assert "no dead letter has the id" in wismo("dead", "--redrive", "nothing", "--data", data).stderr
    assert wismo("dead", "--redrive-all", "--data", data).stdout.startswith("1 put back")
    assert wismo("dead", "--data", data).stdout == "no dead letters\n"
