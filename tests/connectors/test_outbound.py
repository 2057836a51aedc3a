"""Deliveries to the shop's helpdesk: signed, once per key, in order per case, and nothing dropped while it is down."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import Response

from checkpoints.dead_letters import BEGINNING, DeadLetters
from checkpoints.inbox import ARRIVAL
from graph.arrivals import HumanReplied
from graph.labels import Mode
from graph.policy import Delivery
from server.http.signatures import refusal_of, secrets_in
from server.outbound.endpoint import Endpoint, Refused
from server.outbound.letter import Letter
from server.shift import Shift
from tests.connectors.places import DELIVERIES, Shop, shop_of
from tests.connectors.scripted import Scripted
from tests.connectors.served import SECRETS, Street
from tests.server_http.test_signatures import AT, BODY, ID, KEY, OTHER_KEY, SIGNATURE

RULES = Delivery(timeout_seconds=60, retry_seconds=5, longest_pause_seconds=300)


@pytest.fixture
async def shop(shops: Street) -> AsyncIterator[Shop]:
    """A customer who may ask again and again about an order on its way."""
    async with shop_of("pub-039", shops, delivery=RULES) as opened:
        yield opened


class Helpdesk:
    """A helpdesk that notes what it is handed, and answers with a status; 0 stands for itself."""

    def __init__(self, shop: Shop, status: int = 0) -> None:
        self.status = status
        self.refuses: set[str] = set()
        self.handed: list[tuple[str, str]] = []
        shop.front.helpdesk = self

    def __call__(self, key: str, body: bytes) -> Response | None:
        text = json.loads(body)["data"].get("text", "")
        self.handed.append((key, text))
        if key in self.refuses:
            return Response(status_code=422)
        return Response(status_code=self.status) if self.status else None


async def test_the_published_vector_is_what_is_sent(script: Scripted) -> None:
    script.say(b"", 200)
    endpoint = Endpoint(f"{script.url}/hook", secrets_in(KEY), timeout=5, wall=lambda: AT)
    assert await endpoint.deliver(ID, BODY) is None
    await endpoint.aclose()
    [heard] = script.heard
    sent = {name: heard.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    assert sent == {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": SIGNATURE}
    assert (heard.body, heard.headers["content-type"], heard.headers["idempotency-key"]) == (BODY, "application/json", ID)
    assert refusal_of(heard.headers, heard.body, secrets_in(KEY), AT) is None


async def test_two_secrets_sign_both_while_a_receiver_changes(script: Scripted) -> None:
    script.say(b"", 200)
    endpoint = Endpoint(script.url, secrets_in(f"{KEY} {OTHER_KEY}"), timeout=5, wall=lambda: AT)
    await endpoint.deliver(ID, BODY)
    await endpoint.aclose()
    [heard] = script.heard
    assert [refusal_of(heard.headers, heard.body, secrets_in(one), AT) for one in (KEY, OTHER_KEY)] == [None, None]


@pytest.mark.parametrize(
    ("status", "headers", "refused"),
    [
        (200, {}, None),
        (204, {}, None),
        (301, {"location": "/elsewhere"}, Refused("answered with status 301", is_down=True, has_answered=True)),
        (401, {}, Refused("answered with status 401", is_down=True, has_answered=True)),
        (404, {}, Refused("answered with status 404", is_down=True, has_answered=True)),
        (422, {}, Refused("answered with status 422", is_down=False, has_answered=True)),
        (429, {"retry-after": "7"}, Refused("answered with status 429", is_down=True, has_answered=True, retry_after=7)),
        (503, {"retry-after": "99999999"}, Refused("answered with status 503", is_down=True, has_answered=True, retry_after=3600)),
        (503, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, Refused("answered with status 503", is_down=True, has_answered=True)),
    ],
)
async def test_what_an_answer_means(status: int, headers: dict[str, str], refused: Refused | None, script: Scripted) -> None:
    script.say(b"", status, **headers)
    endpoint = Endpoint(script.url, SECRETS, timeout=5)
    assert await endpoint.deliver("k", b"{}") == refused
    await endpoint.aclose()
    assert len(script.heard) == 1


async def test_silence_and_nobody_there_are_a_dead_endpoint(script: Scripted) -> None:
    script.fall_silent()
    silent, nobody = Endpoint(script.url, SECRETS, timeout=0.2), Endpoint("http://127.0.0.1:9", SECRETS, timeout=5)
    assert await silent.deliver("k", b"{}") == Refused("no answer within 0.2 s", is_down=True)
    assert await nobody.deliver("k", b"{}") == Refused("no exchange: ConnectError", is_down=True)
    await silent.aclose()
    await nobody.aclose()


async def test_a_reply_arrives_whole(shop: Shop) -> None:
    await shop.customer_writes()
    [letter] = [Letter.model_validate(each) for each in shop.received]
    data = letter.data
    assert (letter.type, data.kind) == ("wismo.reply", "reply")
    [(case_id,)] = shop.house.connection.execute("select case_id from cases").fetchall()
    assert data.model_dump(include={"case_id", "ticket_id", "channel"}) == {
        "case_id": case_id, "ticket_id": shop.story["steps"][0]["ticket_id"], "channel": shop.story["steps"][0]["channel"],
    }  # fmt: skip
    assert shop.replies() == [data.text]  # type: ignore[union-attr]
    assert [row[:2] for row in shop.outbox()] == [("send_message", "delivered")]


async def test_a_lost_answer_means_a_second_delivery_under_the_same_key_and_one_reply(shop: Shop) -> None:
    shop.loses_next_answer_of("POST", DELIVERIES)
    await shop.customer_writes()
    assert shop.outbox() == [("send_message", "pending", 1)]
    shop.waits(seconds=6)
    await shop.carry()
    assert shop.outbox() == [("send_message", "delivered", 1)]
    assert [one for one in shop.asked if one[1] == DELIVERIES] == [("POST", DELIVERIES)] * 2
    assert (len(shop.received), len(shop.replies())) == (1, 1)


async def test_a_dead_endpoint_is_asked_ever_more_rarely_and_nothing_is_lost(shop: Shop) -> None:
    helpdesk = Helpdesk(shop, 503)
    await shop.customer_writes()
    waited = []
    for _ in range(400):
        shop.waits(seconds=1)
        before = len(helpdesk.handed)
        await shop.carry()
        waited += [len(waited)] if len(helpdesk.handed) > before else []
    assert len(helpdesk.handed) == 7  # at once, and after 5, 10, 20, 40, 80 and 160 seconds
    helpdesk.status = 0
    shop.waits(seconds=300)
    await shop.carry()
    assert (len(shop.replies()), shop.outbox()[0][1]) == (1, "delivered")
    assert len({key for key, _ in helpdesk.handed}) == 1


async def test_while_it_is_down_effects_wait_in_order_per_case(shop: Shop) -> None:
    helpdesk = Helpdesk(shop, 500)
    for _ in range(4):
        await shop.customer_writes()
        shop.waits(minutes=1)
    kinds = [row[0] for row in shop.outbox()]
    assert "write_note" in kinds and kinds.count("send_message") > 1
    helpdesk.handed.clear()
    helpdesk.status = 0
    shop.waits(minutes=10)
    await shop.carry()
    order = [row[0] for row in shop.house.connection.execute("select key from outbox where kind in ('send_message', 'write_note') order by seq")]
    assert [key for key, _ in helpdesk.handed] == order
    assert all(state == "delivered" for _, state, _ in shop.outbox())


async def test_a_letter_that_is_refused_holds_up_its_own_case_only(shop: Shop) -> None:
    helpdesk = Helpdesk(shop, 422)
    await shop.customer_writes()
    [(refused, _)] = helpdesk.handed
    helpdesk.status, helpdesk.refuses = 0, {refused}
    await shop.customer_writes()
    await shop.customer_writes(from_email="stranger@elsewhere.example", authenticated_customer_id=None, ticket_id="T-other", text="Where is it?")
    delivered = [key for key, _ in helpdesk.handed if key != refused]
    assert len(delivered) == 1 and not shop.house.postman.is_down  # type: ignore[union-attr]
    helpdesk.refuses = set()
    shop.waits(minutes=10)
    await shop.carry()
    assert all(state == "delivered" for _, state, _ in shop.outbox())


async def one_dead_letter(shop: Shop) -> tuple[Helpdesk, DeadLetters, str]:
    """A text that the endpoint refuses as often as the policy lets it; its key."""
    helpdesk = Helpdesk(shop, 422)
    await shop.customer_writes()
    [(refused, _)] = helpdesk.handed
    helpdesk.status, helpdesk.refuses = 0, {refused}
    for _ in range(RULES.refusals + 5):
        shop.waits(minutes=6)
        await shop.carry()
    assert [key for key, _ in helpdesk.handed].count(refused) == RULES.refusals
    letters = DeadLetters(shop.house.connection)
    [dead] = letters.some(BEGINNING, 10)
    assert (dead.letter_id, dead.kind, dead.why) == (refused, "send_message", "not delivered: answered with status 422")
    helpdesk.refuses = set()
    return helpdesk, letters, refused


async def test_a_letter_that_is_always_refused_is_a_dead_letter_that_can_be_put_back(shop: Shop) -> None:
    _, letters, refused = await one_dead_letter(shop)
    assert [state for _, state, _ in shop.outbox()] == ["dead"]
    assert [letters.redrive(refused, by="tests", at=shop.clock.now()) for _ in range(2)] == ["waiting", None]
    await shop.carry()
    assert ([state for _, state, _ in shop.outbox()], letters.some(BEGINNING, 10)) == (["delivered"], ())
    sql = "select who, what, run_id != '' from ledger where what like '%: ' || ? order by seq"
    told = shop.house.connection.execute(sql, (refused,)).fetchall()
    assert told == [("service", f"could not deliver: {refused}", 1), ("tests", f"put back: {refused}", 1)]


async def test_what_comes_after_a_dead_letter_goes_on_and_overtakes_it(shop: Shop) -> None:
    """An older text would be the newest word of ours, and is not true any more."""
    helpdesk, letters, refused = await one_dead_letter(shop)
    await shop.customer_writes()
    assert [state for _, state, _ in shop.outbox()] == ["dead", "delivered"]
    handed = len(helpdesk.handed)
    assert letters.redrive(refused, by="tests", at=shop.clock.now()) == "dropped"
    await shop.carry()
    assert ([state for _, state, _ in shop.outbox()], len(helpdesk.handed)) == (["dropped", "delivered"], handed)


async def test_an_endpoint_that_was_down_for_long_is_no_refusal(shop: Shop) -> None:
    helpdesk = Helpdesk(shop, 503)
    await shop.customer_writes()
    for _ in range(2 * RULES.refusals):
        shop.waits(minutes=6)
        await shop.carry()
    helpdesk.status = 422
    shop.waits(minutes=6)
    await shop.carry()
    assert [state for _, state, _ in shop.outbox()] == ["pending"]


async def test_the_pause_switch_holds_everything(shop: Shop) -> None:
    shop.house.outbox.pause(True)
    await shop.customer_writes()
    assert (shop.received, shop.outbox()) == ([], [("send_message", "pending", 0)])
    shop.house.outbox.pause(False)
    await shop.carry()
    assert len(shop.received) == 1


async def test_a_teammate_who_answers_while_it_is_down_is_not_talked_over(shop: Shop) -> None:
    """Told at our door; the helpdesk's own history does not show it yet."""
    helpdesk = Helpdesk(shop, 503)
    await shop.customer_writes()
    shop.waits(minutes=30)
    ticket = shop.story["steps"][0]["ticket_id"]
    shop.house.inbox.put(HumanReplied(arrival_id="h1", at=shop.clock.now(), mode=Mode.LIVE, ticket_id=ticket, text="I am on it."))
    await shop.work()
    helpdesk.status = 0
    shop.waits(minutes=1)
    await shop.carry()
    assert [row[:2] for row in shop.outbox()] == [("send_message", "dropped")]
    assert shop.replies() == []


