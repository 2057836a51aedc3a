"""A line that is no scenario is reported with its line and its field; the others run; nobody's data stand in the error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.replay.scenario import BadLine, read_scenarios
from tests.replay.playing import play, results_of, story_of

Story = dict[str, Any]
EMAIL, STREET = "ava.lindqvist@mailbox.example", "2210 W Addison St"


def story(**fields: Any) -> Story:
    """A good scenario with some fields replaced."""
    return {**story_of("pub-001"), "scenario_id": "bad", **fields}


def changed(change: Callable[[Story], object]) -> bytes:
    """A scenario after a change, as a line."""
    made: Story = json.loads(json.dumps(story()))
    change(made)
    return json.dumps(made).encode()


def order(made: Story) -> Story:
    """The first order of a scenario."""
    first: Story = made["world"]["orders"][0]
    return first


def step(made: Story) -> Story:
    """The first step of a scenario."""
    first: Story = made["steps"][0]
    return first


BAD = {
    "cut off": (changed(lambda _: None)[:-200], "scenario: Invalid JSON"),
    "no JSON": (b"where is my order?", "scenario: Invalid JSON"),
    "a list": (b"[]", "scenario"),
    "nothing": (b"null", "scenario"),
    "nested too deeply": (b"[" * 100_000, "scenario"),
    "no scenario_id": (changed(lambda made: made.pop("scenario_id")), "scenario_id: "),
    "empty scenario_id": (changed(lambda made: made.update(scenario_id="")), "scenario_id: "),
    "the id of an earlier line": (changed(lambda made: made.update(scenario_id="first")), "scenario_id: "),
    "unknown field": (changed(lambda made: made.update(colour="red")), "colour: "),
    "unknown field in a step": (changed(lambda made: step(made).update(txt="hello")), "steps[0].message.txt: "),
    "unknown field in the world": (changed(lambda made: order(made).update(totl="3.00")), "world.orders[0].totl: "),
    "naive time": (changed(lambda made: step(made).update(at="2026-03-10T15:20:00")), "steps[0].message.at: "),
    "naive time in the world": (changed(lambda made: order(made).update(ship_by="2026-03-10T15:20:00")), "world.orders[0].ship_by: "),
    "no time": (changed(lambda made: step(made).update(at="soon")), "steps[0].message.at: "),
    "no steps": (changed(lambda made: made.pop("steps")), "steps: "),
    "empty steps": (changed(lambda made: made.update(steps=[])), "steps: "),
    "no world": (changed(lambda made: made.pop("world")), "world: "),
    "no such channel": (changed(lambda made: step(made).update(channel="fax")), "steps[0].message.channel: "),
    "no such kind": (changed(lambda made: step(made).update(kind="telegram")), "steps[0]: "),
    "no such mode": (changed(lambda made: made.update(mode="LIVE")), "mode: "),
    "no such status": (changed(lambda made: order(made).update(status="lost")), "world.orders[0].status: "),
    "no such fault": (changed(lambda made: made["world"].update(faults={"oms": "sulks"})), "world.faults.oms: "),
    "half an order": (changed(lambda made: made["world"].update(orders=[{"order_id": "O-1"}])), "world.orders[0].lines: "),
    "half a customer": (changed(lambda made: made["world"].update(customers=[{"name": "Ava Lindqvist", "emails": [EMAIL]}])), "customer_id: "),
    "an amount that is no number": (changed(lambda made: order(made).update(total=float("nan"))), "world.orders[0].total: "),
    "an amount written as no number": (changed(lambda made: order(made).update(total="NaN")), "world.orders[0].total: "),
    "an endless amount": (changed(lambda made: order(made).update(total="-Infinity")), "world.orders[0].total: "),
    "an amount that is too long": (changed(lambda made: order(made).update(total="1" * 400)), "world.orders[0].total: "),
    "a message of 1 MB": (changed(lambda made: step(made).update(text="where is it? " * 80_000)), "steps[0].message.text: "),
    "an email in place of a time": (changed(lambda made: step(made).update(at=EMAIL)), "steps[0].message.at: "),
    "an address in place of a list": (changed(lambda made: order(made).update(lines=STREET)), "world.orders[0].lines: "),
    "metadata that is no text": (changed(lambda made: step(made).update(metadata={"subject": [EMAIL]})), "steps[0].message.metadata.subject"),
    "half a surrogate pair": (changed(lambda made: step(made).update(text="\ud83d where is it?")), "scenario: Invalid JSON"),
    "raw control characters": (changed(lambda made: step(made).update(text="where~is it?")).replace(b"~", b"\x00\x1b"), "scenario: Invalid JSON"),
    "no UTF-8": (changed(lambda made: step(made).update(text="where~is it?")).replace(b"~", b"\xff\xfe"), "no valid UTF-8 at byte"),
    "UTF-16": (json.dumps(story()).encode("utf-16-le").replace(b"\n", b""), "scenario: Invalid JSON"),
}


@pytest.mark.parametrize(("line", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_named_and_the_others_run(line: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, last = (json.dumps({**story_of("pub-002"), "scenario_id": name}).encode() for name in ("first", "last"))
    scenarios, out = tmp_path / "scenarios.jsonl", tmp_path / "results.jsonl"
    scenarios.write_bytes(b"\n".join((first, b"", line, last, b"")))
    tally = play(scenarios, out)
    reported = capsys.readouterr().err
    assert tally.bad_lines == 1
    assert [(row["scenario_id"], row["error"]) for row in results_of(out)] == [("first", None), ("last", None)]
    assert all(problem.startswith("line 3: ") for problem in reported.splitlines())
    assert said in reported
    assert not [secret for secret in (EMAIL, STREET, "Ava", "Lindqvist") if secret in reported]


def test_every_problem_of_a_line_is_named(tmp_path: Path) -> None:
    scenarios = tmp_path / "scenarios.jsonl"
    scenarios.write_bytes(changed(lambda made: (order(made).update(status="lost", total="much"), step(made).update(channel="fax"))))
    (problem,) = read_scenarios(scenarios)
    assert isinstance(problem, BadLine)
    named = [wrong.partition(": ")[0] for wrong in problem.problems]
    assert named[:3] == ["world.orders[0].status", "world.orders[0].total", "steps[0].message.channel"]


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n"], ids=["empty", "a blank line", "blanks"])
def test_an_empty_file_has_no_results(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios, out = tmp_path / "scenarios.jsonl", tmp_path / "results.jsonl"
    scenarios.write_bytes(content)
    tally = play(scenarios, out)
    assert (tally.scenarios, tally.steps, tally.bad_lines, out.read_bytes(), capsys.readouterr().err) == (0, 0, 0, b"", "")


HARMLESS = {
    "control characters": "where is 20411?\u0000\u0007\u001b[31m",
    "text that runs backwards": "\u202e?11402 si erehw",
    "nothing": "",
    "blanks": " \u00a0\u200b\n",
    "as long as allowed": ("where is 20411? " * 12_500)[:200_000],
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_an_odd_text_is_only_a_message(text: str, tmp_path: Path) -> None:
    scenarios, out = tmp_path / "scenarios.jsonl", tmp_path / "results.jsonl"
    scenarios.write_bytes(changed(lambda made: step(made).update(text=text)))
    assert play(scenarios, out).bad_lines == 0
    (row,) = results_of(out)
    assert (row["scenario_id"], row["error"], len(row["messages"])) == ("bad", None, 1)


NO_HOUSE_STANDS_IT = {
    "an order without lines": changed(lambda made: order(made).update(lines=[])),
    "a quantity below zero": changed(lambda made: order(made)["lines"][0].update(quantity=-5)),
    "a fault of no system": changed(lambda made: made["world"].update(faults={"fax": "timeout"})),
    "a patch with no such fault": changed(
        lambda made: made["steps"].append({"kind": "advance", "at": "2026-03-12T00:00:00Z", "patch": {"faults": {"oms": "sulks"}}})
    ),
    "the end of time": changed(lambda made: step(made).update(at="9999-12-31T23:59:59-12:00")),
}


@pytest.mark.parametrize("line", NO_HOUSE_STANDS_IT.values(), ids=NO_HOUSE_STANDS_IT.keys())
def test_a_scenario_that_breaks_does_not_stop_the_others(line: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios, out = tmp_path / "scenarios.jsonl", tmp_path / "results.jsonl"
    scenarios.write_bytes(b"\n".join((line, json.dumps({**story_of("pub-002"), "scenario_id": "last"}).encode(), b"")))
    play(scenarios, out)
    rows = results_of(out)
    assert [row["error"] for row in rows if row["scenario_id"] == "last"] == [None]
    assert EMAIL not in capsys.readouterr().err
