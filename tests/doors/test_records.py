"""What is kept: a ledger that only grows and names nobody, one result per message, and nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.doors.conftest import Opens
from tests.doors.shop import AVA, Scene, item, later
from tests.doors.states import WORLDS, held, lost, moving, processing, question

SCHEMA = json.loads((Path(__file__).parents[2] / "evals/scenarios/result.schema.json").read_text("utf-8"))
SAYINGS = (
    "where is 1042? my secret word is XYLOPHONE",
    "please cancel 1042",
    "1042: I want to speak to a manager, XYLOPHONE",
    "change the address of 1042 to 500 Cargo Way, Newark, NJ 07114",
    "thanks",
)


def talkative(opens: Opens, make: type[Scene], mode: str = "live") -> object:
    shop = opens(make(), mode=mode)
    for hour, text in enumerate(SAYINGS):
        shop.hears(text, at=later(hour), ticket=f"T-{hour}")
    return shop


@pytest.mark.parametrize("make", [moving, processing, held, lost])
@pytest.mark.parametrize("mode", ["live", "shadow"])
def test_ledger_runs_and_cases_carry_no_personal_data(opens: Opens, make: type[Scene], mode: str) -> None:
    shop = talkative(opens, make, mode)
    tables = ("ledger", "runs", "cases", "tickets", "contacts", "follow_ups", "escalations", "outbox", "arrivals")
    kept = {table: json.dumps(shop.rows(f"select * from {table}"), default=str) for table in tables}  # type: ignore[attr-defined]

    assert shop.ledger()  # type: ignore[attr-defined]
    for table, text in kept.items():
        if table == "arrivals":
            text = text.replace(f"sender:{AVA}", "")
        for personal in ("XYLOPHONE", "Lindqvist", "Ava", "mailbox", "Addison", "Cargo", "Newark", "60618", "07114", "Hi ", "specialist"):
            assert personal not in text, (table, personal)


def test_the_ledger_itself_names_nobody(opens: Opens) -> None:
    shop = talkative(opens, processing)
    lines = " ".join(shop.ledger())  # type: ignore[attr-defined]

    for personal in ("XYLOPHONE", "Lindqvist", "Ava", AVA, "Addison", "Cargo", "Newark", "Chicago", "60618", "07114", "Desk Lamp"):
        assert personal not in lines


def test_the_actions_carry_no_address(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears("change the address of 1042 to Zelda Quux, 500 Cargo Way, Newark, NJ 07114")
    kept = json.dumps(shop.rows("select * from actions"), default=str)

    assert "address_change" in kept
    for personal in ("Zelda", "Cargo", "Newark", "07114"):
        assert personal not in kept


@pytest.mark.parametrize("sql", ["update ledger set why = 'x'", "delete from ledger", "update ledger set seq = seq + 100"])
def test_the_ledger_is_append_only(opens: Opens, sql: str) -> None:
    shop = opens(held())
    shop.hears("where is 1042?")
    before = shop.ledger()

    with pytest.raises(shop.house.connection.Error, match="append-only"):
        shop.rows(sql)
    assert before == shop.ledger()


def test_the_ledger_cannot_be_overwritten_by_replacing_rows(opens: Opens) -> None:
    shop = opens(held())
    shop.hears("where is 1042?")
    before = shop.ledger()

    with pytest.raises(shop.house.connection.Error):
        shop.rows("insert or replace into ledger select seq, at, case_id, run_id, 'me', what, '', '', '' from ledger where seq > 0")
    assert before == shop.ledger()


def test_the_ledger_says_who_did_what_why_and_under_which_policy(opens: Opens) -> None:
    shop = opens(held())
    step = shop.hears("where is 1042?")
    lines = "\n".join(shop.ledger())

    assert "run: escalate" in lines
    assert step.escalation["escalation_id"] in lines
    assert "fraud_hold" in lines
    assert "follow-up open" in lines
    assert all(step.case_id in line for line in shop.ledger())


def test_an_executed_action_stands_in_the_ledger(opens: Opens) -> None:
    shop = opens(processing())
    shop.hears("please cancel 1042")

    assert any("cancel" in line and ("executed" in line or "performed" in line) for line in shop.ledger())


@pytest.mark.parametrize("condition", WORLDS)
def test_every_result_is_of_the_contracts_shape(opens: Opens, condition: str) -> None:
    step = opens(WORLDS[condition]()).hears(question(condition))

    jsonschema.validate(step.result, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert step.error is None


@pytest.mark.parametrize("text", ["where is 1042?", "please cancel 1042", "my lawyer will sue you, 1042!", "hello", "thanks", "invoice please"])
def test_the_same_message_id_again_changes_nothing(opens: Opens, text: str) -> None:
    shop = opens(processing())
    first = shop.hears(text, message_id="mail-1" + shop.name)
    before = shop.everything()

    second = shop.hears(text, message_id="mail-1" + shop.name, at=later(1))

    assert shop.everything() == before
    assert second.result == {**first.result, "step": 1}


def test_the_same_message_in_two_fresh_shops_has_the_same_result(opens: Opens) -> None:
    results = []
    for number in range(2):
        step = opens(lost()).hears("1042 is lost, please send another one", message_id=f"fresh-{number}")
        results.append({key: value for key, value in step.result.items() if key not in {"scenario_id", "case_id"}})

    assert results[0] == results[1]


def test_the_pause_switch_loses_nothing(opens: Opens) -> None:
    shop = opens(processing())
    shop.house.outbox.pause(True)
    shop.hears("please cancel 1042")
    assert shop.now()["orders"][0]["status"] == "processing"
    assert not [row for row in shop.effects("send_message") if row["state"] == "delivered"]

    shop.house.outbox.pause(False)
    shop.deliver()

    assert shop.now()["orders"][0]["status"] == "cancelled"
    assert [row["state"] for row in shop.effects("send_message")] == ["delivered"]
    assert "is cancelled" in shop.effects("send_message")[0]["text"]


def test_a_visible_reply_becomes_part_of_the_support_history(opens: Opens) -> None:
    shop = opens(moving())
    step = shop.hears("where is 1042?")

    assert [(row["author"], row["direction"], row["text"]) for row in shop.now()["contacts"]] == [("automation", "outbound", step.text)]


def test_every_run_says_on_which_facts_it_decided(opens: Opens) -> None:
    shop = opens(moving())
    shop.hears("where is 1042?")
    run = shop.runs()[-1]

    assert any("condition standard_in_transit" in line for line in run["because"])
    (context,) = shop.rows("select body from personal where kind = 'context'")
    assert json.loads(context[0])["order"]["order_number"] == "1042"


def test_two_orders_have_two_runs_of_one_message(opens: Opens) -> None:
    shop = opens(moving().order("1043", item("Wall Clock")).task().reserved())
    step = shop.hears("where are 1042 and 1043?")

    assert len(step.visible) == 2
    assert {run["order_id"] for run in shop.runs()} == {"O-1042", "O-1043"}
