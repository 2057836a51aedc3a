"""Delivery: the pause switch, teammates who are faster, backends that fail, and what customers are told of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from checkpoints.schema import SCHEMA
from graph.commit import PerformAction
from graph.facts import Contact, Patch
from graph.labels import ActionStatus, System
from graph.ports import ActionRefused
from server.wiring import House
from server.worker import drain
from tests.durability.houses import Street, performed, rows, said

Build = Callable[[str], Street]
SUCCESS = re.compile(r"\b(?:is|was|has been|have been|ist|wurde) (?:now )?(?:cancelled|canceled|storniert)\b", re.IGNORECASE)


async def committed(place: Street, *, paused: bool = True) -> House:
    """A house in which the first message is worked on, while nothing goes out."""
    house = place.house()
    house.outbox.pause(paused)
    house.inbox.put(place.message("m1"))
    await drain(house, "w")
    return house


async def write_again(place: Street, house: House, arrival_id: str, step: int = 0, **fields: object) -> None:
    """The customer writes once more, an hour later each time."""
    later = house.deps.clock.now() + timedelta(hours=1)
    house.deps.clock.set(later)  # type: ignore[attr-defined]
    house.inbox.put(place.message(arrival_id, step, at=later, **fields))
    await drain(house, "w")


@pytest.mark.parametrize("scenario_id", ["pub-042", "pub-054", "pub-028"])
async def test_a_pause_stops_everything_and_loses_nothing(street: Build, scenario_id: str) -> None:
    place, other = street(scenario_id), street(scenario_id)
    house, unpaused = await committed(place), await committed(other, paused=False)
    assert (said(house), performed(house)) == ([], [])
    assert {state for (state,) in rows(house, "select state from outbox")} == {"pending"}
    house.outbox.pause(False)
    await drain(house, "w")
    assert (said(house), performed(house)) == (said(unpaused), performed(unpaused))
    assert said(house)
    kept = "select key, state from outbox order by key"
    assert rows(house, kept) == rows(unpaused, kept)


async def test_a_teammate_was_faster(street: Build) -> None:
    place = street("pub-046")
    house = await committed(place)
    message = place.message("m1")
    reply = {"direction": "outbound", "author": "human", "text": "Got it, I will change that for you."}
    at = message.at + timedelta(seconds=1)
    house.world.add_contact(
        Contact(contact_id="h1", ticket_id=message.ticket_id, customer_id=message.authenticated_customer_id or "", at=at, **reply)
    )
    house.outbox.pause(False)
    await drain(house, "w")
    assert said(house) == []
    assert rows(house, "select state, why from outbox where kind = 'send_message'") == [("dropped", "human_replied")]


@pytest.mark.parametrize("other", ["an internal note", "in another ticket", "before our answer"])
async def test_not_every_word_of_a_teammate_is_an_answer(street: Build, other: str) -> None:
    place = street("pub-046")
    house = await committed(place)
    message = place.message("m1")
    at = message.at + timedelta(seconds=-60 if other == "before our answer" else 60)
    ticket = "T-other" if other == "in another ticket" else message.ticket_id
    house.world.add_contact(
        Contact(
            contact_id="h1", ticket_id=ticket, customer_id=message.authenticated_customer_id or "", at=at, direction="outbound",
            author="human", public=other != "an internal note", text="On it.",
        )
    )  # fmt: skip
    house.outbox.pause(False)
    await drain(house, "w")
    assert len(said(house)) == 1


@pytest.mark.parametrize(("scenario_id", "system"), [("pub-042", "oms"), ("pub-019", "carrier")])
@pytest.mark.parametrize("fault", ["error", "timeout", "malformed"])
async def test_an_action_that_fails_is_no_success(street: Build, scenario_id: str, system: str, fault: str) -> None:
    place = street(scenario_id)
    house = await committed(place)
    house.world.patch(Patch(faults={system: fault}))
    house.outbox.pause(False)
    await drain(house, "w")
    ((receipt,),) = rows(house, "select body from personal where ref like 'arrival:receipt:%'")
    assert '"performed":[]' in receipt
    assert performed(house) == []
    assert ActionStatus.EXECUTED not in {status for (status,) in rows(house, "select status from actions")}
    (text,) = said(house)
    assert not SUCCESS.search(text)
    house.world.patch(Patch(faults={system: None}))
    for hours in range(1, 4):
        house.deps.clock.set(house.deps.clock.now() + timedelta(hours=hours))  # type: ignore[attr-defined]
        await drain(house, "w")
    assert len(performed(house)) == 1
    assert ActionStatus.EXECUTED in {status for (status,) in rows(house, "select status from actions")}


async def test_an_action_that_was_recorded_is_announced(street: Build) -> None:
    house = await committed(street("pub-042"))
    (pending,) = [row for row in house.outbox.pending() if isinstance(row.effect, PerformAction)]
    effect = pending.effect
    assert isinstance(effect, PerformAction)
    receipt = await house.deps.backends.actions.perform(effect.order, house.deps.clock.now())
    record = house.outbox.action(effect.action_id).model_copy(update={"status": "executed", "reference": receipt.reference})
    house.outbox.performed(pending, record, receipt.model_dump_json(), receipt.executed_at.isoformat(), None)
    house.outbox.pause(False)
    await drain(house, "w")
    assert len(said(house)) == 1


@pytest.mark.parametrize("storages", ["sqlite"], indirect=True)
async def test_what_an_older_service_did_not_announce_is_announced_by_this_one(street: Build) -> None:
    place = street("pub-042")
    house = await committed(place)
    house.connection.execute("drop table unannounced")
    house.close()
    opened = place.house()
    opened.outbox.pause(False)
    await drain(opened, "w")
    assert rows(opened, "select count(*) from unannounced") == [(0,)]
    assert rows(opened, "select kind from arrivals where kind = 'receipt'") == [("receipt",)]


async def test_an_address_may_be_changed_back(street: Build) -> None:
    place = street("pub-046")
    house = await committed(place, paused=False)
    await write_again(place, house, "m2", step=1)
    first = house.world.world().orders[0].ship_to
    await write_again(place, house, "m3", text="Sorry, please change the delivery address to:\nSanna Ek\n77 Maple Street\nPortland, OR 97205")
    assert house.world.world().orders[0].ship_to.line1 == "77 Maple Street"
    back = f"{first.name}\n{first.line1}\n{first.line2}\n{first.city} {first.postal_code}"
    await write_again(place, house, "m4", text=f"Please change the delivery address back to:\n{back}")
    assert rows(house, "select json_extract(doc, '$.intents') from runs where arrival_id = 'm4'") == [('["address_change"]',)]
    assert (house.world.world().orders[0].ship_to.line1, len(said(house))) == (first.line1, 4)


async def test_a_wish_repeated_while_it_waits_is_answered(street: Build) -> None:
    place = street("pub-042")
    house = await committed(place)
    house.world.patch(Patch(faults={"oms": "error"}))
    house.outbox.pause(False)
    await drain(house, "w")
    house.outbox.pause(True)
    house.world.patch(Patch(faults={"oms": None}))
    await write_again(place, house, "m2")
    house.outbox.pause(False)
    await drain(house, "w")
    assert (len(performed(house)), len(said(house))) == (1, 3)
    assert [bool(SUCCESS.search(text)) for text in said(house)] == [False, False, True], "each wish is answered, and success is told once it is true"


async def test_an_action_that_comes_late_is_remembered(street: Build) -> None:
    place = street("pub-025")
    house = await committed(place)
    house.world.patch(Patch(faults={"oms": "error"}))
    house.outbox.pause(False)
    await drain(house, "w")
    house.world.patch(Patch(faults={"oms": None}))
    house.deps.clock.set(house.deps.clock.now() + timedelta(hours=1))  # type: ignore[attr-defined]
    await drain(house, "w")
    assert len(performed(house)) == 1
    [(remedies,)] = rows(house, "select json_extract(doc, '$.remedies') from cases")
    assert len(json.loads(remedies)) == 1


async def test_personal_data_stand_in_one_table(street: Build) -> None:
    place = street("pub-046")
    house = await committed(place, paused=False)
    customer = place.story["world"]["customers"][0]
    await write_again(place, house, "m2", step=1, authenticated_customer_id=None, from_email=customer["emails"][0])
    tables = set(re.findall(r"create table if not exists (\w+)", SCHEMA)) - {"personal"}
    secrets = (customer["name"], customer["emails"][0], "Calder Mews")
    kept = [(table, secret) for table in tables for row in rows(house, f"select * from {table}") for secret in secrets if secret in str(row)]
    assert kept == []


async def tries(house: House, times: int) -> None:
    """The worker comes by once an hour."""
    for _ in range(times):
        house.deps.clock.set(house.deps.clock.now() + timedelta(hours=1))  # type: ignore[attr-defined]
        await drain(house, "w")


async def test_between_two_attempts_is_a_pause_that_doubles(street: Build) -> None:
    place = street("pub-042")
    house = await committed(place)
    house.world.patch(Patch(faults={"oms": "error"}))
    house.outbox.pause(False)
    seen = []
    for _ in range(20):
        await drain(house, "w")
        seen.append(rows(house, "select attempts from outbox where kind = 'perform_action'")[0][0])
        house.deps.clock.set(house.deps.clock.now() + timedelta(seconds=15))  # type: ignore[attr-defined]
    assert [seen.index(attempts) * 15 for attempts in (1, 2, 3, 4)] == [0, 30, 90, 210]


async def test_what_fails_too_often_is_given_to_a_human_and_may_be_wished_for_again(street: Build) -> None:
    place = street("pub-042")
    house = await committed(place)
    house.world.patch(Patch(faults={"oms": "error"}))
    house.outbox.pause(False)
    await drain(house, "w")
    await tries(house, 12)
    notes = [body for (body,) in rows(house, "select body from personal where ref like 'effect:note:action:%'")]
    assert len(notes) == 1
    assert "could not be done: 8 attempts failed" in notes[0]
    assert f'"ticket_id":"{place.message("m1").ticket_id}"' in notes[0]
    assert rows(house, "select status from actions") == [("not_executed",)]
    assert rows(house, "select what from ledger where what like 'gave up%'") == [("gave up cancel",)]
    assert not any(SUCCESS.search(text) for text in said(house))
    house.world.patch(Patch(faults={"oms": None}))
    await write_again(place, house, "m2")
    assert (len(performed(house)), bool(SUCCESS.search(said(house)[-1]))) == (1, True)


async def test_what_the_backend_refuses_is_not_repeated(street: Build) -> None:
    place = street("pub-042")
    house = await committed(place)

    async def refuses(*_: object) -> None:
        raise ActionRefused(System.OMS, "refused: it is on the truck")

    object.__setattr__(house.deps.backends.actions, "perform", refuses)
    house.outbox.pause(False)
    await drain(house, "w")
    await tries(house, 3)
    assert rows(house, "select state, attempts from outbox where kind = 'perform_action'") == [("dropped", 0)]
    ((note,),) = rows(house, "select body from personal where ref like 'effect:note:action:%'")
    assert "it is on the truck" in note
    assert len(said(house)) == 1
    assert not SUCCESS.search(said(house)[0])
    assert "truck" not in said(house)[0]
