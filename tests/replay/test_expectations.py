"""The scorer holds what holds, and finds every kind of miss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.expectations import Score, main, score

Json = dict[str, Any]

ESCALATION = {"escalation_id": "E-1", "queue": "cx", "status": "open", "options": ["approve", "deny"]}
MESSAGE = {"text": "Your order 20411 leaves on March 11.", "visible": True, "to_customer_id": "C-1"}
RESULT: Json = {
    "scenario_id": "one", "case_id": "case-1", "customer_id": "C-1", "order_id": "O-1", "condition": "delivered", "disposition": "answer",
    "conditions_all": ["delivered", "late_in_transit"], "triggers": ["high_value"], "handler": "standard_status", "reason": "", "messages": [MESSAGE],
    "actions": [{"action": "refund", "gate": "eligible", "status": "executed"}, {"action": "cancel", "gate": "ineligible", "status": "not_executed"}],
    "escalation": ESCALATION, "follow_up": {"due_at": "2026-03-11T12:00:00+00:00", "status": "open"}, "error": None,
}  # fmt: skip
OWN = {"order_id": "O-1", "order_number": "20411", "customer_id": "C-1", "internal": {"note": "VIP desk"}, "lines": [{"title": "Risk: The Game"}]}
FOREIGN = {"order_id": "O-2", "order_number": "20415", "customer_id": "C-2", "lines": [], "holds": [{"internal_note": "velocity rule"}]}
WORLD: Json = {
    "orders": [{**OWN, "ship_to": {"line1": "2210 W Addison St"}}, {**FOREIGN, "ship_to": {"line1": "48 Prospect Ave"}}],
    "shipments": [{"order_id": "O-2", "tracking_number": "1Z999"}],
    "supply": [{"supplier": "Nordwind AG"}],
    "contacts": [{"text": "do not tell", "public": False}, {"text": "leaves on March 11", "public": True}],
}


def scored(folder: Path, expect: Json, result: Json | None = None, *, total: Json | None = None, mode: str = "live") -> Score:
    """One scenario of two equal steps, of which the second expects something."""
    steps = [{"kind": "message"}, {"kind": "message", "expect": expect}]
    story = {"scenario_id": "one", "world": WORLD, "mode": mode, "steps": steps, "expect_total": total, "tags": ["a", "b"]}
    (folder / "s.jsonl").write_text(json.dumps(story) + "\n", encoding="utf-8")
    rows = [{**RESULT, **(result or {}), "step": number} for number in (0, 1)]
    (folder / "r.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return score(folder / "s.jsonl", folder / "r.jsonl")


HOLDS: list[tuple[str, Any, Any]] = [
    ("disposition", ["answer", "ask"], ["ask"]),
    ("reason", [""], ["closing"]),
    ("condition", ["delivered"], [None]),
    ("conditions_include", ["late_in_transit"], ["payment_hold"]),
    ("handler", ["standard_status"], []),
    ("order_id", "O-1", "O-2"),
    ("customer_id", "C-1", "C-2"),
    ("triggers_include", ["high_value"], ["fraud_hold"]),
    ("triggers_exclude", ["fraud_hold"], ["high_value"]),
    ("messages", 1, 0),
    ("visible_messages", 1, 2),
    ("reply_includes", ["MARCH 11", "order"], ["march 11", "april"]),
    ("reply_excludes", ["april"], ["april", "MARCH"]),
    ("actions", {"refund": "eligible"}, {"refund": "eligible", "replacement": "eligible"}),
    ("executed", ["refund"], []),
    ("escalated", True, False),
    ("escalation_status", ["open"], ["answered"]),
    ("same_case_as", 0, 7),
    ("queue", ["cx", "fraud"], ["fraud"]),
    ("options_include", ["deny"], ["wait"]),
    ("follow_up", True, False),
    ("due_before", "2026-03-11T12:00:00Z", "2026-03-11T11:59:59Z"),
    ("due_after", "2026-03-11T12:00:00Z", "2026-03-11T12:00:01Z"),
]


@pytest.mark.parametrize(("key", "right", "wrong"), HOLDS, ids=[row[0] for row in HOLDS])
def test_every_expectation(key: str, right: Any, wrong: Any, tmp_path: Path) -> None:
    assert scored(tmp_path, {"executed": None, key: right}).is_perfect
    (miss,) = scored(tmp_path, {key: wrong}).misses
    assert (miss.scenario, miss.step, miss.key) == ("one", 1, key)


def test_every_expectation_of_the_contract_is_known() -> None:
    schema = json.loads((Path(__file__).parents[2] / "evals/scenarios/scenario.schema.json").read_text(encoding="utf-8"))
    assert {row[0] for row in HOLDS} | {"other_case_than"} == set(schema["$defs"]["Expect"]["properties"])
    assert set(schema["$defs"]["Total"]["properties"]) == {"visible_messages", "executed", "escalations"}


def test_other_cases(tmp_path: Path) -> None:
    assert [miss.key for miss in scored(tmp_path, {"other_case_than": 0}).misses] == ["other_case_than"]


@pytest.mark.parametrize(("total", "missed"), [
    ({"visible_messages": 2, "executed": ["refund", "refund"], "escalations": 1}, []),
    ({"visible_messages": 1, "executed": ["refund"], "escalations": 2}, ["total:visible_messages", "total:executed", "total:escalations"]),
])  # fmt: skip
def test_totals(total: Json, missed: list[str], tmp_path: Path) -> None:
    assert [miss.key for miss in scored(tmp_path, {}, total=total).misses] == missed


@pytest.mark.parametrize(("text", "told"), [
    ("A risk remains.", True), ("We sent Risk: The Game.", False), ("I guarantee it.", True), ("asterisk", False),
    ("The VIP desk says", True), ("velocity rule", True), ("from nordwind ag", True), ("do not tell", True), ("leaves on March 11", False),
    ("order 20415", True), ("order 204155", False), ("to 48 prospect ave", True), ("parcel 1Z999", True), ("to 2210 W Addison St, 20411", False),
])  # fmt: skip
def test_what_nobody_may_be_told(text: str, told: bool, tmp_path: Path) -> None:
    result = {"messages": [{**MESSAGE, "text": text}]}
    assert bool(scored(tmp_path, {}, result).misses) is told
    hidden = {"messages": [{**MESSAGE, "text": text, "visible": False}]}
    assert scored(tmp_path, {}, hidden).is_perfect


def test_a_stranger_is_told_of_no_order(tmp_path: Path) -> None:
    assert scored(tmp_path, {}, {"messages": [{**MESSAGE, "to_customer_id": None}]}).misses


def test_shadow_is_silent_and_errors_are_misses(tmp_path: Path) -> None:
    assert {miss.key for miss in scored(tmp_path, {}, {"error": "boom"}, mode="shadow").misses} == {"rule:shadow_silent", "rule:no_error"}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / "s.jsonl"), str(tmp_path / "r.jsonl")]
    assert main(files) == 2
    scored(tmp_path, {"messages": 1, "escalated": True})
    assert main(files) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1/1 scenarios perfect, 4/4 checks held (100.0 %)"
    scored(tmp_path, {"messages": 3})
    assert main([*files, "--only", "messages"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "miss one[1] messages: want 3, got 1"
    (tmp_path / "r.jsonl").write_text("", encoding="utf-8")
    assert main([*files, "--misses", "0"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("0/1 scenarios perfect")
