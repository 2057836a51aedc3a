"""Forgetting a person: no byte of any file knows them, what is somebody else's is untouched, the ledger still says what was decided."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from checkpoints.belongings import Person
from checkpoints.erasure import ERASED, KEPT
from checkpoints.schema import connect
from graph.arrivals import ReceiptArrived
from server.cli.loading import load_once
from server.forgetting import pseudonyms_of
from server.http.opening import alone_in
from server.worker import work_on
from tests.cli.conftest import wismo  # noqa: F401
from tests.privacy.shop import ABOUT_EVA, NOW, WORDS, Shop, shop_in, world

Wismo = Callable[..., Any]
ROBS = ("Robert Lindqvist", "rob@mailbox.example", "2210 W Addison St", "C-2", "O-2001", "roberts own words")


async def everybody_writes(shop: Shop) -> None:
    """Eva in every way there is: logged in, by mail, unidentified, with a cancellation that is done and one that people decide on."""
    await shop.writes("e1", subject="About order 1042")
    await shop.writes("e2", "please cancel order 1042, unmistakable sentence of hers", ticket_id="T-e1")
    await shop.writes("e3", "please cancel my order 1043. My neighbour Bartholomew has one already", from_email="eva.private@mailbox.example")
    await shop.writes("e4", "hello, unmistakable sentence of hers", from_email="somewhere.else@mailbox.example", ticket_id="T-e1")
    await shop.event("s1", order_id="O-1043")
    await shop.writes("r1", "Where is my order 2001? roberts own words", authenticated_customer_id="C-2")


async def test_no_byte_of_any_file_knows_her_any_more(shop: Shop) -> None:
    await everybody_writes(shop)
    assert shop.found() == list(ABOUT_EVA), "all of it was there before"
    receipt = (await shop.forget(customer_id="C-1")).json()
    assert shop.found() == []
    assert (receipt["left"], receipt["not_compacted"]) == ([], [])
    assert receipt["words_searched"] >= 6 and receipt["bytes_searched"] > 100_000


async def test_what_is_somebody_elses_stays_as_it_was(shop: Shop) -> None:
    await everybody_writes(shop)
    tables = ("cases", "runs", "personal", "outbox", "tickets", "contacts", "follow_ups")
    before = {table: set(shop.rows(f"select * from {table}")) for table in tables}
    his = {table: {row for row in rows if "C-2" in repr(row)} for table, rows in before.items()}
    await shop.forget(customer_id="C-1")
    after = {table: set(shop.rows(f"select * from {table}")) for table in tables}
    assert all(his[table] <= after[table] < before[table] for table in tables)
    assert all(his[table] for table in ("cases", "runs", "personal")) and all(after.values())
    assert shop.found(ROBS) == list(ROBS)
    assert (await shop.writes("r2", "and now?", authenticated_customer_id="C-2", ticket_id="T-r1")).status_code == 202
    assert shop.rows("select state from arrivals where kind = 'message' and state != 'erased'") == [("done",), ("done",)]


async def test_the_receipt_says_what_was_erased_and_names_nobody(shop: Shop) -> None:
    await everybody_writes(shop)
    response = await shop.forget(customer_id="C-1")
    receipt = response.json()
    assert {"cases", "runs", "personal", "outbox", "arrivals", "tickets", "shop orders", "shop customers", "shop contacts"} <= set(receipt["rows"])
    assert receipt["rows"]["cases"] >= 2 and receipt["checkpoints"] >= 4 and receipt["ledger_lines"] >= 8
    assert re.fullmatch(r"erased:[0-9a-f]{32}", receipt["person"])
    assert not [word for word in ABOUT_EVA if word.lower() in response.text.lower()]


async def test_the_ledger_keeps_every_line_with_keyed_hashes_for_ids(shop: Shop) -> None:
    await everybody_writes(shop)
    before = shop.rows("select seq, case_id, run_id, what, at, who, policy_version from ledger order by seq")
    [(case_id, run_id, text)] = shop.rows(
        "select outbox.case_id, run_id, json_extract(body, '$.text') from outbox join personal on ref = 'effect:' || key "
        "where outbox.kind = 'send_message' order by seq limit 1"
    )
    receipt = (await shop.forget(customer_id="C-1")).json()
    after = shop.rows("select seq, case_id, run_id, what, at, who, policy_version from ledger order by seq")
    assert [(row[0], *row[4:]) for row in after[: len(before)]] == [(row[0], *row[4:]) for row in before]
    hers = [row for row in after if str(row[2]).startswith("erased:")]
    assert len(hers) == receipt["ledger_lines"] + 1
    known = {row[2] for row in before} | {row[1] for row in before if row[1]}
    assert not [row for row in hers if any(one in repr(row) for one in known)]
    hashes = pseudonyms_of(shop.folder, {})
    assert (f"erased:{hashes.of(case_id)}", f"message:{hashes.of(run_id)}") in {(row[1], row[3]) for row in hers}
    assert shop.rows(f"select 1 from ledger where fingerprint = '{hashes.of(text)}'"), "who has the text can prove that it was said"
    assert after[-1][3] == "erased a person" and hashes.of("C-1") in after[-1][2]


async def test_a_line_is_unlinked_once_and_never_written_again(shop: Shop) -> None:
    await everybody_writes(shop)
    await shop.forget(customer_id="C-1")
    for forgery in ("update ledger set why = 'forged'", "update ledger set run_id = 'erased:x', who = 'me'", "delete from ledger"):
        with pytest.raises(shop.house.connection.IntegrityError, match="append-only"):
            shop.house.connection.execute(forgery)


async def test_what_was_sent_once_is_not_taken_anew(shop: Shop) -> None:
    await everybody_writes(shop)
    await shop.forget(customer_id="C-1")
    again = await shop.writes("e1", subject="About order 1042")
    assert (again.status_code, again.json()["state"]) == (202, "erased")
    assert (await shop.writes("e1", "with other words")).json()["state"] == "erased"
    assert shop.found() == []


async def test_she_may_come_back_as_somebody_new(shop: Shop) -> None:
    await everybody_writes(shop)
    await shop.forget(customer_id="C-1")
    await shop.writes("e9", "hello, where is my order?")
    assert shop.rows("select state from arrivals order by seq desc limit 1") == [("done",)]
    assert (await shop.forget(customer_id="C-1")).status_code == 200


async def test_somebody_whom_nobody_could_identify_is_found_by_mail_address(shop: Shop) -> None:
    await shop.writes("x1", "where is it? unmistakable sentence of hers", from_email="Nobody.Known@mailbox.example")
    await shop.writes("x2", "hello? my neighbour Bartholomew", from_email="nobody.known@mailbox.example", ticket_id="T-x1")
    assert shop.found(("nobody.known", "bartholomew")) != []
    receipt = (await shop.forget(mail_addresses=["nobody.known@mailbox.example"])).json()
    assert (shop.found(("nobody.known", "bartholomew", "unmistakable")), receipt["left"]) == ([], [])
    assert shop.rows("select count(*) from tickets union all select count(*) from cases") == [(0,), (0,)]


async def test_what_waits_is_erased_too_and_never_worked_on(shop: Shop) -> None:
    await shop.writes("e1", work=False)
    await shop.forget(customer_id="C-1")
    await shop.front.shift.work()
    assert shop.rows("select state from arrivals") == [("erased",)]
    assert (shop.rows("select * from runs"), shop.found()) == ([], [])


async def test_a_text_that_waits_for_the_morning_is_erased_too(shop: Shop) -> None:
    await everybody_writes(shop)
    for customer_id in ("C-1", "C-2"):
        [(run_id,)] = shop.rows(f"select run_id from runs where json_extract(doc, '$.customer_id') = '{customer_id}' order by seq limit 1")
        receipt = ReceiptArrived(arrival_id=f"receipt:{run_id}:morning", at=NOW, run_id=run_id)
        shop.house.connection.execute("insert into held_texts values (?, '2026-03-18', ?)", (receipt.arrival_id, receipt.model_dump_json()))
    await shop.forget(customer_id="C-1")
    assert shop.rows("select arrival_id from held_texts") == [(f"receipt:{run_id}:morning",)]


async def test_a_worker_that_was_at_it_writes_nothing_of_her_back(shop: Shop) -> None:
    await shop.writes("e1", work=False)
    lease = shop.house.inbox.claim("a worker")
    assert lease is not None
    await shop.forget(customer_id="C-1")
    await shop.writes("e5", work=False, text="hi")
    assert shop.house.inbox.claim("a worker") is not None, "the lane has a lease again, of the same owner and epoch"
    await work_on(shop.house, lease)
    assert (shop.rows("select * from runs"), shop.found(("unmistakable sentence",))) == ([], [])


async def test_nothing_of_a_stranger_is_erased(shop: Shop) -> None:
    await everybody_writes(shop)
    raw = shop.rows("select count(*) from personal")
    assert (await shop.forget(customer_id="C-9")).status_code == 404
    assert (await shop.forget()).status_code == 422
    assert shop.rows("select count(*) from personal") == raw


async def test_who_was_erased_does_not_come_back_with_the_world_file(shop: Shop) -> None:
    load_once(shop.house, world())
    for one in ("C-1", "C-2"):
        await shop.forget(customer_id=one)
    load_once(shop.house, world())
    assert shop.house.world.is_empty()


async def test_words_that_somebody_else_has_too_are_reported(shop: Shop) -> None:
    await shop.writes("e1")
    await shop.writes("r1", WORDS, authenticated_customer_id="C-2")
    receipt = (await shop.forget(customer_id="C-1")).json()
    assert [(one["kind"], one["file"]) for one in receipt["left"]] == [("number", "wismo.sqlite"), ("text", "wismo.sqlite")]


def test_every_table_is_erased_or_has_a_reason(tmp_path: Path) -> None:
    connection = connect(tmp_path / "wismo.sqlite").conn
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")}
    connection.close()
    assert tables == set(ERASED) | set(KEPT)


def test_a_person_is_known_by_login_or_whole_address() -> None:
    eva = Person("C-1", frozenset({"eva@mailbox.example"}))
    assert eva.wrote({"authenticated_customer_id": "C-1"}) and eva.wrote({"from_email": " EVA@mailbox.example"})
    assert not eva.wrote({"from_email": "eva@mailbox.example.org"}) and not eva.wrote({})
    assert not Person(None, frozenset({""})).wrote({"from_email": ""})


def test_the_command_line_erases_and_shows_the_receipt(wismo: Wismo, tmp_path: Path) -> None:  # noqa: F811
    data = tmp_path / "data"
    asyncio.run(in_shop(data, everybody_writes))
    assert wismo("forget", "C-1", "--data", data).exit_code == 1, "nobody said yes"
    with alone_in(data):
        assert "a service runs on" in wismo("forget", "C-1", "--data", data, "--yes").stderr
    erased = wismo("forget", "C-1", "--data", data, "--yes", "--json")
    assert (erased.exit_code, json.loads(erased.stdout)["left"]) == (0, [])
    asyncio.run(in_shop(data, nothing_is_found))
    again = wismo("forget", "C-1", "--data", data, "--yes")
    assert (again.exit_code, "they were erased before" in again.stdout) == (0, True)
    assert "nothing is known of C-9" in wismo("forget", "C-9", "--data", data, "--yes").stderr


async def in_shop(folder: Path, happens: Callable[[Shop], Awaitable[None]]) -> None:
    """Something happens in a shop."""
    async with shop_in(folder) as shop:
        await happens(shop)


async def nothing_is_found(shop: Shop) -> None:
    """She is nowhere."""
    assert shop.found() == []
