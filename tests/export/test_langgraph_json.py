"""`langgraph.json` names a graph that loads by its path and answers without any configuration."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def exported() -> Iterator[Any]:
    """The module behind the entry `wismo`, loaded as the LangGraph server loads it: by path."""
    entry = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]["wismo"]
    path, _, _ = entry.rpartition(":")
    spec = importlib.util.spec_from_file_location("exported_by_langgraph_json", ROOT / path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    house, _ = module.demo_house()
    house.close()
    house.graph.checkpointer.conn.close()


def _name() -> str:
    entry: str = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]["wismo"]
    return entry.rpartition(":")[2]


def _ask(exported: Any, **message: str) -> dict[str, Any]:
    graph = getattr(exported, _name())
    answer: dict[str, Any] = graph.invoke(message)
    assert json.loads(json.dumps(answer)) == answer
    return answer


def test_a_status_question_is_answered_with_facts(exported: Any) -> None:
    answer = _ask(exported, text="Has FH-48201 shipped yet?", authenticated_customer_id="C-7001", channel="chat", ticket_id="T-1")
    assert answer["disposition"] == "answer"
    assert answer["condition"] == "processing_within_sla"
    assert "Wednesday, March 18" in answer["answer"]
    assert {fact["field"] for fact in answer["facts"]} >= {"order.order_number", "order.ship_by"}
    assert answer["case_id"].startswith("case_")
    assert answer["path"][0] == "intake" and answer["path"][-1] == "commit"


def test_an_action_is_executed_and_told(exported: Any) -> None:
    answer = _ask(exported, text="please cancel order FH-48251", authenticated_customer_id="C-7013")
    assert answer["actions"] == [{"action": "cancel", "gate": "eligible", "status": "executed"}]
    assert "is cancelled" in answer["answer"]


def test_an_unknown_sender_learns_nothing(exported: Any) -> None:
    answer = _ask(exported, text="where is FH-48201?", from_email="nobody@elsewhere.example", channel="email")
    assert (answer["disposition"], answer["reason"]) == ("ask", "identity_unverified")
    assert "48201" not in answer["answer"]


def test_a_message_without_text_is_no_answer(exported: Any) -> None:
    answer = _ask(exported, authenticated_customer_id="C-7001")
    assert answer["disposition"] in {"ask", "none"}


def test_a_bad_time_is_refused(exported: Any) -> None:
    with pytest.raises(ValueError, match="timezone"):
        _ask(exported, text="hello", authenticated_customer_id="C-7001", at="2026-03-17T14:00:00")


def test_the_schemas_are_simple(exported: Any) -> None:
    graph = getattr(exported, _name())
    assert set(graph.get_input_jsonschema()["properties"]) == {
        "channel", "ticket_id", "from_email", "authenticated_customer_id", "subject", "text", "at",
    }  # fmt: skip
    assert {"answer", "disposition", "condition", "case_id", "path"} <= set(graph.get_output_jsonschema()["properties"])


async def test_it_runs_inside_an_event_loop(exported: Any) -> None:
    graph = getattr(exported, _name())
    message = {"text": "where is my order?", "authenticated_customer_id": "C-7017", "ticket_id": "T-loop"}
    answers = await asyncio.gather(graph.ainvoke(message), graph.ainvoke({**message, "ticket_id": "T-loop-2"}))
    assert {answer["reason"] for answer in answers} == {"order_ambiguous"}
