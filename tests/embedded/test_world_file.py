"""A world file is read, or every problem in it is named with its line and path, and no personal value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.facts import World
from tools.embedded.world_file import Problem, WorldFileError, check_world, read_world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file to check."""
    return tmp_path / "world.json"


def line_with(path: Path, part: str, nth: int = 1) -> int:
    """The number of the nth line that has this part."""
    found = [number for number, line in enumerate(path.read_text().splitlines(), 1) if part in line]
    return found[nth - 1]


def check(path: Path, raw: Any) -> list[Problem]:
    """Write the world with one value per line, and check it."""
    path.write_text(json.dumps(raw, indent=1))
    return check_world(path)


def test_reads_a_good_world(path: Path, raw: dict[str, Any], world: World) -> None:
    assert check(path, raw) == []
    assert read_world(path) == world


def test_a_byte_order_mark_is_no_problem(path: Path, raw: dict[str, Any], world: World) -> None:
    path.write_text(json.dumps(raw), encoding="utf-8-sig")
    assert read_world(path) == world


def test_read_raises_what_check_lists(path: Path, raw: dict[str, Any]) -> None:
    del raw["orders"][1]["total"]
    problems = check(path, raw)
    with pytest.raises(WorldFileError) as wrong:
        read_world(path)
    assert list(wrong.value.problems) == problems
    assert str(wrong.value).endswith("orders[1].total is missing")


def test_names_line_and_column_of_broken_json(path: Path) -> None:
    path.write_text('{\n "orders": [\n  1,,\n]}')
    (problem,) = check_world(path)
    assert problem.line == 3
    assert "column 5" in problem.what


def test_names_line_and_path_of_a_wrong_value(path: Path, raw: dict[str, Any]) -> None:
    raw["orders"][1]["lines"][0]["unit_price"] = "a lot"
    raw["shipments"][0]["label_created_at"] = "2026-03-09T16:00:00"
    price, time = check(path, raw)
    assert (price.line, price.where) == (line_with(path, "a lot"), "orders[1].lines[0].unit_price")
    assert time == Problem(line_with(path, "label_created_at"), "shipments[0].label_created_at", "is a time without a UTC offset")


def test_a_missing_field_has_the_line_of_its_row(path: Path, raw: dict[str, Any]) -> None:
    raw["contacts"] = [{"contact_id": "M-1"}]
    problems = check(path, raw)
    assert {problem.line for problem in problems} == {line_with(path, '"contacts"') + 1}
    assert problems[0].where == "contacts[0].ticket_id"


def test_names_an_unknown_field_but_no_personal_key(path: Path, raw: dict[str, Any]) -> None:
    raw["customers"][0]["phone"] = "555"
    raw["customers"][1]["ben@mailbox.example"] = "x"
    assert check(path, raw) == [
        Problem(line_with(path, "phone"), "customers[0].phone", "is an unknown field"),
        Problem(line_with(path, '"x"'), "customers[1].?", "is an unknown field"),
    ]


def test_names_a_key_that_stands_twice(path: Path) -> None:
    path.write_text('{"faults": {\n "oms": "error",\n "oms": "timeout"}}')
    assert check_world(path) == [Problem(3, "faults.oms", "stands here twice")]


@pytest.mark.parametrize(("character", "code"), [("\x00", "0000"), ("\x1b", "001B"), ("\x7f", "007F"), ("\ud800", "D800")])
def test_names_control_characters(path: Path, raw: dict[str, Any], character: str, code: str) -> None:
    raw["customers"][0]["name"] = f"Ava{character}"
    (problem,) = check(path, raw)
    assert (problem.line, problem.where) == (line_with(path, '"name"'), "customers[0].name")
    assert f"U+{code}" in problem.what


def test_text_may_have_line_ends_and_tabs(path: Path, raw: dict[str, Any]) -> None:
    raw["contacts"][0]["text"] = 'Hello,\r\n\twhere is my "order"?'
    assert check(path, raw) == []


def test_names_what_is_no_number(path: Path, raw: dict[str, Any]) -> None:
    raw["orders"][0]["payment"] = {"risk_score": float("nan")}
    assert check(path, raw) == [Problem(line_with(path, "NaN"), "orders[0].payment.risk_score", "is no number")]