async def test_a_draft_is_a_note_and_never_a_reply(shop: Shop) -> None:
    await shop.customer_writes(mode=Mode.SHADOW)
    assert [(each["type"], each["data"]["kind"]) for each in shop.received] == [("wismo.note", "draft")]
    assert shop.replies() == []


async def test_a_takeover_assigns_the_ticket(shops: Street) -> None:
    async with shop_of("pub-082", shops) as shop:
        await shop.customer_writes()
        decision = {key: value for key, value in shop.story["steps"][1].items() if key not in {"expect"}}
        shop.clock.set(datetime.fromisoformat(decision["at"]).astimezone(UTC))
        shop.house.inbox.put(ARRIVAL.validate_python({**decision, "arrival_id": "d1", "mode": "live"}))
        await shop.work()
        assert [each["data"]["group"] for each in shop.received if each["type"] == "wismo.assignment"] == ["Customer experience"]


@pytest.mark.parametrize("secret", [None, "other"])
async def test_a_helpdesk_believes_only_what_is_signed_for_it(secret: Any, shop: Shop) -> None:
    """The reference receiver refuses a wrong signature, so the delivery waits."""
    app: Any = shop.front.app
    app.state.secrets = secrets_in(OTHER_KEY) if secret else ()
    await shop.customer_writes()
    assert (shop.received, shop.outbox()) == ([], [("send_message", "pending", 1)])


async def test_a_helpdesk_that_never_answers_holds_up_nobody(shop: Shop) -> None:
    """The worker answers the next customer while the postman waits."""
    shop.front.silent = True
    shift = Shift(shop.house, owner="tests")

    def is_handed_in() -> bool | None:
        return ("POST", DELIVERIES) in shop.asked or None

    def runs() -> bool | None:
        return shop.house.connection.execute("select count(*) from runs").fetchone()[0] == 2 or None

    async with shift.at_work():
        shop.keeps_message(ticket_id="T-1")
        shift.wake()
        assert await shift.until(is_handed_in, 30)
        shop.keeps_message(ticket_id="T-2")
        shift.wake()
        assert await shift.until(runs, 30)
        assert {state for kind, state, _ in shop.outbox() if kind == "send_message"} == {"pending"}
        assert shop.asked.count(("POST", DELIVERIES)) == 1
