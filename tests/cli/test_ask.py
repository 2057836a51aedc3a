"""`wismo ask`, `wismo cases` and `wismo case`: one house that is kept, and its cases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.arrivals import MessageArrived
from graph.labels import Channel, Mode
from server.cli.stage import demo_time, house_at, the_demo_world
from server.policy_file import read_policy
from tools.demo import demo_world

CANCEL = ("ask", "please cancel order FH-48251", "--customer", "C-7013", "--live")


def _ask(wismo: Callable[..., Any], *arguments: str | Path) -> dict[str, Any]:
    shown = wismo("ask", *arguments, "--json")
    assert shown.exit_code == 0, shown.stderr
    result: dict[str, Any] = json.loads(shown.stdout)
    return result


def test_an_answer_comes_with_its_evidence(wismo: Callable[..., Any]) -> None:
    shown = wismo("ask", "has FH-48201 shipped?", "--customer", "C-7001")
    assert shown.exit_code == 0
    for expected in ("Nora Ellingsen (C-7001)", "order.ship_by", "draft, not sent", "Wednesday, March 18"):
        assert expected in shown.stdout


def test_without_live_nothing_is_done(wismo: Callable[..., Any]) -> None:
    result = _ask(wismo, "please cancel order FH-48251", "--customer", "C-7013")
    assert [action["status"] for action in result["actions"]] == ["drafted"]
    assert [message["visible"] for message in result["messages"]] == [False]


def test_a_conversation_goes_on_in_its_folder(wismo: Callable[..., Any], tmp_path: Path) -> None:
    data = tmp_path / "shop"
    first = _ask(wismo, "where is my order?", "--customer", "C-7017", "--data", data)
    assert first["reason"] == "order_ambiguous"
    second = _ask(wismo, "the axe", "--customer", "C-7017", "--data", data, "--at", "2026-03-17T14:05:00Z")
    assert second["order_id"] == "O-48267"


def test_the_same_message_twice_acts_once(wismo: Callable[..., Any], tmp_path: Path) -> None:
    first = wismo(*CANCEL, "--data", tmp_path, "--json")
    again = wismo(*CANCEL, "--data", tmp_path, "--json")
    assert "answered before" in again.stderr
    assert json.loads(again.stdout) == json.loads(first.stdout)


def test_what_was_done_stays_done_in_the_kept_world(wismo: Callable[..., Any], tmp_path: Path) -> None:
    assert wismo(*CANCEL, "--data", tmp_path).exit_code == 0
    later = _ask(wismo, "where is FH-48251?", "--customer", "C-7013", "--data", tmp_path, "--at", "2026-03-17T15:00:00Z")
    assert later["condition"] == "order_cancelled"


async def _interrupted(data: Path) -> None:
    async with house_at(demo_time(), read_policy(None), data) as (house, _):
        house.world.load(the_demo_world())
        message = MessageArrived(
            arrival_id="m-lost", at=demo_time(), mode=Mode.LIVE, channel=Channel.CHAT, ticket_id="T-lost",
            authenticated_customer_id="C-7001", text="has FH-48201 shipped?",
        )  # fmt: skip
        house.inbox.put(message)
        house.inbox.claim("wismo")


def test_a_message_that_was_killed_is_answered_by_the_next_call(wismo: Callable[..., Any], tmp_path: Path) -> None:
    asyncio.run(_interrupted(tmp_path))
    shown = wismo("ask", "where is FH-48211?", "--customer", "C-7003", "--data", tmp_path)
    assert "1 earlier message(s)" in shown.stderr
    orders = {case["order_id"] for case in json.loads(wismo("cases", "--data", tmp_path, "--json").stdout)}
    assert orders == {"O-48201", "O-48211"}


def test_an_own_world_and_mail(wismo: Callable[..., Any], tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(json.dumps(demo_world()), encoding="utf-8")
    result = _ask(
        wismo, "wo bleibt meine Bestellung FH-48231?", "--email", "m.brandl@post.example", "--world", world,
        "--at", "2026-03-17T14:14:00+00:00", "--channel", "email", "--subject", "Paket", "--ticket", "T-1",
    )  # fmt: skip
    assert result["condition"] == "no_tracking_movement"
    assert result["messages"][0]["language"] == "de"


def test_a_broken_world_is_refused_with_its_line(wismo: Callable[..., Any], tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{\n"orders": 5\n}', encoding="utf-8")
    refused = wismo("ask", "hello", "--customer", "C-1", "--world", world)
    assert refused.exit_code == 1
    assert "line 2" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say who writes"),
        (("--customer", "C-1", "--at", "yesterday"), "is no time"),
        (("--customer", "C-1", "--at", "2026-03-17T14:00:00"), "has no UTC offset"),
        (("--customer", "C-1", "--world", "nowhere.json"), "does not exist"),
        (("--customer", "C-1", "--channel", "fax"), "fax"),
    ],
)
def test_a_mistyped_question_is_a_usage_error(wismo: Callable[..., Any], arguments: tuple[str, ...], sentence: str) -> None:
    refused = wismo("ask", "hello", *arguments)
    assert refused.exit_code == 2
    assert sentence in " ".join(refused.stderr.replace("│", " ").split())


def test_a_case_has_a_timeline(wismo: Callable[..., Any], tmp_path: Path) -> None:
    wismo(*CANCEL, "--data", tmp_path)
    assert json.loads(wismo("cases", "--data", tmp_path, "--open", "--json").stdout) == []  # cancelled: the case is closed
    [case] = json.loads(wismo("cases", "--data", tmp_path, "--json").stdout)
    assert case["wismo_case_id"] in wismo("cases", "--data", tmp_path).stdout
    shown = wismo("case", case["wismo_case_id"], "--data", tmp_path)
    assert shown.exit_code == 0
    for expected in ("before ship by", "oms: order processing", "is cancelled", "→ executed", "ledger", "recall_run"):
        assert expected in shown.stdout


def test_an_unknown_case_is_refused(wismo: Callable[..., Any], tmp_path: Path) -> None:
    wismo(*CANCEL, "--data", tmp_path)
    refused = wismo("case", "case_nope", "--data", tmp_path)
    assert refused.exit_code == 1
    assert "no case is called 'case_nope'" in refused.stderr


def test_an_empty_data_folder_is_said_and_stays_empty(wismo: Callable[..., Any], tmp_path: Path) -> None:
    refused = wismo("cases")
    assert refused.exit_code == 1
    assert f"no cases are kept in {tmp_path / 'default-data'}" in refused.stderr
    assert not (tmp_path / "default-data").exists()


def test_a_shop_speaks_in_its_own_words(wismo: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.toml").write_text('[brand]\nname = "Fernhill"\n[signature]\nen = "Yours,\\nthe Fernhill crew"\n', encoding="utf-8")
    monkeypatch.setenv("WISMO_SHOP_DIR", str(tmp_path))
    assert "the Fernhill crew" in wismo("ask", "where is my order?", "--customer", "C-7001").stdout


def test_a_mistake_in_the_shops_words_is_named(wismo: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "en.toml").write_text('[opening]\nhurray = "Hurray!"\n', encoding="utf-8")
    monkeypatch.setenv("WISMO_SHOP_DIR", str(tmp_path))
    refused = wismo("ask", "where is my order?", "--customer", "C-7001")
    assert refused.exit_code == 1
    assert "opening.hurray" in refused.stderr and "en.toml" in refused.stderr