def test_a_very_long_number_is_a_problem_and_no_crash(path: Path) -> None:
    path.write_text('{"inventory": [{"sku": "A", "warehouse": "W", "available": 1,\n "on_hand": ' + "9" * 5000 + "}]}")
    (problem,) = check_world(path)
    assert problem.line == 2
    assert "999" not in str(problem)


def test_names_the_line_that_is_not_utf8(path: Path) -> None:
    path.write_bytes(b'{\n "faults": "\xff"}')
    assert check_world(path) == [Problem(2, "", "not UTF-8 at byte 13 of the line")]


def test_refuses_a_file_that_is_too_large(path: Path, raw: dict[str, Any]) -> None:
    path.write_text(json.dumps(raw))
    (problem,) = check_world(path, max_bytes=100)
    assert "larger than 100 bytes" in problem.what


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "[" * 100_000, '{"orders": {}}'])
def test_anything_else_is_a_problem_too(path: Path, text: str) -> None:
    path.write_text(text)
    assert len(check_world(path)) == 1


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    assert [problem.line for place in (tmp_path, tmp_path / "none.json") for problem in check_world(place)] == [None, None]


REFERENCES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "orders[0].customer_id": (("orders", 0, "customer_id"), "C-9"),
    "orders[1].order_id": (("orders", 1, "order_id"), "O-2"),
    "orders[1].order_number": (("orders", 1, "order_number"), "2"),
    "orders[1].lines[1].line_id": (("orders", 1, "lines", 1, "line_id"), "L1"),
    "orders[1].lines[0].quantity": (("orders", 1, "lines", 0, "quantity"), 0),
    "orders[1].lines[0].unit_price": (("orders", 1, "lines", 0, "unit_price"), "-1"),
    "orders[1].lines[0].replaces": (("orders", 1, "lines", 0, "replaces"), "L9"),
    "orders[1].total": (("orders", 1, "total"), "-1"),
    "fulfillments[0].order_id": (("fulfillments", 0, "order_id"), "O-9"),
    "fulfillments[0].lines[0].line_id": (("fulfillments", 0, "lines", 0, "line_id"), "L9"),
    "fulfillments[1].fulfillment_id": (("fulfillments", 1, "fulfillment_id"), "F-1"),
    "shipments[0].order_id": (("shipments", 0, "order_id"), "O-9"),
    "shipments[0].lines[0].quantity": (("shipments", 0, "lines", 0, "quantity"), -1),
    "supply[0].quantity": (("supply", 0, "quantity"), -1),
    "supply[1].po_id": (("supply", 1, "sku"), "RAM-32"),
    "inventory[0].on_hand": (("inventory", 0, "on_hand"), -1),
    "inventory[0].available": (("inventory", 0, "available"), -1),
    "inventory[1].sku": (("inventory", 1, "warehouse"), "DFW1"),
    "allocations[0].order_id": (("allocations", 0, "order_id"), "O-9"),
    "allocations[0].line_id": (("allocations", 0, "line_id"), "L9"),
    "contacts[0].customer_id": (("contacts", 0, "customer_id"), "C-9"),
    "contacts[0].order_id": (("contacts", 0, "order_id"), "O-9"),
    "contacts[1].contact_id": (("contacts", 1, "contact_id"), "M-2"),
    "customers[0].timezone": (("customers", 0, "timezone"), "Mars/Olympus"),
    "faults.printer": (("faults",), {"printer": "error"}),
}


@pytest.mark.parametrize("where", REFERENCES)
def test_names_what_does_not_belong_together(path: Path, raw: dict[str, Any], where: str) -> None:
    steps, value = REFERENCES[where]
    target: Any = raw
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = value
    problems = {problem.where: problem for problem in check(path, raw)}
    assert where in problems
    assert problems[where].line is not None


def test_no_personal_value_is_repeated(path: Path, raw: dict[str, Any]) -> None:
    raw["customers"][0] |= {"emails": "ava@mailbox.example", "tier": "Ava Lindqvist", "timezone": "Addison St"}
    raw["orders"][0]["ship_to"] |= {"city": 60618, "Ava Lindqvist": 1}
    told = "\n".join(map(str, check(path, raw)))
    assert told
    assert not any(value in told for value in ("mailbox", "Ava", "Lindqvist", "Addison", "60618"))
